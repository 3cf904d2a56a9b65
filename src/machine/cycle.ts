// The cycle (protocol section 4): collect exits → fetch → parse → observe → decide → perform → derive → compose → push.
// Running it twice does no harm, and being killed anywhere in it needs no repair (C2). The caller holds the lock (C7).
import { contained } from '../core/base/guarded.ts';
import { observeLedger } from '../core/cycle/observe.ts';
import { deliveredCount } from '../core/messages/mailbox.ts';
import type { JournalState } from '../core/model/ledger/journal.ts';
import type { Snapshot } from '../core/model/ledger/snapshot.ts';
import type { Instant } from '../core/model/machines/instant.ts';
import type { EndedRun } from '../core/model/orders/run.ts';
import { aimedHeartbeatMs } from '../core/presence/heartbeat.ts';
import { afterLook } from '../core/presence/lost.ts';
import { leaseOf } from '../core/presence/run-lease.ts';
import { withNotesOfBoard } from '../core/status/notes.ts';
import { CoordError } from '../errors.ts';
import type { Machine } from './context.ts';
import { plan } from './dry-run.ts';
import { hasLeft, notLeftYet, withLeft } from './membership/leaving.ts';
import type { CycleOutcome } from './outcome.ts';
import type { PushGate } from './pace/push-gate.ts';
import { pushPriorityOf } from './pace/push-priority.ts';
import { applyEdits, sentEditsOf, settleEdits, settleLanded, settleSent } from './steps/apply-edits.ts';
import { withNothingMissing } from './steps/board-refusals.ts';
import { collectExits } from './steps/collect-exits.ts';
import { handOver } from './steps/deliver-to-bus.ts';
import { derive, deriveStanding, logFiles, subjectOf, unsaidEnds } from './steps/derive.ts';
import { look } from './steps/fetch-snapshot.ts';
import { takeMail } from './steps/mail.ts';
import { withAskedTools } from './steps/own-tools.ts';
import { noEdits } from './steps/pending-edits.ts';
import { perform } from './steps/perform.ts';
import { pinMain } from './steps/pin-main.ts';
import { say } from './steps/push-changes.ts';
import { reusedSnapshot } from './steps/reuse-snapshot.ts';
import { withoutWrittenRuns } from './steps/run-history.ts';
import { wakeOthers } from './steps/waking.ts';

const NOTHING_DONE = { started: [], stopped: [], waiting: [], received: 0, woken: [], said: null, mishaps: [], heldForMs: null };

export interface CycleOptions {
  /** Nothing is started, stopped, pushed or settled; the outcome says what would be. */
  readonly dryRun: boolean;
  /** C4a: where all there is to do is to say something, it is said without a fetch. */
  readonly mayRecall?: boolean;
  /** When the sync began that this cycle is part of (H2); absent = with this cycle. */
  readonly syncedAt?: Instant;
  /** H2: a daemon's; what is held back waits in the journal. Absent = a one-shot sync, which never waits. */
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
  if (stored === null)
    throw new CoordError(
      'LOCAL_STATE',
      'this machine has no journal: what it has done is not known here',
      `coord join <url> <new folder> --as ${alone.machine}`,
    );
  machine.step('loaded');
  if (await hasLeft(machine.journal, stored)) {
    return { ...NOTHING_DONE, self: alone, state: stored, finished: [], seen: null, trouble: null, fetched: false };
  }
  const loaded = options.dryRun ? stored : await notLeftYet(machine, stored);
  const collected = options.dryRun ? loaded : await collectExits(machine, loaded);
  const recalled = options.mayRecall ? await reusedSnapshot(machine, collected, alone) : null;
  // O4: a lane that moves while this process is held up after the fetch was not seen to stand still in that time.
  const askedAt = machine.clock.now();
  const { snapshot, trouble } = recalled ?? (await look(machine, collected.board, collected));
  const fetched = recalled === null;
  const self = snapshot === null ? alone : withAskedTools(machine, alone, snapshot);
  machine.step('fetched');
  const nothing = { ...NOTHING_DONE, self, finished: endedSince(loaded, collected), trouble, fetched };
  if (snapshot === null) return { ...nothing, state: collected, seen: null };
  const now = machine.clock.now();
  const board = snapshot.fleet.board;
  const pinned = await pinMain(machine, collected, { commit: snapshot.main.commit, isFetched: fetched && trouble === null });
  if (pinned.rewritten !== null) {
    if (pinned !== collected && !options.dryRun) await machine.journal.save(pinned);
    return { ...nothing, state: pinned, seen: null };
  }
  const heard = fetched ? afterLook(pinned, trouble === null, now) : pinned;
  const looked = observeLedger(heard.board === board ? heard : { ...heard, board }, snapshot, now, self.computer);
  const observed = trouble === null ? await withoutWrittenRuns(machine.ledger, looked, snapshot) : looked;
  if (fetched && trouble === null) options.gate?.looked(askedAt, snapshot, observed.machine);
  const seen = { snapshot, trouble, now, fetchedAt: fetched && trouble === null ? askedAt : null, gate: options.gate };
  if (options.dryRun) return { ...nothing, ...(await plan(machine, observed, self, seen)) };
  if (observed !== collected) await machine.journal.save(observed);
  if (observed.accepted !== collected.accepted) await renewLeases(machine, observed);
  machine.step('observed');
  const mishaps: string[] = [];
  // D4b: each part saves what it has done, so that the others can go on from there.
  const saved = async () => (await machine.journal.load()) ?? observed;
  const part = <T>(name: string, work: () => Promise<T>, otherwise: () => Promise<T>) =>
    contained(mishaps, name, work, otherwise);
  const mailed = await part('messages are not taken in', () => takeMail(machine, observed, snapshot, seen.fetchedAt), saved);
  const { state: posted, count: handedOver } = await part(
    'messages wait that are for programs',
    () => handOver(machine, mailed, snapshot),
    async () => ({ state: await saved(), count: 0 }),
  );
  const acted = await perform(machine, snapshot, posted, self, seen.fetchedAt);
  machine.step('performed');
  const { state: noted, woken } = await part(
    'nobody is woken',
    () => wakeOthers(machine, snapshot, acted.state, self, seen.fetchedAt),
    async () => ({ state: await saved(), woken: [] }),
  );
  const settled = trouble === null ? await settleSent(machine, noted) : noted;
  const intentions = await machine.journal.intentions();
  const edits = await part(
    'edits wait',
    () => applyEdits(machine.ledger, snapshot, intentions),
    async () => noEdits(snapshot),
  );
  const edited = await settleEdits(machine, settled, edits);
  const state = await part('notes are not taken', () => takeNotes(machine, edited, snapshot), saved);
  const finished = endedSince(loaded, state);
  const isLeaving = state.leaving !== null && state.active.length === 0;
  const subject = subjectOf(self, acted.started, unsaidEnds(state, snapshot), edits, isLeaving ? 'left the fleet' : 'here');
  const logs = await part(
    'messages and history are not said',
    () => logFiles(machine, state, snapshot),
    async () => new Map<string, string>(),
  );
  const toSay = { ...seen, mailFiles: logs, edits, waiting: acted.waiting, subject };
  const { composed, marked } = await part(
    'what is new here is not said',
    async () => derive(machine, state, self, toSay),
    async () => deriveStanding(machine, state, toSay),
  );
  machine.step('composed');
  const { started, stopped, waiting } = acted;
  const received = Math.max(0, deliveredCount(posted.mail) - deliveredCount(observed.mail) - handedOver);
  const done = { self, started, stopped, finished, waiting, received, woken, fetched, mishaps };
  const outcome = { ...done, seen: { snapshot, composed, edits } };
  const mayNotSpeak = trouble !== null || state.duplicate !== null || snapshot.uncounted?.includes(state.machine);
  if (mayNotSpeak || composed.changes === null) {
    const isMissing = trouble !== null || composed.board.lacksMine || edits.people.size > 0;
    const quiet = isMissing ? state : withNothingMissing(state, now);
    if (quiet !== state) await machine.journal.save(quiet);
    const last = trouble === null ? await withLeft(machine, quiet, snapshot) : quiet;
    return { ...outcome, state: last, said: null, trouble, heldForMs: null };
  }
  const heldForMs = options.gate?.waitMs(snapshot, marked, pushPriorityOf(composed, snapshot, marked, waiting, now)) ?? 0;
  // H2: what was done is in the journal, and what is to be said of it follows from that.
  if (heldForMs > 0) return { ...outcome, state, said: null, trouble, heldForMs };
  const period = {
    syncedAt: options.syncedAt ?? beganAt,
    targetMs: aimedHeartbeatMs(snapshot, marked, options.gate?.shownAt() ?? now),
  };
  const sentEdits = composed.saysPeople ? await sentEditsOf(machine.ledger, edits) : state.sentEdits;
  const said = await say(machine, { ...marked, sentEdits }, composed, { isBaseFresh: fetched, period });
  if (said.lane === 'accepted') await renewLeases(machine, said.state);
  const landed = said.main === 'accepted' ? (said.state.sentEdits?.intentions ?? []) : [];
  return { ...outcome, state: await settleLanded(machine, said.state, landed), said, trouble: said.trouble, heldForMs: null };
}

/** D1: what people typed on the host is in the journal before it is said. */
async function takeNotes(machine: Machine, state: JournalState, { machines }: Snapshot): Promise<JournalState> {
  const view = machines.get(state.machine);
  const noted = view === undefined ? state : withNotesOfBoard(state, view, (text) => machine.ledger.idOf(text));
  if (noted !== state) await machine.journal.save(noted);
  return noted;
}

/** O5: a push that was accepted is news of this machine. The watchdog refuses it to a run whose lease is over. */
async function renewLeases(machine: Machine, state: JournalState): Promise<void> {
  for (const run of state.active) {
    const lease = leaseOf(state, run.claim);
    if (lease !== null) await machine.runner.extend(run.key, lease);
  }
  machine.step('leases-renewed');
}

function endedSince(before: JournalState, after: JournalState): readonly EndedRun[] {
  const known = new Set(before.ended.map(nameOf));
  return after.ended.filter((run) => !known.has(nameOf(run)));
}

function nameOf(run: EndedRun): string {
  return `${run.order} ${run.generation}.${run.attempt}`;
}
