// Edits coord's hooks in the settings of an agent's program: under `hooks`, by event, in groups or as plain handlers. Ours are known by
// their command; all others stay as they are.
import { sameValue } from '../../../core/base/same-value.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import type { HookFiles } from './agent-setup/agent-files.ts';
import { HOOK_AGENTS } from './hook-dialects.ts';
import { readSettings, setIn } from './json-settings.ts';

export type Edited =
  /** The same text = there is nothing to change; null = and there is no file. */
  { readonly kind: 'edited'; readonly text: string | null } | { readonly kind: 'refused'; readonly why: string };

export interface HooksFound {
  /** Commands of ours by event; twice where there are two. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  readonly asWritten: boolean;
  /** Where the person has turned hooks off. */
  readonly off: string | null;
  /** Where the file has a comment, or a comma too much: Claude Code, for one, reads nothing of such a file, and says nothing. */
  readonly loose: string | null;
}

/** Whole, beginning with the program: `'/usr/bin/node' '/opt/coord/coord-hook.cjs' claude`; people, and earlier versions, write `coord hook claude`. */
const OURS = new RegExp(
  `(?:^|[\\s'"/\\\\])(?:coord-hook\\.cjs|(?:(?:git-)?coord|main)(?:\\.js)?['"]?\\s+hook)['"]?\\s+(?:${HOOK_AGENTS.join('|')})\\s*$`,
);

/** Ours are there once, as `command` wants them, and nowhere else. */
export function withHooks(text: string | null, files: HookFiles, command: string, path: string): Edited {
  const found = findHooks(text, files, path, command);
  if ('why' in found) return { kind: 'refused', why: found.why };
  if (found.asWritten) return { kind: 'edited', text };
  const bare = withoutHooks(text, files, path, true);
  if (bare.kind === 'refused') return bare;
  let edited = bare.text;
  for (const [key, value] of Object.entries(files.needs ?? {})) {
    if (!sameValue(settingsOf(edited, path)[key], value)) edited = setIn(edited, [key], value);
  }
  for (const [event, entry] of Object.entries(files.entries(command))) {
    const count = entriesIn(settingsOf(edited, path), event).length;
    edited = count === 0 ? setIn(edited, ['hooks', event], [entry]) : setIn(edited, ['hooks', event, count], entry);
  }
  return { kind: 'edited', text: edited };
}

/** `keepEmpty`: what is left empty by it stays, because more comes. */
export function withoutHooks(text: string | null, files: HookFiles, path: string, keepEmpty = false): Edited {
  const found = findHooks(text, files, path);
  if ('why' in found) return { kind: 'refused', why: found.why };
  let edited = text;
  for (const event of Object.keys(found.commands)) {
    for (const [index, entry] of [...entriesIn(settingsOf(edited, path), event).entries()].reverse()) {
      const handlers = handlersIn(entry, files);
      const ours = [...handlers.entries()].filter(([, handler]) => isOurs(handler)).reverse();
      if (ours.length === handlers.length && ours.length > 0) edited = setIn(edited, ['hooks', event, index], undefined);
      else for (const [at] of ours) edited = setIn(edited, ['hooks', event, index, 'hooks', at], undefined);
    }
    if (!keepEmpty && entriesIn(settingsOf(edited, path), event).length === 0)
      edited = setIn(edited, ['hooks', event], undefined);
  }
  const { hooks } = settingsOf(edited, path);
  const isLeftEmpty = edited !== text && isRecord(hooks) && Object.keys(hooks).length === 0;
  if (isLeftEmpty && !keepEmpty) edited = setIn(edited, ['hooks'], undefined);
  return { kind: 'edited', text: edited };
}

/** Without `command`, whether they are as written is not asked. */
export function findHooks(
  text: string | null,
  files: HookFiles,
  path: string,
  command?: string,
): HooksFound | { readonly why: string } {
  const settings = readSettings(text, path);
  if (settings.kind === 'refused') return { why: settings.why };
  const { hooks = {} } = settings.value;
  if (!isRecord(hooks)) return { why: `${path}: hooks: expected an object in braces` };
  for (const event of Object.keys(files.entries(''))) {
    if (Object.hasOwn(hooks, event) && !Array.isArray(hooks[event]))
      return { why: `${path}: hooks: ${event}: expected a list in brackets` };
  }
  const commands: Record<string, string[]> = {};
  for (const event of Object.keys(hooks)) {
    const ours = entriesIn(settings.value, event).flatMap((entry) => handlersIn(entry, files).filter(isOurs));
    if (ours.length > 0) commands[event] = ours.map((handler) => String((handler as { command: unknown }).command));
  }
  const wanted = command === undefined ? {} : files.entries(command);
  const asWritten =
    Object.keys(commands).every((event) => commands[event]?.length === 1 && event in wanted) &&
    Object.entries(wanted).every(([event, entry]) => entriesIn(settings.value, event).some((found) => sameValue(found, entry))) &&
    Object.entries(files.needs ?? {}).every(([key, value]) => sameValue(settings.value[key], value));
  return { commands, asWritten, off: files.off(settings.value), loose: settings.loose };
}

function settingsOf(text: string | null, path: string): Readonly<Record<string, unknown>> {
  const settings = readSettings(text, path);
  if (settings.kind === 'refused') throw new Error(`an edit broke the settings: ${settings.why}`);
  return settings.value;
}

function entriesIn({ hooks }: Readonly<Record<string, unknown>>, event: string): readonly unknown[] {
  const entries = isRecord(hooks) ? hooks[event] : undefined;
  return Array.isArray(entries) ? entries : [];
}

function handlersIn(entry: unknown, { isFlat }: HookFiles): readonly unknown[] {
  if (isFlat) return [entry];
  return isRecord(entry) && Array.isArray(entry.hooks) ? entry.hooks : [];
}

function isOurs(handler: unknown): boolean {
  return isRecord(handler) && typeof handler.command === 'string' && OURS.test(handler.command);
}
