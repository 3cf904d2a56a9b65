// The cycle (protocol section 4): collect exits → fetch → parse → observe → decide → perform → derive → compose → push.
// Running it twice does no harm, and being killed anywhere in it needs no repair (C2). The caller holds the lock (C7).
import { decide } from '../core/decide.ts';
import { deriveOwn } from '../core/derive-own.ts';
import type { JournalState } from '../core/model/journal.ts';
import type { Trouble } from '../core/model/push.ts';
import type { EndedRun } from '../core/model/run.ts';
import type { Self } from '../core/model/self.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { observeLedger } from '../core/observe.ts';
import { CoordError } from '../errors.ts';
import { type Composed, compose } from './compose.ts';
import type { Machine } from './context.ts';
import { applyEdits, type PendingEdits, settleEdits } from './edits.ts';
import { collectExits, type Performed, perform } from './perform.ts';
import { readSnapshot } from './read-snapshot.ts';
import { type Said, say } from './say.ts';

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
  readonly said: Said | null;
  /** Why the remote was not reached, or gave no clear answer; null = it did. */
  readonly trouble: Trouble | null;
}

/** `dryRun`: nothing is started, stopped, pushed or settled; the outcome says what would be. */
export async function runCycle(machine: Machine, options: { readonly dryRun: boolean }): Promise<CycleOutcome> {
  const loaded = await machine.journal.load();
  if (loaded === null) throw new CoordError('LOCAL_STATE', 'this machine has no journal', 'coord join');
  const self = await machine.self();
  const collected = options.dryRun ? loaded : await collectExits(machine, loaded);
  const { snapshot, trouble } = await look(machine, collected.board);
  machine.step('fetched');
  if (snapshot === null) {
    const finished = endedSince(loaded, collected);
    return { state: collected, self, started: [], stopped: [], finished, waiting: [], seen: null, said: null, trouble };
  }
  const now = machine.clock.now();
  const board = snapshot.fleet.board;
  const observed = observeLedger(collected.board === board ? collected : { ...collected, board }, snapshot, now);
  if (options.dryRun) return plan(machine, observed, self, snapshot, trouble);
  if (observed !== collected) await machine.journal.save(observed);
  machine.step('observed');
  const acted = await perform(machine, snapshot, observed, self);
  machine.step('performed');
  const edits = await applyEdits(machine.ledger, snapshot, await machine.journal.intentions());
  const state = await settleEdits(machine, acted.state, edits);
  const finished = endedSince(loaded, state);
  const own = deriveOwn(edits.snapshot, state, self, acted.waiting, machine.clock.now());
  const composed = compose({
    snapshot: edits.snapshot,
    state,
    own,
    people: edits.people,
    subject: subjectOf(self, acted.started, finished, edits),
    now,
    idOf: (text) => machine.ledger.idOf(text),
  });
  machine.step('composed');
  const outcome = {
    self,
    started: acted.started,
    stopped: acted.stopped,
    finished,
    waiting: acted.waiting,
    seen: { snapshot, composed, edits },
  };
  if (trouble !== null || state.duplicate !== null || composed.changes === null)
    return { ...outcome, state, said: null, trouble };
  const said = await say(machine, state, composed, own.document.updated);
  if (said.main === 'accepted') for (const intention of edits.going) await machine.journal.settle(intention.id);
  return { ...outcome, state: said.state, said, trouble: said.trouble };
}

/** One fetch, or what the last one showed: a machine that is offline goes on with what it has (S6). */
async function look(machine: Machine, board: string | null): Promise<{ snapshot: Snapshot | null; trouble: Trouble | null }> {
  const fetched = await machine.ledger.fetch(board);
  if (fetched.kind === 'unreachable') {
    const trees = await machine.ledger.lastSeen();
    return {
      snapshot: trees === null ? null : await readSnapshot(machine.ledger, trees, board, machine.cache),
      trouble: fetched.trouble,
    };
  }
  const snapshot = await readSnapshot(machine.ledger, fetched.trees, board, machine.cache);
  // F4: the fleet has just changed where it folds; look there before saying anything.
  return snapshot.fleet.board === board ? { snapshot, trouble: null } : look(machine, snapshot.fleet.board);
}

async function plan(
  machine: Machine,
  state: JournalState,
  self: Self,
  snapshot: Snapshot,
  trouble: Trouble | null,
): Promise<CycleOutcome> {
  const { actions, waiting } = decide(snapshot, state, self);
  const started = actions.flatMap((action) => (action.kind === 'start' ? [action.order.id] : []));
  const stopped = actions.flatMap((action) =>
    action.kind === 'stop' ? state.active.filter((run) => run.key === action.key).map((run) => run.order) : [],
  );
  const now = machine.clock.now();
  const edits = await applyEdits(machine.ledger, snapshot, await machine.journal.intentions());
  const own = deriveOwn(edits.snapshot, state, self, waiting, now);
  const idOf = (text: string) => machine.ledger.idOf(text);
  const composed = compose({ snapshot: edits.snapshot, state, own, people: edits.people, subject: '', now, idOf });
  return { state, self, started, stopped, finished: [], waiting, seen: { snapshot, composed, edits }, said: null, trouble };
}

function endedSince(before: JournalState, after: JournalState): readonly EndedRun[] {
  const known = new Set(before.ended.map(nameOf));
  return after.ended.filter((run) => !known.has(nameOf(run)));
}

function nameOf(run: EndedRun): string {
  return `${run.order} ${run.generation}.${run.attempt}`;
}

/** What people read in the host's list of commits. */
function subjectOf(self: Self, started: readonly string[], finished: readonly EndedRun[], edits: PendingEdits): string {
  const ended = new Set(finished.map((run) => run.order));
  const words = [
    ...finished.map((run) => `${run.order} ${run.state}`),
    ...started.filter((id) => !ended.has(id)).map((id) => `${id} started`),
    ...edits.going.map(({ edit }) => `${edit.kind} ${edit.kind === 'add' ? edit.order.id : edit.id}`),
  ];
  const shown = words.slice(0, 3).join(', ') + (words.length > 3 ? ` and ${words.length - 3} more` : '');
  return `${self.machine} ${self.name}: ${shown === '' ? 'here' : shown}`;
}
