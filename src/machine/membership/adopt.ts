// R3's way out: a person says that this folder is the machine. It takes over what another folder wrote. The commit on the lane counts as known from
// then on, so that the next push replaces it. Nothing starts before that push has landed.
import { observeLedger } from '../../core/cycle/observe-ledger.ts';
import { machineLabel } from '../../core/model/machines/machines.ts';
import { CoordError } from '../../errors.ts';
import type { Machine } from '../context.ts';
import { look } from '../reading/fetch-snapshot.ts';
import { takeOverMachine } from './take-over.ts';

export interface Adopted {
  /** The machine that had removed this one, as people call it; null = another folder wrote. */
  readonly removedBy: string | null;
}

/** Null = a fetch has just shown that nobody else writes as this machine. Call under the lock. */
export async function adoptLane(machine: Machine): Promise<Adopted | null> {
  const loaded = await machine.journal.load();
  if (loaded === null)
    throw new CoordError('LOCAL_STATE', 'this machine has no journal', 'coord join <url> <folder> --as <number>');
  const { snapshot, trouble } = await look(machine, loaded.board, loaded);
  if (snapshot === null || trouble !== null) {
    throw new CoordError('UNREACHABLE', `the remote was not reached: ${trouble?.message ?? ''}`, 'coord adopt');
  }
  const state = observeLedger(loaded, snapshot, machine.clock.now(), (await machine.self()).computer);
  const { duplicate } = state;
  if (duplicate === null) return null;
  const taken = await takeOverMachine(machine, state, state.machine, snapshot);
  const adopted = { ...taken, pushed: [...taken.pushed, duplicate] };
  await machine.journal.save(adopted);
  machine.step('adopted');
  const by = snapshot.machines.get(state.machine)?.document.removedBy ?? null;
  return { removedBy: by === null ? null : machineLabel(by, snapshot.machines) };
}
