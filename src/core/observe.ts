// observe: what a fetch and the run folders showed becomes what this machine knows. Pure (C1); the same state object comes
// back when nothing was new, so that nothing needs to be written (C3).
import type { ActiveRun, Instant, JournalState } from './model/journal.ts';
import { ENDED_FULL_MAX, type EndedRun, type ExitRecord, type OlderRun, type RunSight } from './model/run.ts';
import type { Snapshot } from './model/snapshot.ts';
import { observedMs } from './presence.ts';
import { parseTime } from './time.ts';

/** O8: how long a finished run is remembered after its order left ORDERS.json. */
const REMEMBER_MS = 30 * 24 * 3_600_000;

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
    else if (sight.kind === 'ended') ended.push(endOf(run, sight.exit, clean(sight.tail), cleanAll(sight.outputs, clean)));
    else if (sight.kind === 'interrupted') ended.push(interruptionOf(run, clean(sight.tail), nowIso));
  }
  if (still.length === state.active.length) return state;
  return { ...state, active: still, ...keepLast([...state.ended, ...ended], state.older) };
}

function keepLast(ended: readonly EndedRun[], older: readonly OlderRun[]): Pick<JournalState, 'ended' | 'older'> {
  const surplus = Math.max(0, ended.length - ENDED_FULL_MAX);
  const shortened = ended.slice(0, surplus).map(({ order, generation, attempt, state, exitCode, finishedAt }) => {
    return { order, generation, attempt, state, exitCode, finishedAt };
  });
  return { ended: ended.slice(surplus), older: [...older, ...shortened] };
}

function cleanAll(outputs: Readonly<Record<string, string>>, clean: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, clean(value)]));
}

function endOf(run: ActiveRun, exit: ExitRecord, tail: string, outputs: Readonly<Record<string, string>>): EndedRun {
  const { order, generation, attempt } = run;
  const { startedAt, finishedAt } = exit;
  const verdict = verdictOf(exit);
  return { order, generation, attempt, ...verdict, startedAt, finishedAt, tail, outputs };
}

/** COMPLETED only on evidence: it exited 0 by itself, and its check, if it has one, passed. */
function verdictOf(exit: ExitRecord): Pick<EndedRun, 'state' | 'reason' | 'exitCode'> {
  const { exitCode } = exit;
  switch (exit.why) {
    case 'stopped':
      return { state: 'CANCELLED', reason: STOP_WORDS[exit.stop ?? 'cancelled'], exitCode };
    case 'timeout':
      return { state: 'FAILED', reason: 'timed out', exitCode };
    case 'notStarted':
      return { state: 'FAILED', reason: `did not start: ${exit.detail ?? 'unknown reason'}`, exitCode };
    case 'exited':
      break;
  }
  const note = exit.leftovers > 0 ? `ended ${exit.leftovers} left-over process${exit.leftovers === 1 ? '' : 'es'}` : null;
  if (exit.exitCode !== 0) return { state: 'FAILED', reason: exit.signal === null ? note : `ended by ${exit.signal}`, exitCode };
  if (!exit.checkRan || exit.checkExitCode === 0) return { state: 'COMPLETED', reason: note, exitCode };
  return { state: 'FAILED', reason: `check failed with ${exit.checkExitCode ?? 'a signal'}`, exitCode };
}

const STOP_WORDS = {
  cancelled: 'cancelled',
  removed: 'removed from ORDERS.json',
  superseded: 'a higher generation was asked for',
} as const;

function interruptionOf(run: ActiveRun, tail: string, nowIso: string): EndedRun {
  const { order, generation, attempt, startedAt } = run;
  const common = { order, generation, attempt, exitCode: null, startedAt, finishedAt: nowIso, tail, outputs: {} };
  if (run.stop !== null) return { ...common, state: 'CANCELLED', reason: `${STOP_WORDS[run.stop]}, then interrupted` };
  return { ...common, state: 'FAILED', reason: 'interrupted' };
}

/** Takes what the ledger showed into the state: other lanes' movement (O4), and who writes as me (R3). */
export function observeLedger(state: JournalState, snapshot: Snapshot, now: Instant): JournalState {
  const observed: Record<number, JournalState['observed'][number]> = {};
  let moved = false;
  for (const [machine, view] of snapshot.machines) {
    if (machine === state.machine || view.lane === null) continue;
    const before = state.observed[machine];
    const stands = before !== undefined && before.commit === view.lane.commit && observedMs(before.at, now) !== null;
    observed[machine] = stands ? before : { commit: view.lane.commit, beat: view.lane.beat, at: now };
    moved ||= !stands;
  }
  moved ||= Object.keys(state.observed).length !== Object.keys(observed).length;
  const duplicate = foreignLane(state, snapshot);
  if (!moved && duplicate === state.duplicate) return forget(state, snapshot, now);
  return forget({ ...state, observed, duplicate }, snapshot, now);
}

/** R3: the commit on my lane, if I neither pushed nor tried to push it. A lane that is gone is nobody's word. */
function foreignLane(state: JournalState, snapshot: Snapshot): string | null {
  const commit = snapshot.machines.get(state.machine)?.lane?.commit;
  if (commit === undefined || state.pushed.includes(commit)) return null;
  return commit;
}

/** O8: drops what has been unlisted for long enough. An unreadable ORDERS.json never counts as removal (D4). */
function forget(state: JournalState, snapshot: Snapshot, now: Instant): JournalState {
  if (!snapshot.ordersReadable) return state;
  const listed = new Set([
    ...snapshot.orders.orders.map((order) => order.id),
    ...snapshot.orders.refused.map((entry) => entry.id),
  ]);
  const keeps = (run: OlderRun) => listed.has(run.order) || now.wallMs - parseTime(run.finishedAt) < REMEMBER_MS;
  const older = state.older.filter(keeps);
  const before = state.before.filter((name) => listed.has(name.slice(0, name.lastIndexOf('@'))));
  if (older.length === state.older.length && before.length === state.before.length) return state;
  return { ...state, older, before };
}
