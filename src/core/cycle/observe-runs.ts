// Takes what the run folders showed into the journal's state: which runs have ended, and how. Pure (C1). The same state object comes back if
// nothing was new, so that nothing needs to be written (C3).
import { fullVerdict } from '../../features/rules.ts';
import { plainText } from '../base/redact.ts';
import { shellWord } from '../base/shell-word.ts';
import type { ActiveRun, JournalState } from '../model/ledger/journal.ts';
import { AGENT_ASKS } from '../model/orders/agent.ts';
import type { EndedRun, ExitRecord, RunningRun, RunSight } from '../model/orders/run.ts';
import { cutQuestion, questionIn, questionWords } from '../orders/questions.ts';
import { because } from '../orders/reason-words.ts';
import { sessionIn } from '../runs/deciding-outputs.ts';
import { remember } from '../runs/journal-retention.ts';
import { listedId } from '../runs/occurrence-name.ts';
import { publishedTail } from '../runs/published-tail.ts';
import { costIn, type EndedCost, withSpent } from '../runs/spending.ts';
import { withWays } from '../status/ways.ts';

/** Takes the ends of runs into the state. `clean` takes secrets and terminal codes out of a tail. */
export function observeRuns(
  state: JournalState,
  sights: ReadonlyMap<string, RunSight>,
  clean: (text: string) => string,
  nowIso: string,
): JournalState {
  const still: ActiveRun[] = [];
  const ended: EndedRun[] = [];
  const costs: EndedCost[] = [];
  for (const run of state.active) {
    const sight = sights.get(run.key);
    if (sight === undefined) still.push(run);
    // Who started it may have died before it noted that: without it, nobody would listen to its end.
    else if (sight.kind === 'running') still.push(run.begun ? run : { ...run, begun: true });
    else if (sight.kind !== 'neverBegan') {
      const tail = publishedTail(sight, clean);
      const outputs = cleanOutputs(sight.outputs, clean);
      const cost = run.agent === undefined ? null : costIn(sight.outputs);
      const end =
        sight.kind === 'ended' ? endOf(run, sight.exit, tail, outputs) : interruptionOf(run, sight, { tail, outputs }, nowIso);
      if (cost !== null) costs.push({ ...cost, at: end.finishedAt });
      ended.push(withCleanPlaces(withCutQuestion(end, run, sight.asked, clean), clean));
    }
  }
  if (still.length === state.active.length)
    return still.every((run, at) => run === state.active[at]) ? state : { ...state, active: still };
  const goesOn = new Set(still.map(({ key }) => key));
  const left = state.active.flatMap(({ key }) => (goesOn.has(key) ? [] : [key]));
  const spent = costs.length === 0 ? {} : { spent: withSpent(state.spent ?? {}, costs) };
  return { ...state, ...spent, active: still, undiscarded: [...state.undiscarded, ...left], ...remember(state, ended) };
}

/** A5: what the owner's own command says of where a file is, is output as any. */
function withCleanPlaces(end: EndedRun, clean: (text: string) => string): EndedRun {
  const { artifacts } = end;
  if (artifacts?.some(({ at }) => at !== undefined) !== true) return end;
  return { ...end, artifacts: artifacts.map((file) => (file.at === undefined ? file : { ...file, at: clean(file.at) })) };
}

/** O18: an agent that was cut off had asked something. Nobody waits for the answer, but a person who runs the order again should know it. */
function withCutQuestion(end: EndedRun, run: ActiveRun, asked: string | undefined, clean: (text: string) => string): EndedRun {
  if (run.agent === undefined || asked === undefined || end.state !== 'FAILED') return end;
  return { ...end, reason: `${end.reason}; it had asked: ${cutQuestion(clean(plainText(asked)), listedId(end.order))}` };
}

/** A key that holds a secret becomes `redacted`, `redacted_2` and so on; dependents get the value under that name. */
function cleanOutputs(outputs: Readonly<Record<string, string>>, clean: (text: string) => string): Record<string, string> {
  const cleaned: Record<string, string> = {};
  for (const [key, value] of Object.entries(outputs))
    cleaned[clean(key) === key ? key : freeName(outputs, cleaned)] = clean(value);
  return cleaned;
}

function freeName(...taken: readonly Readonly<Record<string, string>>[]): string {
  const name = (count: number) => (count === 1 ? 'redacted' : `redacted_${count}`);
  let count = 1;
  while (taken.some((outputs) => Object.hasOwn(outputs, name(count)))) count += 1;
  return name(count);
}

function endOf(run: ActiveRun, exit: ExitRecord, tail: string, outputs: Readonly<Record<string, string>>): EndedRun {
  const { order, generation, attempt } = run;
  const { startedAt, finishedAt } = exit;
  const verdict =
    run.agent !== undefined
      ? agentVerdict(verdictOf(exit), outputs, order)
      : run.program === undefined
        ? { ...verdictOf(exit), outputs }
        : callVerdict(verdictOf(exit), outputs);
  const full = fullVerdict(verdict, exit, listedId(order));
  return { order, generation, attempt, ...full, startedAt, finishedAt, tail, ...beganWith(run) };
}

/** What a run was started with stands with its end (O8b, O19). */
export function beganWith({ work, watched }: Pick<RunningRun, 'work' | 'watched'>): Pick<EndedRun, 'work' | 'watched'> {
  return { ...(work === undefined ? {} : { work }), ...(watched === undefined ? {} : { watched }) };
}

type Verdict = Pick<EndedRun, 'state' | 'reason' | 'told' | 'code' | 'exitCode'>;

/** O14: the caller puts into the outputs why an answer does not count. */
function callVerdict(
  verdict: Verdict,
  said: Readonly<Record<string, string>>,
  code: 'callFailed' | 'agentFailed' = 'callFailed',
): Verdict & Pick<EndedRun, 'outputs'> {
  const { problem, ...outputs } = said;
  const { state, reason } = verdict;
  // What it left behind is no cause.
  const isUntold = state === 'FAILED' && (reason === null || verdict.code === 'leftovers');
  const why = isUntold && problem !== undefined ? because[code](reason === null ? problem : `${problem}; ${reason}`) : {};
  return { ...verdict, ...why, outputs };
}

/** O15: how the agent's process reports its end, and whether only a person can help (exit code 3). */
function agentVerdict(
  verdict: Verdict,
  said: Readonly<Record<string, string>>,
  order: string,
): Verdict & Pick<EndedRun, 'outputs' | 'asks'> {
  const { asks, ...rest } = said;
  const told = callVerdict(verdict, rest, 'agentFailed');
  if (verdict.state !== 'FAILED' || verdict.exitCode !== AGENT_ASKS || asks === undefined) return told;
  const question = asks === 'question' ? questionIn(rest) : null;
  if (question !== null) return { ...told, ...because.question(questionWords(order, question)), asks: true };
  const id = listedId(order);
  const cause = told.reason ?? asks;
  // A session is only started over by the command.
  const words = asks === 'session' ? `${cause}; to start over: coord retry ${shellWord(id)}` : withWays(id, cause, 'thenRetry');
  return { ...told, ...because[ASKS.get(asks) ?? 'agentFailed'](words), asks: true };
}

const ASKS: ReadonlyMap<string, 'agentLoggedOut' | 'agentDenied' | 'agentLimited' | 'sessionGone'> = new Map([
  ['login', 'agentLoggedOut'],
  ['permission', 'agentDenied'],
  ['limit', 'agentLimited'],
  ['session', 'sessionGone'],
]);

/** COMPLETED only on evidence: it exited 0 by itself, and its check, if it has one, passed. */
function verdictOf(exit: ExitRecord): Verdict {
  const { exitCode } = exit;
  switch (exit.why) {
    case 'stopped':
      return { state: 'CANCELLED', ...because[exit.stop ?? 'cancelled'](), exitCode };
    case 'timeout':
      return { state: 'FAILED', ...because.timedOut(), exitCode };
    case 'lease':
      return { state: 'FAILED', ...because.leaseOver(), exitCode };
    case 'notStarted':
      return { state: 'FAILED', ...because.notStarted(exit.detail), exitCode };
    case 'exited':
      break;
  }
  const note = exit.leftovers > 0 ? because.leftovers(exit.leftovers) : { reason: null };
  if (exit.exitCode !== 0) return { state: 'FAILED', ...(exit.signal === null ? note : because.signal(exit.signal)), exitCode };
  if (!exit.checkRan || exit.checkExitCode === 0) return { state: 'COMPLETED', ...note, exitCode };
  return { state: 'FAILED', ...because.checkFailed(exit.checkExitCode), exitCode };
}

function interruptionOf(
  run: ActiveRun,
  around: Pick<ExitRecord, 'workspace'>,
  { tail, outputs }: Pick<EndedRun, 'tail' | 'outputs'>,
  nowIso: string,
): EndedRun {
  const { order, generation, attempt, startedAt, stop } = run;
  const verdict = {
    state: stop === null ? ('FAILED' as const) : ('CANCELLED' as const),
    ...because.interrupted(stop),
    exitCode: null,
    // O17: only where it can go on is kept.
    outputs: run.agent === undefined ? {} : sessionIn(outputs),
  };
  const full = fullVerdict(verdict, around, listedId(order));
  return { order, generation, attempt, ...full, startedAt, finishedAt: nowIso, tail, ...beganWith(run) };
}
