// perform: the one place where decided actions become acts. Every start is in the journal before it happens (O9); what a crash
// leaves between the two is settled by the next look at the run.
import { type Action, type Decision, decide } from '../core/decide.ts';
import type { JournalState } from '../core/model/journal.ts';
import type { RunSight, WaitingOrder } from '../core/model/run.ts';
import type { Self } from '../core/model/self.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { observeRuns } from '../core/observe.ts';
import { isoTime } from '../core/time.ts';
import type { Machine } from './context.ts';

/** How long a cycle that started runs waits for quick ones, so that a short order costs one push and not two (H2). */
const SETTLE_MS = 1_500;

export interface Performed {
  readonly state: JournalState;
  readonly waiting: readonly WaitingOrder[];
  /** Ids of orders, in the order of the acts. */
  readonly started: readonly string[];
  readonly stopped: readonly string[];
}

/** Looks at every run that is not known to have ended, and journals what ended. */
export async function collectExits(machine: Machine, state: JournalState): Promise<JournalState> {
  if (state.active.length === 0) return state;
  const sights = new Map<string, RunSight>();
  for (const run of state.active) sights.set(run.key, await machine.runner.look(run.key));
  const next = observeRuns(state, sights, machine.clean, isoTime(machine.clock.now().wallMs));
  if (next !== state) await machine.journal.save(next);
  machine.step('exits-journaled');
  for (const run of state.active) {
    if (next.active.every((active) => active.key !== run.key)) await machine.runner.discard(run.key);
  }
  return next;
}

/** Acts until nothing more can be started, giving quick runs `SETTLE_MS` in all to end and free their slots. */
export async function perform(machine: Machine, snapshot: Snapshot, before: JournalState, self: Self): Promise<Performed> {
  const started: string[] = [];
  const stopped: string[] = [];
  const blocked = new Map<string, string>();
  const until = machine.clock.now().monotonicMs + SETTLE_MS;
  let state = before;
  for (;;) {
    const decision = decide(snapshot, state, self);
    let acted = false;
    for (const action of decision.actions) {
      if (action.kind === 'start' && blocked.has(action.order.id)) continue;
      const next = await act(machine, action, state, self);
      if ('blocked' in next) {
        blocked.set(action.kind === 'start' ? action.order.id : '', next.blocked);
        continue;
      }
      acted = true;
      if (action.kind === 'start') started.push(action.order.id);
      else stopped.push(state.active.find((run) => run.key === action.key)?.order ?? action.key);
      state = next.state;
    }
    const leftMs = until - machine.clock.now().monotonicMs;
    // Runs that were there before are nobody's to wait for; a cycle that did nothing ends at once.
    if (started.length + stopped.length === 0 || state.active.length === 0 || leftMs <= 0) {
      if (!acted || leftMs <= 0) return { state, started, stopped, waiting: waitingOf(decide(snapshot, state, self), blocked) };
      continue;
    }
    await machine.runner.untilOneEnds(
      state.active.map((run) => run.key),
      leftMs,
    );
    state = await collectExits(machine, state);
  }
}

async function act(
  machine: Machine,
  action: Action,
  state: JournalState,
  self: Self,
): Promise<{ state: JournalState } | { blocked: string }> {
  switch (action.kind) {
    case 'start': {
      const { order, attempt } = action;
      const key = `${order.id}-${order.generation}.${attempt}-${machine.random.uuid().slice(0, 8)}`;
      const spec = await machine.place(order, attempt, key, self);
      if ('blocked' in spec) return spec;
      const startedAt = isoTime(machine.clock.now().wallMs);
      const run = { key, order: order.id, generation: order.generation, attempt, startedAt, stop: null };
      const next = { ...state, active: [...state.active, run] };
      await machine.journal.save(next);
      machine.step('start-journaled');
      await machine.runner.start(spec);
      machine.step('started');
      return { state: next };
    }
    case 'stop': {
      const next = {
        ...state,
        active: state.active.map((run) => (run.key === action.key ? { ...run, stop: action.reason } : run)),
      };
      await machine.journal.save(next);
      machine.step('stop-journaled');
      await machine.runner.stop(action.key, action.reason);
      return { state: next };
    }
  }
}

/** What stays undone: what decide says waits, what could not be placed, and what is due but did not fit into this cycle. */
function waitingOf(decision: Decision, blocked: ReadonlyMap<string, string>): readonly WaitingOrder[] {
  const undone = decision.actions.flatMap((action): WaitingOrder[] => {
    if (action.kind !== 'start') return [];
    const { id, generation } = action.order;
    const reason = blocked.get(id);
    return [{ order: id, generation, state: reason === undefined ? 'ASSIGNED' : 'BLOCKED', reason: reason ?? 'starts next' }];
  });
  return [...undone, ...decision.waiting];
}
