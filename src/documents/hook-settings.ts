// coord's hooks in the settings of Claude Code (`settings.json`) and of Codex (`hooks.json`), which have one shape: under `hooks`, by event,
// groups of handlers. Ours are known by their command; everybody else's stay as they are.
import type { Json } from '../core/model/intention.ts';
import { HOOK_EVENTS, type HookAgent, type HookEvent } from './hook-call.ts';
import { isRecord, readSettings, setIn } from './json-settings.ts';
import { sameJson } from './same-json.ts';

export type Edited =
  /** The same text = there is nothing to change; null = and there is no file. */
  { readonly kind: 'edited'; readonly text: string | null } | { readonly kind: 'refused'; readonly why: string };

export interface HooksFound {
  /** Commands of ours by event; twice where there are two. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  readonly asWritten: boolean;
  /** The person has turned all hooks off. */
  readonly off: boolean;
  /** Where the file has a comment, or a comma too much: Claude Code, for one, reads nothing of such a file, and says nothing. */
  readonly loose: string | null;
}

const MATCHERS: Readonly<Record<HookAgent, Partial<Record<HookEvent, string>>>> = {
  claude: { SessionStart: 'startup|resume|clear|compact|fork', PostToolUse: 'Bash|Edit|Write' },
  codex: { SessionStart: 'startup|resume|clear' },
};
/** The hook takes a tenth of a second; this is for days on which the disk does not answer. */
const TIMEOUT_SECONDS: Readonly<Record<HookEvent, number>> = { SessionStart: 5, UserPromptSubmit: 5, PostToolUse: 3, Stop: 5 };

/** Whole, beginning with the program: `'/usr/bin/node' '/opt/coord/coord-hook.cjs' claude`; people, and earlier versions, write `coord hook claude`. */
const OURS = /(?:^|[\s'"/\\])(?:coord-hook\.cjs|(?:(?:git-)?coord|main)(?:\.js)?['"]?\s+hook)['"]?\s+(?:claude|codex)\s*$/;

/** Ours are there once, as `command` wants them, and nowhere else. */
export function withHooks(text: string | null, agent: HookAgent, command: string, path: string): Edited {
  const found = findHooks(text, path, agent, command);
  if ('why' in found) return { kind: 'refused', why: found.why };
  if (found.asWritten) return { kind: 'edited', text };
  const bare = withoutHooks(text, path, true);
  if (bare.kind === 'refused') return bare;
  let edited = bare.text;
  for (const [event, group] of Object.entries(groupsOf(agent, command))) {
    const count = groupsIn(settingsOf(edited, path), event).length;
    edited = count === 0 ? setIn(edited, ['hooks', event], [group]) : setIn(edited, ['hooks', event, count], group);
  }
  return { kind: 'edited', text: edited };
}

/** `keepEmpty`: what is left empty by it stays, because more comes. */
export function withoutHooks(text: string | null, path: string, keepEmpty = false): Edited {
  const found = findHooks(text, path);
  if ('why' in found) return { kind: 'refused', why: found.why };
  let edited = text;
  for (const event of Object.keys(found.commands)) {
    const groups = groupsIn(settingsOf(edited, path), event);
    for (const [index, group] of [...groups.entries()].reverse()) {
      const handlers = handlersIn(group);
      const ours = [...handlers.entries()].filter(([, handler]) => isOurs(handler)).reverse();
      if (ours.length === handlers.length && ours.length > 0) edited = setIn(edited, ['hooks', event, index], undefined);
      else for (const [at] of ours) edited = setIn(edited, ['hooks', event, index, 'hooks', at], undefined);
    }
    if (!keepEmpty && groupsIn(settingsOf(edited, path), event).length === 0) edited = setIn(edited, ['hooks', event], undefined);
  }
  const { hooks } = settingsOf(edited, path);
  const isLeftEmpty = edited !== text && isRecord(hooks) && Object.keys(hooks).length === 0;
  if (isLeftEmpty && !keepEmpty) edited = setIn(edited, ['hooks'], undefined);
  return { kind: 'edited', text: edited };
}

/** Without `command`, whether they are as written is not asked. */
export function findHooks(
  text: string | null,
  path: string,
  agent?: HookAgent,
  command?: string,
): HooksFound | { readonly why: string } {
  const settings = readSettings(text, path);
  if (settings.kind === 'refused') return { why: settings.why };
  const { hooks = {}, disableAllHooks } = settings.value;
  if (!isRecord(hooks)) return { why: `${path}: hooks: expected an object in braces` };
  for (const [event, groups] of Object.entries(hooks)) {
    if (!Array.isArray(groups)) return { why: `${path}: hooks: ${event}: expected a list in brackets` };
  }
  const commands: Record<string, string[]> = {};
  for (const event of Object.keys(hooks)) {
    const ours = groupsIn(settings.value, event).flatMap((group) => handlersIn(group).filter(isOurs));
    if (ours.length > 0) commands[event] = ours.map((handler) => String((handler as { command: unknown }).command));
  }
  const wanted = agent === undefined || command === undefined ? {} : groupsOf(agent, command);
  const asWritten =
    Object.keys(commands).every((event) => commands[event]?.length === 1 && event in wanted) &&
    Object.entries(wanted).every(([event, group]) =>
      groupsIn(settings.value, event).some((found) => sameJson(found as Json, group)),
    );
  return { commands, asWritten, off: disableAllHooks === true, loose: settings.loose };
}

function groupsOf(agent: HookAgent, command: string): Readonly<Record<string, { readonly [key: string]: Json }>> {
  const entries = HOOK_EVENTS[agent].map((event) => {
    const matcher = MATCHERS[agent][event];
    const status = event === 'SessionStart' ? { statusMessage: 'coord: inbox' } : {};
    const handler = { type: 'command', command, timeout: TIMEOUT_SECONDS[event], ...status };
    return [event, { ...(matcher === undefined ? {} : { matcher }), hooks: [handler] }] as const;
  });
  return Object.fromEntries(entries);
}

function settingsOf(text: string | null, path: string): Readonly<Record<string, unknown>> {
  const settings = readSettings(text, path);
  if (settings.kind === 'refused') throw new Error(`an edit broke the settings: ${settings.why}`);
  return settings.value;
}

function groupsIn({ hooks }: Readonly<Record<string, unknown>>, event: string): readonly unknown[] {
  const groups = isRecord(hooks) ? hooks[event] : undefined;
  return Array.isArray(groups) ? groups : [];
}

function handlersIn(group: unknown): readonly unknown[] {
  return isRecord(group) && Array.isArray(group.hooks) ? group.hooks : [];
}

function isOurs(handler: unknown): boolean {
  return isRecord(handler) && typeof handler.command === 'string' && OURS.test(handler.command);
}
