// Lists how each agent's program speaks to a hook (Claude Code 2.1, Codex 0.169, Gemini CLI 0.61, Cursor 3.20): its names of the four
// events, where its JSON has session and folder, and what it takes as an answer.

export type HookAgent = 'claude' | 'codex' | 'gemini' | 'cursor';
export const HOOK_AGENTS: readonly HookAgent[] = ['claude', 'codex', 'gemini', 'cursor'];

export type HookEvent = 'SessionStart' | 'UserPromptSubmit' | 'PostToolUse' | 'Stop';

type Fields = Readonly<Record<string, unknown>>;

interface Dialect {
  /** Those that the program reads an answer to, by its own words. */
  readonly events: Readonly<Record<string, HookEvent>>;
  /** Unchecked; null = at this one the model was not at work, or nothing could be told it. */
  call(
    event: HookEvent,
    fields: Fields,
  ): {
    readonly session: unknown;
    readonly cwd: unknown;
    readonly turn: unknown;
    readonly goesOn: boolean;
  } | null;
  /** `word`: the program's own for the event. */
  answer(event: HookEvent, word: string, text: string): object;
}

const context = (word: string, text: string) => ({ hookSpecificOutput: { hookEventName: word, additionalContext: text } });

export const DIALECTS: Readonly<Record<HookAgent, Dialect>> = {
  claude: {
    events: { SessionStart: 'SessionStart', UserPromptSubmit: 'UserPromptSubmit', PostToolUse: 'PostToolUse', Stop: 'Stop' },
    call: (_, { session_id, cwd, prompt_id, stop_hook_active }) => ({
      ...{ session: session_id, cwd, turn: prompt_id, goesOn: stop_hook_active === true },
    }),
    answer: (_, word, text) => context(word, text),
  },
  codex: {
    events: { SessionStart: 'SessionStart', UserPromptSubmit: 'UserPromptSubmit', Stop: 'Stop' },
    call: (_, { session_id, cwd, turn_id, stop_hook_active }) => ({
      ...{ session: session_id, cwd, turn: turn_id, goesOn: stop_hook_active === true },
    }),
    answer: (event, word, text) => (event === 'Stop' ? { decision: 'block', reason: text } : context(word, text)),
  },
  gemini: {
    events: { SessionStart: 'SessionStart', BeforeAgent: 'UserPromptSubmit', AfterTool: 'PostToolUse', AfterAgent: 'Stop' },
    // A turn without a word of the model proves nothing; so the program says that there was none.
    call: (event, { session_id, cwd, prompt_response, stop_hook_active }) =>
      event === 'Stop' && (prompt_response === '' || prompt_response === '[no response text]')
        ? null
        : { session: session_id, cwd, turn: null, goesOn: stop_hook_active === true },
    answer: (event, word, text) => (event === 'Stop' ? { decision: 'deny', reason: text } : context(word, text)),
  },
  cursor: {
    // To a prompt it documents no answer that reaches the model.
    events: { sessionStart: 'SessionStart', postToolUse: 'PostToolUse', stop: 'Stop' },
    call: (event, { conversation_id, session_id, workspace_roots, generation_id, status, loop_count }) =>
      event === 'Stop' && status !== 'completed'
        ? null
        : {
            session: conversation_id ?? session_id,
            cwd: Array.isArray(workspace_roots) ? workspace_roots[0] : undefined,
            // What starts a session comes before any prompt.
            turn: event === 'SessionStart' ? null : generation_id,
            goesOn: typeof loop_count === 'number' && loop_count > 0,
          },
    answer: (event, _, text) => (event === 'Stop' ? { followup_message: text } : { additional_context: text }),
  },
};
