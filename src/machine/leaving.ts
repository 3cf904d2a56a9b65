// I4: when a machine that leaves has said all. A fetch must show LEFT on its lane, with nothing left to be said and nothing in the
// outbox: what its people wrote goes out before it does. After that it asks and says nothing any more.
import type { JournalState } from '../core/model/journal.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { Machine } from './context.ts';

/** Call where a fetch has succeeded and there is nothing to say. */
export async function withLeft(
  machine: Pick<Machine, 'journal' | 'step'>,
  state: JournalState,
  snapshot: Snapshot,
): Promise<JournalState> {
  const { leaving } = state;
  if (leaving === null || leaving.landed || state.duplicate !== null || state.active.length > 0) return state;
  if (snapshot.machines.get(state.machine)?.document.state !== 'LEFT') return state;
  const waits = (await machine.journal.intentions()).length + (await machine.journal.mail()).length;
  if (waits > 0) return state;
  const next = { ...state, leaving: { ...leaving, landed: true } };
  await machine.journal.save(next);
  machine.step('left-journaled');
  return next;
}
