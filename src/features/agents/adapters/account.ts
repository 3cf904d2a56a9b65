// Collects what an agent has told of its run, and judges by it how the run ended, the same for all agents. The agent's own word of the end
// counts first, then its exit code. A denied permission is a failure whatever the agent says.
import { andMore } from '../../../core/base/counted.ts';
import type { AgentRequest } from '../../../core/model/orders/agent.ts';
import { rounded } from '../../../core/runs/spending.ts';
import { traitsOf } from '../rules/known-agents.ts';
import type { AgentReader, Event, ProcessEnd, ReadRequest, Step, Verdict } from './adapter.ts';

export interface Account {
  session: string | null;
  turns: number;
  costUsd: number | null;
  /** Read and written together; null = it did not tell. */
  tokens: number | null;
  /** O21.1: what its session had told in all before this run. */
  readonly toldBefore: number;
  /** All that its session has told with this run. Absent = it tells no such total. */
  sessionTold?: number;
  /** Its last words to people. */
  result: string | null;
  /** It has said its own word of the end. */
  isDone: boolean;
  /** Why the result is no success, or why there is none. */
  failure: string | null;
  isLoggedOut: boolean;
  isLimited: boolean;
  /** When its usage limit begins again; null = it did not tell. */
  resetsAtMs: number | null;
  hasNoSession: boolean;
  /** What it was not permitted to do, in the order that it tried. */
  readonly denied: string[];
}

export interface Dialect {
  take(event: Event, account: Account): Step;
  /** A line that is no event; true = it is one of the agent's own, and gets it somewhere. */
  takeLine?(line: string, account: Account): boolean;
  /** In its words on why it failed. */
  readonly loggedOut: RegExp;
  readonly limited: RegExp;
  readonly noSession: RegExp;
  /** The variable with its key, which is not there. Absent = it names none. */
  readonly lacks?: RegExp;
  /** What its owner does so that it may do this the next time. */
  lift(denied: string): string;
  /** It has no word of the end: exit code 0 is all that there is. */
  readonly saysNothing?: true;
  /** Its exit code says nothing. */
  readonly codeLies?: true;
}

export function readerOf(dialect: Dialect, { agent, machine, resume }: ReadRequest): AgentReader {
  const account: Account = {
    ...{ session: null, turns: 0, costUsd: null, tokens: null, result: null, isDone: false, failure: null },
    toldBefore: resume?.told ?? 0,
    ...{ isLoggedOut: false, isLimited: false, resetsAtMs: null, hasNoSession: false, denied: [] },
  };
  const problemOf = (end: ProcessEnd): Pick<Verdict, 'problem' | 'asks' | 'resetsAtMs'> => {
    const { isDone, failure, denied } = account;
    const isOver = isDone || (dialect.saysNothing === true && end.code === 0);
    const why = failure ?? (isOver ? '' : end.lastWords);
    const lacked = dialect.lacks?.exec(why)?.[1];
    if (lacked !== undefined) return { problem: lacksKey(agent, lacked, machine), asks: 'permission' };
    if (account.hasNoSession || (!isOver && dialect.noSession.test(why)))
      return { problem: `the session of ${agent} is no longer on ${machine}`, asks: 'session' };
    // Its last words may come from an action that was denied.
    if (account.isLoggedOut || (denied.length === 0 && dialect.loggedOut.test(why)))
      return { problem: `${agent} is not logged in; on ${machine}: ${traitsOf(agent).logIn}`, asks: 'login' };
    if (account.isLimited || (denied.length === 0 && dialect.limited.test(why)))
      return { problem: `${agent} has reached its usage limit: ${why}`, asks: 'limit', resetsAtMs: account.resetsAtMs };
    const [first = '', ...others] = new Set(denied);
    if (denied.length > 0) {
      const what = `${first}${andMore(others.length)}`;
      return { problem: `${agent} was denied ${what}; on ${machine}: ${dialect.lift(first)}`, asks: 'permission' };
    }
    if (failure !== null) return { problem: `${agent}: ${failure}`, asks: null };
    if (!isOver) return { problem: withoutResult(agent, end), asks: null };
    if (end.code !== 0 && dialect.codeLies === undefined)
      return { problem: `${agent} reported success, but ${endWords(end)}`, asks: null };
    return { problem: null, asks: null };
  };
  return {
    get session() {
      return account.session;
    },
    get turns() {
      return account.turns === 0 ? null : account.turns;
    },
    get costUsd() {
      return account.costUsd;
    },
    get isDone() {
      return account.isDone;
    },
    take: (event) => dialect.take(event, account),
    takeLine: (line) => dialect.takeLine?.(line, account) ?? false,
    judge(end) {
      const { turns, costUsd, tokens, sessionTold, result, isDone, failure } = account;
      const hasResult = isDone || failure !== null || dialect.saysNothing === true;
      return {
        ...problemOf(end),
        result,
        turns: turns === 0 ? null : turns,
        costUsd,
        tokens,
        hasResult,
        ...(sessionTold === undefined ? {} : { sessionTold }),
      };
    },
  };
}

/** O21.1: it told all that its session cost, of which this run has the rest. A total below what was told before is one that began anew. */
export function takeTotal(account: Account, of: 'costUsd' | 'tokens', total: number | null): void {
  if (total === null) return;
  account.sessionTold = total;
  account[of] = total >= account.toldBefore ? rounded(total - account.toldBefore) : total;
}

/** A process that went without its own word on the end. */
function withoutResult(agent: string, end: ProcessEnd): string {
  return `${agent} ${endWords(end)} and gave no result${end.lastWords === '' ? '' : `: ${end.lastWords}`}`;
}

function endWords({ code, signal }: ProcessEnd): string {
  return signal === null ? `ended with ${code}` : `ended by ${signal}`;
}

/** What its owner does so that its key is there. */
function lacksKey(agent: string, name: string, machine: string): string {
  const how = `${name}=… in a file that secrets of policy.yaml names, and agents: { ${agent}: { env: [${name}] } } in policy.yaml`;
  return `${agent} has no ${name}, which its settings name as a key; on ${machine}: ${how}`;
}

/** What stands in policy.yaml, where no command of coord's says it. */
export function byPolicy(agent: AgentRequest['agent']): string {
  return `set ${traitsOf(agent).permission.key} of ${agent} in policy.yaml`;
}
