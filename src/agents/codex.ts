// Codex, headless (`codex exec --json`). A turn that completed is its word of success; an `error` alone may be a connection that it
// mends by itself.
import { AGENTS, type AgentRequest } from '../core/model/agent.ts';
import {
  type Adapter,
  type AgentReader,
  type Event,
  endWithoutResult,
  listOf,
  NO_STEP,
  type ProcessEnd,
  recordOf,
  type Step,
  sessionIsGone,
  shown,
  textOf,
  type Verdict,
  waiting,
} from './adapter.ts';

export const codex: Adapter = { argv, reader };

/** Its own question whether the folder is to be trusted is answered by the folders of the policy (O10). */
function argv({ permission, model, resume }: AgentRequest): string[] {
  return [
    ...['exec', '--json', '--sandbox', permission, '--skip-git-repo-check'],
    ...(model === null ? [] : ['--model', model]),
    ...(resume === undefined ? [] : ['resume', resume.session]),
    '-',
  ];
}

const NOT_LOGGED_IN = /not logged in|\b401\b|unauthorized|refresh token|please (log|sign) in|codex login/i;
const NO_SESSION = /no rollout found/i;

function reader({ agent, machine }: Pick<AgentRequest, 'agent' | 'machine'>): AgentReader {
  let session: string | null = null;
  let lastMessage: string | null = null;
  let lastError: string | null = null;
  let failure: string | null = null;
  let turns = 0;

  const fromItem = (item: Event, isDone: boolean): Step => {
    const text = textOf(item.text) ?? textOf(item.message) ?? '';
    switch (item.type) {
      case 'agent_message':
        if (!isDone) return NO_STEP;
        lastMessage = text;
        return shown(text);
      case 'command_execution':
        return isDone ? NO_STEP : shown(`▸ ${String(item.command)}`);
      case 'file_change':
        return isDone
          ? shown(
              `▸ edited ${listOf(item.changes)
                .map((change) => String(change.path))
                .join(', ')}`,
            )
          : NO_STEP;
      case 'error':
        return waiting(`! ${text}`);
      default:
        return NO_STEP;
    }
  };

  const judge = (end: ProcessEnd): Verdict => {
    const known = { asks: null, result: lastMessage, turns: turns === 0 ? null : turns, costUsd: null };
    const said = failure ?? (turns === 0 ? lastError : null);
    if (said !== null && NOT_LOGGED_IN.test(said))
      return { ...known, problem: `${agent} on ${machine} is not logged in; there: ${AGENTS.codex.logIn}`, asks: 'login' };
    if (turns === 0 && NO_SESSION.test(end.lastWords)) return { ...known, ...sessionIsGone(agent, machine) };
    if (failure !== null) return { ...known, problem: `${agent}: ${failure}` };
    if (turns === 0) return { ...known, problem: endWithoutResult(agent, { ...end, lastWords: lastError ?? end.lastWords }) };
    if (end.code !== 0) return { ...known, problem: endWithoutResult(agent, end) };
    return { ...known, problem: null };
  };

  return {
    get session() {
      return session;
    },
    get turns() {
      return turns === 0 ? null : turns;
    },
    judge,
    take(event) {
      switch (event.type) {
        case 'thread.started':
          session = textOf(event.thread_id);
          return shown(`session ${session}`);
        case 'turn.completed':
          turns += 1;
          failure = null;
          return shown(`── ${turns} turns ──`);
        case 'turn.failed':
          failure = textOf(recordOf(event.error)?.message) ?? textOf(event.message) ?? 'its turn failed';
          return shown(`! ${failure}`);
        case 'error':
          lastError = textOf(event.message) ?? lastError;
          return waiting(`! ${lastError}`);
        case 'item.started':
          return fromItem(recordOf(event.item) ?? {}, false);
        case 'item.completed':
          return fromItem(recordOf(event.item) ?? {}, true);
        default:
          return NO_STEP;
      }
    },
  };
}
