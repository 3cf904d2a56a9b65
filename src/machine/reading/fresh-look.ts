// A fresh look at the remote for a command that changes what others rest on. Throws where nobody answers, and where this machine has halted.
import { observeLedger } from '../../core/cycle/observe-ledger.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { CoordError } from '../../errors.ts';
import type { Machine } from '../context.ts';
import { look } from './fetch-snapshot.ts';
import { pinMain } from './main-rewritten.ts';

/** `spares`: what a machine that has halted does not do, as in `shortens nothing`. Call under the lock. */
export async function lookUnlessHalted(machine: Machine, state: JournalState, spares: string): Promise<Snapshot> {
  const { snapshot, trouble, mainBefore } = await look(machine, state.board, state);
  if (snapshot === null || trouble !== null)
    throw new CoordError('UNREACHABLE', `the remote was not reached: ${trouble?.message ?? ''}`, 'coord sync');
  // R3, R3a: this fetch too may show that somebody else writes as this machine, or that main does not lead on.
  const pinned = await pinMain(machine, state, { commit: snapshot.main.commit, mainBefore, isFetched: true });
  const { computer } = await machine.self();
  if (pinned.rewritten === null && observeLedger(pinned, snapshot, machine.clock.now(), computer).duplicate === null)
    return snapshot;
  throw new CoordError('REFUSED', `machine ${state.machine} has halted, so it ${spares}`, 'coord sync, which says why');
}
