// Edits coord's entry among the MCP servers of an agent's program.
import { sameValue } from '../../../core/base/same-value.ts';
import type { Json } from '../../../core/model/ledger/intention.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import type { Edited } from './hook-settings.ts';
import { readSettings, setIn } from './json-settings.ts';

export type McpState = 'absent' | 'as written' | 'another';

/** `entry`: what there should be; null = nothing of ours. An entry of that name that does not start `coord mcp` is somebody's own. */
export function withMcp(text: string | null, key: string, entry: Json, path: string): Edited {
  const found = findMcp(text, key, path);
  if ('why' in found) return { kind: 'refused', why: found.why };
  if (sameValue(found.entry, entry)) return { kind: 'edited', text };
  if (entry !== null && found.entry !== null && !isOurs(found.entry)) {
    const another = "expected coord's own MCP server, found another one of that name";
    return { kind: 'refused', why: `${path}: ${key}: coord: ${another}: give that one another name` };
  }
  if (entry !== null) return { kind: 'edited', text: reread(setIn(text, [key, 'coord'], entry), key, entry, path) };
  if (!isOurs(found.entry)) return { kind: 'edited', text };
  const edited = setIn(text, found.isLast ? [key] : [key, 'coord'], undefined);
  return { kind: 'edited', text: reread(edited, key, null, path) };
}

export function mcpState(text: string | null, key: string, entry: Json, path: string): McpState {
  const found = findMcp(text, key, path);
  if ('why' in found || found.entry === null) return 'absent';
  return sameValue(found.entry, entry) ? 'as written' : 'another';
}

/** What our entry starts; none = there is no such entry. */
export function mcpProgram(text: string | null, key: string, path: string): readonly string[] {
  const found = findMcp(text, key, path);
  if ('why' in found || !isRecord(found.entry) || !isOurs(found.entry)) return [];
  const [program] = [found.entry.command].flat();
  return typeof program === 'string' ? [program] : [];
}

function findMcp(
  text: string | null,
  key: string,
  path: string,
): { readonly entry: Json; readonly isLast: boolean } | { readonly why: string } {
  const settings = readSettings(text, path);
  if (settings.kind === 'refused') return { why: settings.why };
  const servers = Object.hasOwn(settings.value, key) ? settings.value[key] : {};
  if (!isRecord(servers)) return { why: `${path}: ${key}: expected an object in braces` };
  return { entry: (servers.coord ?? null) as Json, isLast: Object.keys(servers).length === 1 };
}

/** Nothing that an edit broke is ever written. */
function reread(text: string, key: string, entry: Json, path: string): string {
  const found = findMcp(text, key, path);
  if ('why' in found) throw new Error(`an edit broke the settings: ${found.why}`);
  if (!sameValue(found.entry, entry)) throw new Error(`an edit broke the settings: ${path}: ${key}: coord`);
  return text;
}

/** The whole command in a list, or what follows it. */
export function isOurs(entry: unknown): boolean {
  if (!isRecord(entry)) return false;
  const words = Array.isArray(entry.command) ? entry.command : entry.args;
  return Array.isArray(words) && words.at(-1) === 'mcp';
}
