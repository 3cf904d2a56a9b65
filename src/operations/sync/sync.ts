// Runs `coord sync`: cycles until there is nothing left to do now (C8), writes the view and the projection, and says what it did. Every
// operation that wants something on the remote ends here.
import { setTimeout as delay } from 'node:timers/promises';
import { minuteTime } from '../../core/base/time.ts';
import type { Trouble } from '../../core/model/ledger/push.ts';
import type { Woken } from '../../core/model/machines/waking.ts';
import type { EndedRun, WaitingOrder } from '../../core/model/orders/run.ts';
import { spareMs } from '../../core/presence/run-lease.ts';
import { type Halt, haltsOf } from '../../core/status/halt-words.ts';
import { CoordError } from '../../errors.ts';
import type { CycleOptions } from '../../machine/cycle.ts';
import { hasLeft } from '../../machine/membership/leaving.ts';
import type { CycleOutcome } from '../../machine/outcome.ts';
import { runCycles } from '../../machine/sync-cycles.ts';
import type { HeldLock } from '../../system/files/lock.ts';
import { takeCycleLock } from '../../system/fleet/cycle-lock.ts';
import { type FleetFolder, ownFolder } from '../../system/fleet/fleet-folder.ts';
import type { SyncDone } from '../feature.ts';
import { type Came, cameBetween } from './came.ts';
import type { World } from './dependencies.ts';
import { anothers, leavingOf, leftReport } from './idle-reports.ts';
import { dueInMs, type NextHere, nextHere } from './next-here.ts';
import { type OpenMachine, openMachine } from './open-machine.ts';
import { type SavedEdits, takeSavedEdits } from './take-saved-edits.ts';
import { LOCK_WAIT_MS } from './under-lock.ts';
import { helpFor, readView, type View, viewIn, viewText } from './view.ts';
import { type EditsLeft, waitingEditsIn } from './waiting-edits.ts';
import { leaveView } from './write-view.ts';

/** How often a command that waits for a run looks at the remote. */
const NEWS_MS = 15_000;
/** The same where nothing runs and something waits for its turn. */
const TURN_MS = 5_000;

export interface SyncReport extends EditsLeft {
  readonly started: readonly string[];
  readonly stopped: readonly string[];
  readonly finished: readonly EndedRun[];
  /** What was taken of an ORDERS.json that was saved here, in words; null = nothing (D5.12). */
  readonly saved: string | null;
  /** Messages that came. */
  readonly received: number;
  /** Machines that a packet went to. */
  readonly woken: readonly Woken[];
  readonly waiting: readonly WaitingOrder[];
  /** What it brought from others; it takes a look at all of both views. */
  came(): Came;
  /** Keys of the runs that go on here. */
  readonly running: readonly string[];
  readonly nextHere: NextHere;
  /** Machine, faults, states, and what is not on the remote yet; null = the remote was never reached. */
  readonly view: View | null;
  readonly trouble: Trouble | null;
  /** Why the local policy cannot be read; then nothing starts here. */
  readonly policyProblem: string | null;
  readonly cycles: number;
  readonly pushes: number;
  /** Another process began a cycle after this one was asked for, and did its work. */
  readonly byAnother: boolean;
  readonly dryRun: boolean;
  /** I4: this machine is on its way out of the fleet, or has left it. */
  readonly leaving: 'leaving' | 'left' | null;
}

export async function sync(world: World, folder: FleetFolder, options: { readonly dryRun?: boolean } = {}): Promise<SyncReport> {
  const opened = await openMachine(world, folder);
  try {
    return await syncOpened(world, opened, { dryRun: options.dryRun ?? false });
  } finally {
    await opened.ledger.close();
  }
}

/** Cycles and waits for the ends of runs, until nothing runs here, nothing waits for a slot, and all is reported. */
export async function syncUntilDone(
  world: World,
  folder: FleetFolder,
  onReport: (report: SyncReport) => void,
): Promise<SyncReport> {
  const opened = await openMachine(world, folder);
  try {
    let mayRecall = false;
    for (;;) {
      const report = await syncOpened(world, opened, { dryRun: false, mayRecall });
      onReport(report);
      if (report.running.length === 0 && !report.waiting.some((order) => order.state === 'ASSIGNED')) return report;
      const hasEnded = await report.nextHere(report.running.length > 0 ? NEWS_MS : TURN_MS);
      // C4a: a run has ended, and that is all there is to say; what this process has not seen itself, it does not go by.
      mayRecall = hasEnded && !report.byAnother && report.trouble === null;
    }
  } finally {
    await opened.ledger.close();
  }
}

/** For a process that stays: one sync with what it has open. */
export async function syncOpened(world: World, opened: OpenMachine, options: CycleOptions): Promise<SyncReport> {
  const { dryRun } = options;
  ownFolder(opened.folder);
  if (await hasLeft(opened.journal, await opened.journal.load())) return leftReport(opened, readView(opened.folder), dryRun);
  const askedMs = Date.now();
  const lock = await takeCycleLock(opened.folder, LOCK_WAIT_MS);
  world.step('locked');
  const beganMs = Date.now();
  let isDone = false;
  try {
    const isDoneByAnother = !dryRun && lock.isDoneSince(askedMs);
    const view = isDoneByAnother ? readView(opened.folder) : null;
    if (view !== null) return await anothers(opened, view);
    const done = await cycles(world, opened, lock, options);
    world.step('cycles-done');
    isDone = !dryRun && done.isForAll;
    return done.report;
  } finally {
    await lock.release(isDone ? beganMs : undefined);
  }
}

const NOTHING_SAVED: SavedEdits = { notTaken: new Map(), words: null };

interface Done {
  readonly report: SyncReport;
  /** C9: it looked at the remote and held nothing back, and so did the work of whoever waited for the lock. */
  readonly isForAll: boolean;
}

async function cycles(world: World, opened: OpenMachine, lock: HeldLock, options: CycleOptions): Promise<Done> {
  const { dryRun } = options;
  const { machine, policyProblem } = opened.cycleWith(lock);
  const total = {
    started: [] as string[],
    stopped: [] as string[],
    finished: [] as EndedRun[],
    received: 0,
    woken: [] as Woken[],
    cycles: 0,
    pushes: 0,
  };
  const { notTaken: whyNotTaken, words: saved } = dryRun ? NOTHING_SAVED : await takeSavedEdits(world, opened);
  world.step('saved-edits-taken');
  const before = viewText(opened.folder);
  const said: CycleOutcome[] = [];
  let hasLooked = false;
  const onCycle = (outcome: CycleOutcome) => {
    if (outcome.push?.lane === 'accepted') said.push(outcome);
    hasLooked ||= outcome.fetched;
    total.cycles += 1;
    total.pushes += outcome.push?.pushes ?? 0;
    total.started.push(...outcome.started);
    total.stopped.push(...outcome.stopped);
    total.finished.push(...outcome.finished);
    total.received += outcome.received;
    total.woken.push(...outcome.woken);
  };
  const outcome = await runCycles(machine, options, { onCycle, pause: delay });
  const trouble = outcome.trouble ?? refusal(outcome);
  const view = await leaveView(world, opened, { ...outcome, trouble }, { dryRun, whyNotTaken, policyProblem });
  if (!dryRun)
    for (const feature of await world.features()) feature.afterSync?.(opened.folder, { ...doneOf(outcome, view), said });
  if (!dryRun) await opened.ledger.packIfNeeded(spareMs(outcome.state, world.clock.now()));
  const running = outcome.state.active.map((run) => run.key);
  const leaving = leavingOf(outcome.state);
  const own = new Set([...total.started, ...total.stopped, ...total.finished.map(({ order }) => order)]);
  const came = () => cameBetween(viewIn(before), view, own);
  const { waiting, heldForMs, seen } = outcome;
  const held = new Map(seen?.edits.held.map(({ intention, waitsFor }) => [intention.id, waitsFor]));
  const waitingEdits = await waitingEditsIn(opened.journal, ({ id }) => held.get(id) ?? null);
  const next = nextHere(opened.runner, running, dueInMs(outcome, world.clock.now()));
  const now = { running, nextHere: next, view, trouble, policyProblem, byAnother: false, dryRun, leaving };
  const report = { ...total, saved, came, waiting, waitingEdits, lostEdits: outcome.state.lostEdits, ...now };
  return { report, isForAll: hasLooked && heldForMs === null };
}

function doneOf({ seen, self, waiting }: CycleOutcome, view: View): Omit<SyncDone, 'said'> {
  const orders = seen?.snapshot.orders.orders ?? [];
  const types = new Map(orders.flatMap(({ id, type }) => (type === null ? [] : [[id, type]])));
  return { view, isFresh: seen !== null, types, allows: self.policy.allow, waiting };
}

/** The lane itself was refused, after every look at the truth: nobody hears of this machine. */
function refusal({ push }: CycleOutcome): Trouble | null {
  if (push?.lane !== 'refused') return null;
  const why = push.laneRefusal === null ? '' : ` (${push.laneRefusal})`;
  return { code: 'UNKNOWN', message: `it refuses pushes from this machine${why}; reports wait here` };
}

/** What keeps this machine from saying anything, whatever the remote answers; null = nothing. */
export function haltOf({ view }: Pick<SyncReport, 'view'>): Halt | null {
  return (view === null ? undefined : haltsOf(view)[0]) ?? null;
}

/** Throws what a person must know before anything else: nobody answered, or somebody else is this machine. */
export function mustBeSynced(report: SyncReport): void {
  const halt = haltOf(report);
  if (halt !== null) throw new CoordError(halt.code, halt.sentence, halt.hint);
  if (report.policyProblem !== null) throw new CoordError('REFUSED', report.policyProblem);
  if (report.trouble !== null) {
    const since = report.view?.sync.unsyncedSince;
    const when = since == null ? '' : ` (unsynced since ${minuteTime(since)})`;
    throw new CoordError(
      'UNREACHABLE',
      `not synced with the remote ${report.view?.self.remote ?? ''}${when}: ${report.trouble.message}`,
      helpFor(report.trouble.code),
    );
  }
}
