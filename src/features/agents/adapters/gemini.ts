// Adapts Gemini CLI without a terminal (`gemini -o stream-json`). Its last event says success or not. A tool that its approval mode does
// not allow is not offered to it, and a use of such a tool is a denial.
import type { AgentRequest } from '../../../core/model/orders/agent.ts';
import { type Account, byPolicy, type Dialect, readerOf } from './account.ts';
import { type Adapter, type Event, NO_STEP, recordOf, shown, sumOf, textOf, toolLine } from './adapter.ts';
import { AT_OF_GEMINI } from './at-words.ts';

export const gemini: Adapter = {
  argv,
  // Where it sees a display it asks on its standard input whether to open one, and takes the prompt for the answer.
  environment: () => ({ NO_BROWSER: 'true' }),
  drawsIn: AT_OF_GEMINI,
  reader: (request) => readerOf(dialect(), request),
  // The folders of the policy are those to be trusted (O10); in one that is, hooks and servers of the settings are run unasked, and what
  // stands in .env may send it, with its key, to another host.
  obeys: ['.gemini/settings.json', '.gemini/.env', '.env'],
};

function argv({ permission, model, resume }: AgentRequest): string[] {
  return [
    ...['--output-format', 'stream-json', '--approval-mode', permission, '--skip-trust'],
    ...(model === null ? [] : ['--model', model]),
    ...(resume === undefined ? [] : ['--resume', resume.session]),
  ];
}

/** Of tools that another approval mode would have. */
const NOT_PERMITTED = /^(run_shell_command|web_fetch|write_file|replace)$/;

function dialect(): Dialect {
  const tools = new Map<unknown, string>();
  /** Its words come in pieces. */
  let said = '';
  let isTurnNew = true;
  /** Why it stopped, as long as it has said nothing since. */
  let trouble: string | null = null;
  const speaks = (account: Account) => {
    if (isTurnNew) account.turns += 1;
    isTurnNew = false;
    trouble = null;
  };
  const told = (account: Account): string[] => {
    const words = textOf(said);
    said = '';
    if (words !== null) account.result = words;
    return words === null ? [] : [words];
  };
  const fromTool = (event: Event, account: Account): string[] => {
    const { type, message } = recordOf(event.error) ?? {};
    const tool = tools.get(event.tool_id) ?? String(event.tool_id);
    if (type === 'policy_violation' || (type === 'tool_not_registered' && NOT_PERMITTED.test(tool))) account.denied.push(tool);
    return event.status === 'error' ? [`✗ ${textOf(message) ?? textOf(event.output) ?? tool}`] : [];
  };
  return {
    loggedOut:
      /auth method|manual authorization is required|FatalAuthenticationError|api key not valid|\b401\b|unauthenticated|please (log|sign) in/i,
    limited:
      /exhausted your (?:daily )?(?:quota|capacity)|exceeded your current quota|daily .*quota limit|quota exceeded|too many requests/i,
    noSession: /--list-sessions|no previous sessions found/i,
    lift: () => byPolicy('gemini'),
    take(event, account) {
      if (event.type !== 'message') isTurnNew ||= event.type === 'tool_result';
      switch (event.type) {
        case 'init':
          account.session = textOf(event.session_id);
          return shown(`session ${account.session} · ${String(event.model)}`);
        case 'message':
          if (event.role !== 'assistant') return NO_STEP;
          if (typeof event.content !== 'string' || event.content === '') return NO_STEP;
          speaks(account);
          said += event.content;
          return NO_STEP;
        case 'tool_use':
          speaks(account);
          tools.set(event.tool_id, String(event.tool_name));
          return shown(...told(account), toolLine(event.tool_name, event.parameters));
        case 'tool_result':
          return shown(...told(account), ...fromTool(event, account));
        case 'error':
          trouble = textOf(event.message) ?? 'an error';
          return { shown: [...told(account), `! ${trouble}`], isProgress: false };
        case 'result': {
          account.isDone = true;
          account.tokens = sumOf(recordOf(event.stats), 'total_tokens');
          const { type, message } = recordOf(event.error) ?? {};
          // It counts as a success that it was stopped, or had nothing to say after its last tool.
          if (event.status !== 'success') account.failure = textOf(message) ?? textOf(type) ?? trouble ?? 'it failed';
          else account.failure = isTurnNew ? (trouble ?? 'it stopped without a word') : null;
          account.isLoggedOut = type === 'FatalAuthenticationError';
          return shown(...told(account), `── ${account.turns} turns ──`);
        }
        default:
          return NO_STEP;
      }
    },
  };
}
