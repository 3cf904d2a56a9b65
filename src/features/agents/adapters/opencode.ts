// Adapts opencode without a terminal (`opencode run --format json`). Its exit codes say nothing: an `error` event is a failure, and a step
// that finished with `stop` is the end. Its own rules say what it may do; what it would ask for is rejected, because nobody is there to
// answer.
import type { AgentRequest } from '../../../core/model/orders/agent.ts';
import { type Account, byPolicy, type Dialect, readerOf } from './account.ts';
import {
  type Adapter,
  addedTo,
  type Event,
  inputOf,
  NO_STEP,
  numberOf,
  recordOf,
  type Step,
  shown,
  sumOf,
  textOf,
  toolLine,
} from './adapter.ts';

export const opencode: Adapter = { argv, environment, reader: (request) => readerOf(dialect(), request), lingers: true };

/** An agent of coord's own: what its owner says of all agents, or of another one, comes before the rules of this one, and the last rule counts. */
const OWN_AGENT = 'coord-order';

/** Without its log, one that cannot reach its host says nothing at all. */
function argv({ model, projectSettings, resume }: AgentRequest): string[] {
  return [
    ...['run', '--format', 'json', '--print-logs', '--log-level', 'ERROR', '--agent', OWN_AGENT],
    ...(projectSettings ? [] : ['--pure']),
    ...(model === null ? [] : ['--model', model]),
    ...(resume === undefined ? [] : ['--session', resume.session]),
  ];
}

const READS = Object.fromEntries(['read', 'glob', 'grep', 'list', 'todoread', 'todowrite'].map((tool) => [tool, 'allow']));
const RULES: Readonly<Record<string, object>> = {
  read: { '*': 'ask', ...READS },
  edit: { '*': 'ask', ...READS, edit: 'allow' },
  all: { '*': 'allow' },
};

function environment({ permission, projectSettings }: AgentRequest): Record<string, string> {
  const rules = RULES[permission] ?? RULES.read;
  const agent = { [OWN_AGENT]: { mode: 'primary', permission: rules } };
  return {
    // For agents that it starts itself.
    OPENCODE_PERMISSION: JSON.stringify(rules),
    // Else its own git looks at all files before each step, and obeys the settings of a repo that its model wrote within the folder.
    OPENCODE_CONFIG_CONTENT: JSON.stringify({ snapshot: false, agent }),
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    ...(projectSettings ? {} : { OPENCODE_DISABLE_PROJECT_CONFIG: '1' }),
  };
}

const REJECTED = /rejected permission|prevents you from using/i;

function dialect(): Dialect {
  // Of the step that is going on. Some hosts say `stop` beside tools, and it goes on then.
  let [hasSpoken, hasTools] = [false, false];
  /** What it failed of is that it said nothing: where it goes on, it may yet. */
  let isSilent = false;
  return {
    loggedOut: /ProviderAuthError|\b401\b|unauthorized|api key (is missing|not valid)|invalid api key|auth login/i,
    limited:
      /usage (?:limit|exceeded)|quota exceeded|exceeded your current quota|insufficient[_ ]quota|credit balance is too low|too many requests/i,
    noSession: /session not found/i,
    lift: () => byPolicy('opencode'),
    codeLies: true,
    take(event, account) {
      account.session ??= event.type === 'error' ? null : textOf(event.sessionID);
      const part = recordOf(event.part) ?? {};
      switch (event.type) {
        case 'step_start':
          account.isDone = false;
          if (isSilent) account.failure = null;
          isSilent = false;
          [hasSpoken, hasTools] = [false, false];
          return NO_STEP;
        case 'text':
          hasSpoken ||= textOf(part.text) !== null;
          account.result = textOf(part.text) ?? account.result;
          return shown(textOf(part.text) ?? '');
        case 'tool_use':
          hasTools = true;
          return fromTool(part, account);
        case 'step_finish':
          account.turns += 1;
          account.costUsd = (account.costUsd ?? 0) + (numberOf(part.cost) ?? 0);
          account.tokens = addedTo(account.tokens, tokensOf(recordOf(part.tokens)));
          account.isDone = part.reason === 'stop' && !hasTools;
          isSilent = account.isDone && !hasSpoken && account.failure === null;
          if (isSilent) account.failure = 'it stopped without a word';
          return account.isDone ? shown(`── ${account.turns} turns · $${account.costUsd} ──`) : NO_STEP;
        case 'error': {
          const { name, data } = recordOf(event.error) ?? {};
          const { message, statusCode } = recordOf(data) ?? {};
          account.failure = textOf(message) ?? textOf(name) ?? 'an error';
          account.isLoggedOut ||= name === 'ProviderAuthError' || statusCode === 401;
          return shown(`! ${account.failure}`);
        }
        default:
          return NO_STEP;
      }
    },
  };
}

function tokensOf(tokens: Event | null): number | null {
  const parts = addedTo(sumOf(tokens, 'input', 'output', 'reasoning'), sumOf(recordOf(tokens?.cache), 'read', 'write'));
  return numberOf(tokens?.total) ?? parts;
}

function fromTool({ tool, state }: Event, account: Account): Step {
  const { status, input, error } = recordOf(state) ?? {};
  const used = toolLine(tool, input);
  if (status !== 'error') return shown(used);
  const what = inputOf(input);
  if (REJECTED.test(String(error))) account.denied.push(what === '' ? String(tool) : `${String(tool)} (${what})`);
  return shown(used, `✗ ${String(error)}`);
}
