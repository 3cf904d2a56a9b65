// The JSON that an agent's program hands to a hook, and what it reads as the answer. Pure; the shapes are those of Claude Code 2.1 and
// Codex 0.169. Anything else that comes is null, and so is answered with nothing.

export type HookAgent = 'claude' | 'codex';
export const HOOK_AGENTS: readonly HookAgent[] = ['claude', 'codex'];

export type HookEvent = 'SessionStart' | 'UserPromptSubmit' | 'PostToolUse' | 'Stop';

/** Those that the agent's program reads an answer to. */
export const HOOK_EVENTS: Readonly<Record<HookAgent, readonly HookEvent[]>> = {
  claude: ['SessionStart', 'UserPromptSubmit', 'PostToolUse', 'Stop'],
  codex: ['SessionStart', 'UserPromptSubmit', 'Stop'],
};

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
  const { hook_event_name: event, session_id: session, cwd, prompt_id, turn_id, stop_hook_active, agent_id } = read;
  // A helper inside a session has a context of its own.
  if (agent_id !== undefined && agent_id !== null) return null;
  if (!HOOK_EVENTS[agent].includes(event as HookEvent)) return null;
  if (typeof session !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(session)) return null;
  if (typeof cwd !== 'string' || cwd === '' || cwd.includes('\0')) return null;
  const turn = agent === 'claude' ? prompt_id : turn_id;
  return {
    event: event as HookEvent,
    session,
    cwd,
    turn: typeof turn === 'string' ? turn.slice(0, 200) : null,
    goesOn: stop_hook_active === true,
  };
}

/** One line of JSON, with no key that the agent's program does not know there. */
export function hookAnswer(agent: HookAgent, event: HookEvent, text: string): string {
  if (agent === 'codex' && event === 'Stop') return JSON.stringify({ decision: 'block', reason: text });
  return JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: text } });
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
