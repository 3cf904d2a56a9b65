// Adapts Codex without a terminal (`codex exec --json`). A completed turn is a success if it ended with a word of its model: one whose prompt
// a hook has blocked completes too. An `error` alone may be a connection that Codex repairs by itself. The tokens of a turn are those of its whole thread, earlier runs included.
import type { AgentRequest, RunServer } from '../../../core/model/orders/agent.ts';
import { type Account, byPolicy, type Dialect, readerOf, takeTotal } from './account.ts';
import { type Adapter, type Event, listOf, NO_STEP, recordOf, type Step, shown, sumOf, textOf, waiting } from './adapter.ts';

export const codex: Adapter = { argv, takesServer: true, reader: (request) => readerOf(dialect(), request) };

/** Its own question whether the folder is to be trusted is answered by the folders of the policy (O10). */
function argv({ permission, model, resume, server }: AgentRequest): string[] {
  return [
    ...['exec', '--json', '--sandbox', permission, '--skip-git-repo-check'],
    ...(server === undefined ? [] : settings(server)),
    ...(model === null ? [] : ['--model', model]),
    ...(resume === undefined ? [] : ['resume', resume.session]),
    '-',
  ];
}

/** Its tools are approved beforehand: nobody sits there who could. A string of TOML may be written as JSON writes it. */
function settings({ command, args, env }: RunServer): string[] {
  const variables = Object.entries(env).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const values = {
    command: JSON.stringify(command),
    args: JSON.stringify(args),
    env: `{ ${variables.join(', ')} }`,
    default_tools_approval_mode: '"approve"',
  };
  return Object.entries(values).flatMap(([key, value]) => ['-c', `mcp_servers.coord.${key}=${value}`]);
}

const USES: readonly unknown[] = ['command_execution', 'file_change', 'mcp_tool_call'];

function dialect(): Dialect {
  /** Since it used a tool. */
  let hasSpoken = false;
  return {
    loggedOut: /not logged in|\b401\b|unauthorized|refresh token|please (log|sign) in|codex login/i,
    limited: /usage[_ ]limit|quota exceeded|exceeded your current quota|out of credits|too many requests/i,
    noSession: /no rollout found/i,
    lacks: /missing environment variable: `(\w+)`/i,
    lift: () => byPolicy('codex'),
    take(event, account) {
      switch (event.type) {
        case 'thread.started':
          account.session = textOf(event.thread_id);
          return shown(`session ${account.session}`);
        case 'turn.completed':
          account.turns += 1;
          takeTotal(account, 'tokens', sumOf(recordOf(event.usage), 'input_tokens', 'output_tokens'));
          account.failure = hasSpoken ? null : 'it stopped without a word';
          hasSpoken = false;
          account.isDone = true;
          return shown(`── ${account.turns} turns ──`);
        case 'turn.failed':
          account.failure = textOf(recordOf(event.error)?.message) ?? textOf(event.message) ?? 'its turn failed';
          return shown(`! ${account.failure}`);
        case 'error':
          return waiting(`! ${textOf(event.message) ?? 'an error'}`);
        case 'item.started':
        case 'item.completed': {
          const item = recordOf(event.item) ?? {};
          const isDone = event.type === 'item.completed';
          if (isDone ? item.type === 'agent_message' : USES.includes(item.type)) hasSpoken = isDone;
          return fromItem(item, isDone, account);
        }
        default:
          return NO_STEP;
      }
    },
  };
}

function fromItem(item: Event, isDone: boolean, account: Account): Step {
  const text = textOf(item.text) ?? textOf(item.message) ?? '';
  switch (item.type) {
    case 'agent_message':
      if (!isDone) return NO_STEP;
      account.result = text;
      return shown(text);
    case 'command_execution':
      return isDone ? NO_STEP : shown(`▸ ${String(item.command)}`);
    case 'file_change':
      return isDone ? shown(`▸ edited ${pathsOf(item)}`) : NO_STEP;
    case 'error':
      return waiting(`! ${text}`);
    default:
      return NO_STEP;
  }
}

function pathsOf(item: Event): string {
  return listOf(item.changes)
    .map((change) => String(change.path))
    .join(', ');
}
