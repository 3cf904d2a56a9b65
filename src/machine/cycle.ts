// The cycle (protocol section 4): collect exits → fetch → parse → observe → decide → perform → derive → compose → push.
// Running it twice does no harm, and being killed anywhere in it needs no repair (C2). The caller holds the lock (C7).
import { observeLedger, watchLanes } from '../core/cycle/observe-ledger.ts';
import type { JournalState } from '../core/model/ledger/journal.ts';
import type { Instant } from '../core/model/machines/instant.ts';
import type { Self } from '../core/model/machines/self.ts';
import { claimName } from '../core/model/orders/claim.ts';
import type { EndedRun } from '../core/model/orders/run.ts';
import { isOver } from '../core/presence/elapsed.ts';
import { afterLook } from '../core/presence/gone.ts';
import { CoordError } from '../errors.ts';
import type { Machine } from './context.ts';
import { dryRun } from './dry-run.ts';
import { hasLeft, notLeftYet } from './membership/leaving.ts';
import type { CycleOutcome } from './outcome.ts';
import type { PushGate } from './pace/push-gate.ts';
import { type Look, look, notHere } from './reading/fetch-snapshot.ts';
import { pinMain } from './reading/main-rewritten.ts';
import { act } from './steps/act.ts';
import { collectExits } from './steps/collect-exits.ts';
import type { Seen } from './steps/derive.ts';
import { withAskedTools } from './steps/own-tools.ts';
import { publish, renewLeases } from './steps/publish.ts';
import { reusedSnapshot } from './steps/reuse-snapshot.ts';
import { withoutWrittenRuns } from './steps/run-history.ts';

const NOTHING_DONE = { started: [], stopped: [], waiting: [], received: 0, woken: [], push: null, mishaps: [], heldForMs: null };

const VIEW_AGE_MS = 60_000;
const TURNS_MAX = 2;

export interface CycleOptions {
  /** Nothing is started, stopped, pushed or settled; the outcome says what a cycle would do. */
  readonly dryRun: boolean;
  /** C4a: if there is only something to push, it is pushed without a fetch. */
  readonly mayRecall?: boolean;
  /** When the sync began that this cycle is part of (H2); absent = with this cycle. */
  readonly syncedAt?: Instant;
  /** H2: a daemon's gate; what it holds back waits in the journal. Absent = a one-shot sync, which never waits. */
  readonly gate?: PushGate;
}

export async function runCycle(machine: Machine, options: CycleOptions): Promise<CycleOutcome> {
  const outcome = await cycle(machine, options);
  options.gate?.ended(outcome);
  return outcome;
}

async function cycle(machine: Machine, options: CycleOptions): Promise<CycleOutcome> {
  const beganAt = machine.clock.now();
  const stored = await machine.journal.load();
  const alone = await machine.self();
  if (stored === null) throw noJournal(alone);
  machine.step('loaded');
  if (await hasLeft(machine.journal, stored))
    return { ...NOTHING_DONE, self: alone, state: stored, finished: [], seen: null, trouble: null, fetched: false };
  const loaded = options.dryRun ? stored : await notLeftYet(machine, stored);
  const collected = options.dryRun ? loaded : await collectExits(machine, loaded);
  const recalled = options.mayRecall ? await reusedSnapshot(machine, collected, alone) : null;
  const { snapshot, trouble, askedAt, pinned } = await lookNow(machine, collected, recalled);
  const fetched = recalled === null;
  const self = snapshot === null ? alone : withAskedTools(machine, alone, snapshot);
  machine.step('fetched');
  const nothing = { ...NOTHING_DONE, self, finished: endedSince(loaded, collected), trouble, fetched };
  if (snapshot === null) return { ...nothing, state: collected, seen: null };
  const now = machine.clock.now();
  const seen = { snapshot, trouble, now, fetchedAt: fetched && trouble === null ? askedAt : null, gate: options.gate };
  const heard = fetched ? afterLook(pinned, trouble === null, now) : pinned;
  if (heard.rewritten !== null) {
    const halted = watchLanes(heard, snapshot, now);
    if (halted !== collected && !options.dryRun) await machine.journal.save(halted);
    return { ...nothing, state: halted, seen: null };
  }
  const observed = await observe(machine, heard, self, seen);
  if (options.dryRun) return { ...nothing, ...(await dryRun(machine, observed, self, seen)) };
  if (observed !== collected) await machine.journal.save(observed);
  if (observed.accepted !== collected.accepted) await renewLeases(machine, observed);
  machine.step('observed');
  const acted = await act(machine, observed, self, seen);
  const { started, stopped, waiting, received, woken, mishaps } = acted;
  const published = await publish(machine, self, acted, { ...seen, syncedAt: options.syncedAt ?? beganAt, isFetched: fetched });
  const done = { self, started, stopped, waiting, received, woken, mishaps, fetched };
  return { ...done, finished: endedSince(loaded, acted.state), ...published };
}

interface View extends Look {
  /** O4: measured before the fetch: while this process is held up after it, nobody saw lanes stand still. */
  readonly askedAt: Instant;
  /** The state with the main of the view (R3a). */
  readonly pinned: JournalState;
}

/** What a cycle decides on is of now: where the view grew old while it was read, for years of history came with it (C5a), it is looked at once more. */
async function lookNow(machine: Machine, state: JournalState, recalled: Look | null): Promise<View> {
  for (let turn = 1; ; turn += 1) {
    const askedAt = machine.clock.now();
    const shown = recalled ?? (await look(machine, state.board, state));
    const { snapshot, trouble, mainBefore } = shown;
    if (snapshot === null) return { ...shown, askedAt, pinned: state };
    const main = { commit: snapshot.main.commit, mainBefore, isFetched: recalled === null && trouble === null };
    const pinned = await pinMain(machine, state, main).catch(notHere);
    if ('trouble' in pinned) return { snapshot: null, trouble: trouble ?? pinned.trouble, askedAt, pinned: state };
    const isOld = main.isFetched && isOver(askedAt, machine.clock.now(), VIEW_AGE_MS);
    if (!isOld || turn === TURNS_MAX) return { ...shown, askedAt, pinned };
  }
}

/** Takes into the state what the view shows of this machine, of the others, and of its last push (R5). */
async function observe(machine: Machine, heard: JournalState, self: Self, seen: Seen): Promise<JournalState> {
  const { snapshot, trouble, fetchedAt, now } = seen;
  const { board } = snapshot.fleet;
  const looked = observeLedger(heard.board === board ? heard : { ...heard, board }, snapshot, now, self.computer);
  const observed = trouble === null ? await withoutWrittenRuns(machine.ledger, looked, snapshot) : looked;
  if (fetchedAt !== null) seen.gate?.looked(fetchedAt, snapshot, observed.machine);
  return observed;
}

function noJournal({ machine }: Self): CoordError {
  const what = 'this machine has no journal: it is not known what it has run';
  return new CoordError('LOCAL_STATE', what, `coord join <url> <new folder> --as ${machine}`);
}

function endedSince(before: JournalState, after: JournalState): readonly EndedRun[] {
  const known = new Set(before.ended.map(claimName));
  return after.ended.filter((run) => !known.has(claimName(run)));
}
