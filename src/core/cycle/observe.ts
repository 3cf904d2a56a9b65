// observe: takes what a fetch and the run folders showed into the journal's state. Pure (C1). The same state object comes back if nothing was new, so
// that nothing needs to be written (C3).

import { fullVerdict } from '../../features/rules.ts';
import { because } from '../base/reasons.ts';
import { plainText } from '../base/redact.ts';
import { shellWord } from '../base/shell-word.ts';
import { isoTime } from '../base/time.ts';
import { seeSchedules } from '../decide/schedules-seen.ts';
import type { ActiveRun, JournalState, SeenVersions } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import { AGENT_ASKS } from '../model/orders/agent.ts';
import type { EndedRun, ExitRecord, RunSight } from '../model/orders/run.ts';
import { settledPause } from '../orders/pause.ts';
import { cutQuestion, questionIn, questionWords } from '../orders/questions.ts';
import { observedMs } from '../presence/elapsed.ts';
import { withAccepted } from '../presence/heartbeat.ts';
import { listedId } from '../runs/occurrence-name.ts';
import { publishedTail } from '../runs/published-tail.ts';
import { forget, remember } from '../runs/run-retention.ts';
import { observeClaims } from './own-claims.ts';
import { observeUnanswered } from './who-answers.ts';

/** Takes the ends of runs into the state. `clean` takes secrets and terminal codes out of a tail. */
export function observeRuns(
  state: JournalState,
  sights: ReadonlyMap<string, RunSight>,
  clean: (text: string) => string,
  nowIso: string,
): JournalState {
  const still: ActiveRun[] = [];
  const ended: EndedRun[] = [];
  for (const run of state.active) {
    const sight = sights.get(run.key);
    if (sight === undefined || sight.kind === 'running') still.push(run);
    else if (sight.kind !== 'neverBegan') {
      const tail = publishedTail(sight, clean);
      const outputs = cleanOutputs(sight.outputs, clean);
      const end = sight.kind === 'ended' ? endOf(run, sight.exit, tail, outputs) : interruptionOf(run, tail, outputs, nowIso);
      ended.push(withCutQuestion(end, run, sight.asked, clean));
    }
  }
  if (still.length === state.active.length) return state;
  const left = state.active.filter((run) => !still.includes(run)).map(({ key }) => key);
  return { ...state, active: still, undiscarded: [...state.undiscarded, ...left], ...remember(state, ended) };
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
  const work = run.work === undefined ? {} : { work: run.work };
  const { startedAt, finishedAt } = exit;
  const verdict =
    run.agent !== undefined
      ? agentVerdict(verdictOf(exit), outputs, order)
      : run.program === undefined
        ? { ...verdictOf(exit), outputs }
        : callVerdict(verdictOf(exit), outputs);
  const full = fullVerdict(verdict, exit, `coord retry ${shellWord(listedId(order))}`);
  return { order, generation, attempt, ...full, startedAt, finishedAt, tail, ...work };
}

type Verdict = Pick<EndedRun, 'state' | 'reason' | 'code' | 'exitCode'>;

/** O14: the caller puts into the outputs why an answer does not count. */
function callVerdict(
  verdict: Verdict,
  said: Readonly<Record<string, string>>,
  code: 'callFailed' | 'agentFailed' = 'callFailed',
): Verdict & Pick<EndedRun, 'outputs'> {
  const { problem, ...outputs } = said;
  const why = verdict.state === 'FAILED' && verdict.reason === null && problem !== undefined ? because[code](problem) : {};
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
  const next = asks === 'session' ? 'to start over' : 'then';
  const words = `${told.reason ?? asks}; ${next}: coord retry ${shellWord(listedId(order))}`;
  return { ...told, ...because[ASKS.get(asks) ?? 'agentFailed'](words), asks: true };
}

const ASKS: ReadonlyMap<string, 'agentLoggedOut' | 'agentDenied' | 'sessionGone'> = new Map([
  ['login', 'agentLoggedOut'],
  ['permission', 'agentDenied'],
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

function interruptionOf(run: ActiveRun, tail: string, said: Readonly<Record<string, string>>, nowIso: string): EndedRun {
  const { order, generation, attempt, startedAt } = run;
  const work = run.work === undefined ? {} : { work: run.work };
  const common = {
    order,
    generation,
    attempt,
    exitCode: null,
    startedAt,
    finishedAt: nowIso,
    tail,
    outputs: sessionIn(run, said),
    ...work,
  };
  if (run.stop !== null) return { ...common, state: 'CANCELLED', ...because.interrupted(run.stop) };
  return { ...common, state: 'FAILED', ...because.interrupted() };
}

/** O17: of its outputs only the session is kept, where it can go on. */
function sessionIn(run: ActiveRun, { agent, session }: Readonly<Record<string, string>>): Record<string, string> {
  return run.agent === undefined || agent === undefined || session === undefined ? {} : { agent, session };
}

/**
 * Takes what the ledger showed into the state: whether other lanes moved (O4), and whether somebody else writes as this machine (R3). `computer`:
 * UUID of the computer that this runs on; null = that of the state.
 */
export function observeLedger(
  known: JournalState,
  snapshot: Snapshot,
  now: Instant,
  computer: string | null = known.computer,
): JournalState {
  const state = known.computer === null && computer !== null ? { ...known, computer } : known;
  const observed: Record<number, JournalState['observed'][number]> = {};
  const uncounted = new Set(snapshot.uncounted);
  let moved = false;
  for (const [machine, lane] of snapshot.lanes) {
    if (machine === state.machine || uncounted.has(machine)) continue;
    const { commit } = lane;
    // A word that came to main alone, in a push whose lane is still under way, is a sign of life too (D2).
    const beat = Math.max(lane.beat, snapshot.machines.get(machine)?.document.beat ?? 0);
    const before = state.observed[machine];
    const stands = before !== undefined && before.commit === commit && beat <= before.beat && observedMs(before.at, now) !== null;
    observed[machine] = stands ? before : { commit, beat, at: now };
    moved ||= !stands;
  }
  moved ||= Object.keys(state.observed).length !== Object.keys(observed).length;
  const duplicate = computer === state.computer ? foreignLane(state, snapshot) : laneOrLast(state, snapshot);
  const admitted = admittedIn(state, snapshot);
  const versions = withVersions(state.versions, snapshot.versions ?? {});
  const isNews = moved || duplicate !== state.duplicate || admitted !== state.admitted || versions !== state.versions;
  const next = isNews ? { ...state, observed, duplicate, admitted, versions } : state;
  const answered = observeUnanswered(withPause(withAnswer(next, snapshot), now), snapshot, now);
  const claimed = observeClaims(answered, snapshot, isoTime(now.wallMs));
  return forget(seeSchedules(claimed, snapshot, now), snapshot, now);
}

/** How many machines are remembered: as many as a fleet can have. */
const ADMITTED_MAX = 1000;

/** R8: with machines that count here for the first time. A machine that has left takes no place and is not remembered: its number may come back as another machine. */
function admittedIn({ admitted }: JournalState, { lanes, machines, uncounted }: Snapshot): readonly number[] {
  const known = new Set([...admitted, ...(uncounted ?? [])]);
  const counts = (machine: number) => !known.has(machine) && machines.get(machine)?.document.state !== 'LEFT';
  const fresh = [...lanes.keys()].filter(counts);
  if (fresh.length === 0) return admitted;
  const all = [...admitted, ...fresh];
  return (all.length <= ADMITTED_MAX ? all : all.filter((machine) => lanes.has(machine))).slice(0, ADMITTED_MAX);
}

type Versions = JournalState['versions'];

/** D4. The same object where nothing is new. */
function withVersions(known: Versions, seen: Versions): Versions {
  const isSame = ([path, { good, bad }]: readonly [string, SeenVersions]) =>
    known[path] !== undefined && sameList(good, known[path].good) && sameList(bad, known[path].bad);
  return Object.entries(seen).every(isSame) ? known : { ...known, ...seen };
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}

function withPause(state: JournalState, now: Instant): JournalState {
  const pause = settledPause(state.pause, now);
  return pause === state.pause ? state : { ...state, pause };
}

/**
 * R3: the commit on this machine's lane, if this machine never tried to push it. A missing lane says nothing: after somebody else's commit, the
 * other folder may be there still, and knows what this one never saw.
 */
function foreignLane(state: JournalState, snapshot: Snapshot): string | null {
  const commit = snapshot.lanes.get(state.machine)?.commit ?? (state.duplicate || undefined);
  if (commit === undefined || state.pushed.includes(commit)) return null;
  return commit;
}

/** In a folder that was copied to another computer, every commit on the lane is the other folder's, even if this journal lists it. */
function laneOrLast(state: JournalState, snapshot: Snapshot): string {
  return snapshot.lanes.get(state.machine)?.commit ?? state.accepted?.commit ?? '';
}

/** R5: a push whose answer was lost was accepted if the lane shows it. */
function withAnswer(state: JournalState, snapshot: Snapshot): JournalState {
  const { tried } = state;
  return tried !== null && snapshot.lanes.get(state.machine)?.commit === tried.commit ? withAccepted(state, tried) : state;
}
