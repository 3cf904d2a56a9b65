// Reads the JSON that an agent's program hands to a hook, and writes the answer, in the words of that program (hook-dialects.ts). Anything
// else is null, and gets no answer. Pure.
import { isRecord } from '../../../documents/json/is-record.ts';
import { DIALECTS, type HookAgent, type HookEvent } from './hook-dialects.ts';

export interface HookCall {
  readonly event: HookEvent;
  /** A name that may stand in a path. */
  readonly session: string;
  readonly cwd: string;
  /** Which prompt of the person this belongs to; null = the program does not say. */
  readonly turn: string | null;
  /** The agent goes on because a Stop hook asked for it. */
  readonly goesOn: boolean;
}

export function readHookCall(agent: HookAgent, text: string): HookCall | null {
  const read = parsed(text);
  if (read === null) return null;
  const { hook_event_name: word, agent_id } = read;
  // A helper inside a session has a context of its own.
  if (agent_id !== undefined && agent_id !== null) return null;
  const { events, call } = DIALECTS[agent];
  const event = typeof word === 'string' && Object.hasOwn(events, word) ? events[word] : undefined;
  if (event === undefined) return null;
  const said = call(event, read);
  if (said === null) return null;
  const { session, cwd, turn, goesOn } = said;
  if (typeof session !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(session)) return null;
  if (typeof cwd !== 'string' || cwd === '' || cwd.includes('\0')) return null;
  return { event, session, cwd, turn: typeof turn === 'string' ? turn.slice(0, 200) : null, goesOn };
}

/** One line of JSON, with no key that the agent's program does not know there. */
export function hookAnswer(agent: HookAgent, event: HookEvent, text: string): string {
  const { events, answer } = DIALECTS[agent];
  const word = Object.keys(events).find((name) => events[name] === event) ?? event;
  return JSON.stringify(answer(event, word, text));
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const read: unknown = JSON.parse(text);
    return isRecord(read) ? read : null;
  } catch {
    return null;
  }
}
