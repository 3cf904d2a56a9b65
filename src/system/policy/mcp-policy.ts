// Reads `mcp` of policy.yaml: what AI agents at this computer may do through `coord mcp`. They may always read. No repo can change it.
import { isRecord } from '../../documents/json/is-record.ts';
import { CoordError } from '../../errors.ts';
import { knownEntry, setInPolicy } from './policy-file.ts';
import { policyPath } from './policy-text.ts';

/** By right: what an agent may do then, and whether it may where the owner has said nothing. */
export const MCP_RIGHTS = {
  send: { does: 'send messages', isDefault: true },
  orders: { does: 'place orders', isDefault: false },
  cancel: { does: 'cancel orders', isDefault: false },
  retry: { does: 'run orders again', isDefault: false },
  approve: { does: 'approve orders', isDefault: false },
  answer: { does: 'answer questions of orders', isDefault: false },
} as const;
export type McpRight = keyof typeof MCP_RIGHTS;
export type McpPolicy = Readonly<Record<McpRight, boolean>>;

export const mcpRights = Object.keys(MCP_RIGHTS) as readonly McpRight[];
const DEFAULT = Object.fromEntries(mcpRights.map((right) => [right, MCP_RIGHTS[right].isDefault])) as McpPolicy;

export function isMcpRight(word: string): word is McpRight {
  return Object.hasOwn(MCP_RIGHTS, word);
}

/** `send messages, place orders`; null = nothing. */
export function mcpWords(policy: McpPolicy): string | null {
  const may = mcpRights.filter((right) => policy[right]).map((right) => MCP_RIGHTS[right].does);
  return may.length === 0 ? null : may.join(', ');
}

/** Throws REFUSED for a file, or an entry, that cannot be read: it allows nothing. */
export function readMcp(home: string, fleetRoot: string): McpPolicy {
  const { mcp: value = {} } = knownEntry(home, fleetRoot) ?? {};
  const entries = isRecord(value) ? Object.entries(value) : [['', null] as const];
  for (const [right, word] of entries)
    if (!isMcpRight(right) || typeof word !== 'boolean')
      throw new CoordError(
        'REFUSED',
        `${policyPath(home)}: mcp: expected ${mcpRights.join(', ')}, each true or false, found ${JSON.stringify(value)}; agents may do nothing until it is fixed`,
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
