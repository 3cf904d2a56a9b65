// Reads `mcp` of policy.yaml: what AI agents at this computer may do through `coord mcp`. They may always read. No repo can change it.
import { CoordError } from '../../errors.ts';
import { policyEntry, policyPath, setInPolicy } from './policy-file.ts';

export const MCP_RIGHTS = ['send', 'orders'] as const;
export type McpRight = (typeof MCP_RIGHTS)[number];
export type McpPolicy = Readonly<Record<McpRight, boolean>>;

const DEFAULT: McpPolicy = { send: true, orders: false };

/** Throws REFUSED for a file, or an entry, that cannot be read: it allows nothing. */
export function readMcp(home: string, fleetRoot: string): McpPolicy {
  const value = policyEntry(home, fleetRoot)?.mcp ?? {};
  const entries = typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [['', null] as const];
  for (const [right, word] of entries)
    if (!(MCP_RIGHTS as readonly string[]).includes(right) || typeof word !== 'boolean')
      throw new CoordError(
        'REFUSED',
        `${policyPath(home)}: mcp: expected send and orders, each true or false, found ${JSON.stringify(value)}; agents may do nothing until it is fixed`,
        null,
      );
  return { ...DEFAULT, ...(value as Partial<McpPolicy>) };
}

/** Returns false when it already was so. */
export function changeMcp(home: string, fleetRoot: string, right: McpRight, isAllowed: boolean): boolean {
  if (readMcp(home, fleetRoot)[right] === isAllowed) return false;
  setInPolicy(home, fleetRoot, ['mcp', right], isAllowed);
  return true;
}
