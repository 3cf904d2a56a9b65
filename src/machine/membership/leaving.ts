// I4: when a machine has left. A fetch must show LEFT on its lane, with nothing left to push and an empty outbox, so that what its people wrote goes
// out first. After that it neither fetches nor pushes.
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Machine } from '../context.ts';

type Outbox = Pick<Machine['journal'], 'intentions' | 'mail'>;

/** True: the machine has left. What a command records at that very moment is still sent (S5). */
export async function hasLeft(journal: Outbox, state: JournalState | null): Promise<boolean> {
  return state?.leaving?.landed === true && (await waitsIn(journal)) === 0;
}

/** For a cycle that has something to say after all. */
export async function notLeftYet(machine: Pick<Machine, 'journal'>, state: JournalState): Promise<JournalState> {
  if (!state.leaving?.landed) return state;
  const next = { ...state, leaving: { ...state.leaving, landed: false } };
  await machine.journal.save(next);
  return next;
}

async function waitsIn(journal: Outbox): Promise<number> {
  return (await journal.intentions()).length + (await journal.mail()).length;
}

/** Call where a fetch has succeeded and there is nothing to say. */
export async function withLeft(
  machine: Pick<Machine, 'journal' | 'step'>,
  state: JournalState,
  snapshot: Snapshot,
): Promise<JournalState> {
  const { leaving } = state;
  if (leaving === null || leaving.landed || state.duplicate !== null || state.active.length > 0) return state;
  if (snapshot.machines.get(state.machine)?.document.state !== 'LEFT') return state;
  if ((await waitsIn(machine.journal)) > 0) return state;
  const next = { ...state, leaving: { ...leaving, landed: true } };
  await machine.journal.save(next);
  machine.step('left-journaled');
  return next;
}
