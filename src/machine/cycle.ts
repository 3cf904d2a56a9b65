// The cycle (protocol section 4): collect exits → fetch → parse → observe → decide → perform → derive → compose → push.
// Running it twice does no harm, and being killed anywhere in it needs no repair (C2). The caller holds the lock (C7).
import { checkpoint } from '../core/checkpoint.ts';
import { deriveOwn } from '../core/derive-own.ts';
import { deliveredCount } from '../core/mailbox.ts';
import type { Instant, JournalState } from '../core/model/journal.ts';
import type { Trouble } from '../core/model/push.ts';
import type { EndedRun } from '../core/model/run.ts';
import type { Self } from '../core/model/self.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { Woken } from '../core/model/waking.ts';
import { observeLedger } from '../core/observe.ts';
import { leaseOf } from '../core/run-lease.ts';
import { factsOf } from '../documents/facts.ts';
import { CoordError } from '../errors.ts';
import { type Composed, compose } from './compose.ts';
import type { Machine } from './context.ts';
import { applyEdits, type PendingEdits, sentEditsOf, settleEdits, settleLanded, settleSent } from './edits.ts';
import { handOver } from './hand-over.ts';
import { hasLeft, notLeftYet, withLeft } from './leaving.ts';
import { type Look, look, recall } from './look.ts';
import { mailFiles, takeMail } from './mail.ts';
import { collectExits, type Performed, perform, placeable } from './perform.ts';
import { pinMain } from './pin-main.ts';
import { pressureOf } from './pressure.ts';
import type { PushGate } from './push-gate.ts';
import { withNothingMissing } from './refusals.ts';
import { runHistoryFiles, withoutWrittenRuns } from './run-history.ts';
import { type Said, say } from './say.ts';
import { wakeOthers } from './waking.ts';

export interface CycleOutcome {
  readonly state: JournalState;
  readonly self: Self;
  readonly started: readonly string[];
  readonly stopped: readonly string[];
  /** Runs whose end this cycle took in. */
  readonly finished: readonly EndedRun[];
  readonly waiting: Performed['waiting'];
  /** Null = the remote was never reached by this machine: it has nothing to look at. */
  readonly seen: { readonly snapshot: Snapshot; readonly composed: Composed; readonly edits: PendingEdits } | null;
  /** Messages that this cycle took in. */
  readonly received: number;
  /** W4: machines that it sent a packet to. */
  readonly woken: readonly Woken[];
  readonly said: Said | null;
  /** False = this rests on what an earlier fetch showed (C4a), or on nothing at all. */
  readonly fetched: boolean;
  /** Why the remote was not reached, or gave no clear answer; null = it did. */
  readonly trouble: Trouble | null;
  /** H2: there was something to say, and the gate held it back for so long; null = it did not. */
  readonly heldForMs: number | null;
}

const NOTHING_DONE = { started: [], stopped: [], waiting: [], received: 0, woken: [], said: null, heldForMs: null };

export interface CycleOptions {
  /** Nothing is started, stopped, pushed or settled; the outcome says what would be. */
  readonly dryRun: boolean;
  /** C4a: where all there is to do is to say something, it is said without a fetch. */
  readonly mayRecall?: boolean;
  /** H2: a daemon's; what is held back waits in the journal. Absent = a one-shot sync, which never waits. */
  readonly gate?: PushGate;
}

export async function runCycle(machine: Machine, options: CycleOptions): Promise<CycleOutcome> {
  const outcome = await cycle(machine, options);
  options.gate?.ended(outcome);
  return outcome;
}

async function cycle(machine: Machine, options: CycleOptions): Promise<CycleOutcome> {
  const stored = await machine.journal.load();
  if (stored === null) throw new CoordError('LOCAL_STATE', 'this machine has no journal', 'coord join');
  machine.step('loaded');
  const self = await machine.self();
  if (await hasLeft(machine.journal, stored)) {
    return { ...NOTHING_DONE, self, state: stored, finished: [], seen: null, trouble: null, fetched: false };
  }
  const loaded = options.dryRun ? stored : await notLeftYet(machine, stored);
  const collected = options.dryRun ? loaded : await collectExits(machine, loaded);
  const recalled = options.mayRecall ? await recallToReport(machine, collected, self) : null;
  // O4: a lane that moves while this process is held up after the fetch was not seen to stand still in that time.
  const askedAt = machine.clock.now();
  const { snapshot, trouble } = recalled ?? (await look(machine, collected.board));
  const fetched = recalled === null;
  machine.step('fetched');
  const nothing = { ...NOTHING_DONE, self, finished: endedSince(loaded, collected), trouble, fetched };
  if (snapshot === null) return { ...nothing, state: collected, seen: null };
  const now = machine.clock.now();
  const board = snapshot.fleet.board;
  const pinned = fetched && trouble === null ? await pinMain(machine, collected, snapshot.main.commit) : collected;
  if (pinned.rewritten !== null) {
    if (pinned !== collected && !options.dryRun) await machine.journal.save(pinned);
    return { ...nothing, state: pinned, seen: null };
  }
  const looked = observeLedger(pinned.board === board ? pinned : { ...pinned, board }, snapshot, now);
  const observed = trouble === null ? await withoutWrittenRuns(machine.ledger, looked, snapshot) : looked;
  if (fetched && trouble === null) options.gate?.looked(askedAt);
  const seen = { snapshot, trouble, now, fetchedAt: fetched && trouble === null ? askedAt : null, gate: options.gate };
  if (options.dryRun) return { ...nothing, ...(await plan(machine, observed, self, seen)) };
  if (observed !== collected) await machine.journal.save(observed);
  if (observed.accepted !== collected.accepted) await renewLeases(machine, observed);
  machine.step('observed');
  const mailed = await takeMail(machine, observed, snapshot, seen.fetchedAt);
  const { state: posted, count: handedOver } = await handOver(machine, mailed, snapshot);
  const acted = await perform(machine, snapshot, posted, self, seen.fetchedAt);
  machine.step('performed');
  const { state: noted, woken } = await wakeOthers(machine, snapshot, acted.state, self, seen.fetchedAt);
  const settled = trouble === null ? await settleSent(machine, noted) : noted;
  const edits = await applyEdits(machine.ledger, snapshot, await machine.journal.intentions());
  const state = await settleEdits(machine, settled, edits);
  const finished = endedSince(loaded, state);
  const isLeaving = state.leaving !== null && state.active.length === 0;
  const subject = subjectOf(self, acted.started, finished, edits, isLeaving ? 'left the fleet' : 'here');
  const logs = await logFiles(machine, state, snapshot);
  const { composed, marked } = derive(machine, state, self, { ...seen, mailFiles: logs, edits, waiting: acted.waiting, subject });
  machine.step('composed');
  const { started, stopped, waiting } = acted;
  const received = Math.max(0, deliveredCount(posted.mail) - deliveredCount(observed.mail) - handedOver);
  const outcome = { self, started, stopped, finished, waiting, received, woken, fetched, seen: { snapshot, composed, edits } };
  if (trouble !== null || state.duplicate !== null || composed.changes === null) {
    const isMissing = trouble !== null || composed.board.lacksMine || edits.people.size > 0;
    const quiet = isMissing ? state : withNothingMissing(state, now);
    if (quiet !== state) await machine.journal.save(quiet);
    const last = trouble === null ? await withLeft(machine, quiet, snapshot) : quiet;
    return { ...outcome, state: last, said: null, trouble, heldForMs: null };
  }
  const heldForMs = options.gate?.waitMs(snapshot, marked, pressureOf(composed, snapshot, marked, now)) ?? 0;
  // H2: what was done is in the journal, and what is to be said of it follows from that.
  if (heldForMs > 0) return { ...outcome, state, said: null, trouble, heldForMs };
  const sentEdits = composed.saysPeople ? await sentEditsOf(machine.ledger, edits) : state.sentEdits;
  const said = await say(machine, { ...marked, sentEdits }, composed, { isBaseFresh: fetched });
  if (said.lane === 'accepted') await renewLeases(machine, said.state);
  const landed = said.main === 'accepted' ? (said.state.sentEdits?.intentions ?? []) : [];
  return { ...outcome, state: await settleLanded(machine, said.state, landed), said, trouble: said.trouble, heldForMs: null };
}

/** What was seen last, if nothing waits for a newer view: no start, no stop, no edit of a person, no doubt about the remote. */
async function recallToReport(machine: Machine, state: JournalState, self: Self): Promise<Look | null> {
  if (state.duplicate !== null || state.rewritten !== null || state.sentEdits !== null) return null;
  if (state.leaving !== null || state.claims.length > 0) return null;
  const recalled = await recall(machine, state.board);
  if (recalled?.snapshot == null || (await machine.journal.intentions()).length > 0) return null;
  // Another process of this machine has spoken since: what it saw is newer.
  if (recalled.snapshot.lanes.get(state.machine)?.commit !== state.accepted?.commit) return null;
  // As if this were seen now: a shared order that it would claim is worth the fetch, or its slot stays empty until the next one.
  const now = machine.clock.now();
  const when = { now, fetchedAt: now, unplaced: new Map() };
  const { actions } = await placeable(machine, recalled.snapshot, state, self, when);
  return actions.length === 0 ? recalled : null;
}

/** O5: a push that was accepted is news of this machine. The watchdog refuses it to a run whose lease is over. */
async function renewLeases(machine: Machine, state: JournalState): Promise<void> {
  for (const run of state.active) {
    const lease = leaseOf(state, run.claim);
    if (lease !== null) await machine.runner.extend(run.key, lease);
  }
  machine.step('leases-renewed');
}

interface Seen extends Look {
  readonly snapshot: Snapshot;
  readonly now: Instant;
  /** Just before the fetch; null = no fetch showed this now. */
  readonly fetchedAt: Instant | null;
  readonly gate: PushGate | undefined;
}

/** What there is to say. `marked`: the state to be saved with it, if it is said. */
function derive(
  machine: Machine,
  state: JournalState,
  self: Self,
  seen: Seen & {
    readonly edits: PendingEdits;
    readonly waiting: Performed['waiting'];
    readonly subject: string;
    readonly mailFiles: ReadonlyMap<string, string>;
  },
): { composed: Composed; marked: JournalState } {
  const { snapshot, people } = seen.edits;
  const { now, subject } = seen;
  const idOf = (text: string) => machine.ledger.idOf(text);
  const shownAt = seen.gate?.shownAt() ?? now;
  const when = {
    waiting: seen.waiting,
    now: machine.clock.now(),
    fetchedAt: seen.fetchedAt,
    shownAt,
    mailFiles: seen.mailFiles,
    idOf,
  };
  const word = deriveOwn(snapshot, state, self, when);
  const facts = idOf(factsOf(snapshot, self.machine));
  const marked = checkpoint(state, snapshot, now, { facts, speaks: word.isNew, shownAt });
  const own = marked === state ? word : deriveOwn(snapshot, marked, self, when);
  const beatAfterMs = seen.gate?.beatAfter(snapshot, state);
  return { composed: compose({ snapshot, state: marked, own, people, subject, now, shownAt, idOf, beatAfterMs }), marked };
}

async function plan(machine: Machine, state: JournalState, self: Self, seen: Seen) {
  const { snapshot, fetchedAt, now } = seen;
  const { actions, waiting } = await placeable(machine, snapshot, state, self, { now, fetchedAt, unplaced: new Map() });
  const started = actions.flatMap((action) => (action.kind === 'start' || action.kind === 'claim' ? [action.order.id] : []));
  const stopped = actions.flatMap((action) =>
    action.kind === 'stop' ? state.active.filter((run) => run.key === action.key).map((run) => run.order) : [],
  );
  const edits = await applyEdits(machine.ledger, snapshot, await machine.journal.intentions());
  const logs = await logFiles(machine, state, snapshot);
  const { composed } = derive(machine, state, self, { ...seen, mailFiles: logs, edits, waiting, subject: '' });
  return { state, started, stopped, waiting, seen: { snapshot, composed, edits } };
}

/** Messages and history: this machine's documents beside its word and its results. */
async function logFiles(machine: Machine, state: JournalState, snapshot: Snapshot): Promise<ReadonlyMap<string, string>> {
  const mail = await mailFiles(machine.ledger, state.mail, snapshot, state.machine);
  return new Map([...mail, ...(await runHistoryFiles(machine.ledger, state, snapshot))]);
}

function endedSince(before: JournalState, after: JournalState): readonly EndedRun[] {
  const known = new Set(before.ended.map(nameOf));
  return after.ended.filter((run) => !known.has(nameOf(run)));
}

function nameOf(run: EndedRun): string {
  return `${run.order} ${run.generation}.${run.attempt}`;
}

/** What people read in the host's list of commits. */
function subjectOf(
  self: Self,
  started: readonly string[],
  finished: readonly EndedRun[],
  edits: PendingEdits,
  otherwise: string,
): string {
  const ended = new Set(finished.map((run) => run.order));
  const words = [
    ...finished.map((run) => `${run.order} ${run.state}`),
    ...started.filter((id) => !ended.has(id)).map((id) => `${id} started`),
    ...edits.going.map(({ edit }) => `${edit.kind} ${edit.kind === 'add' ? edit.order.id : edit.id}`),
  ];
  const shown = words.slice(0, 3).join(', ') + (words.length > 3 ? ` and ${words.length - 3} more` : '');
  return `${self.machine} ${self.name}: ${shown === '' ? otherwise : shown}`;
}
