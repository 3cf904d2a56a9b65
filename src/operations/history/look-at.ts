// A fresh look at the remote for a command that changes history. Throws where nobody answers, and where this machine has halted.
import { observeLedger } from '../../core/cycle/observe-ledger.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { CoordError } from '../../errors.ts';
import type { Machine } from '../../machine/context.ts';
import { look } from '../../machine/steps/fetch-snapshot.ts';
import { pinMain } from '../../machine/steps/main-rewritten.ts';

/** Call under the lock. */
export async function lookAt(machine: Machine, state: JournalState): Promise<Snapshot> {
  const { snapshot, trouble, mainBefore } = await look(machine, state.board, state);
  if (snapshot === null || trouble !== null)
    throw new CoordError('UNREACHABLE', `the remote was not reached: ${trouble?.message ?? ''}`, 'coord sync');
  // R3, R3a: this fetch too may show that somebody else writes as this machine, or that main does not lead on.
  const pinned = await pinMain(machine, state, { commit: snapshot.main.commit, mainBefore, isFetched: true });
  const { computer } = await machine.self();
  if (pinned.rewritten === null && observeLedger(pinned, snapshot, machine.clock.now(), computer).duplicate === null)
    return snapshot;
  throw new CoordError('REFUSED', `machine ${state.machine} has halted, so it shortens nothing`, 'coord sync, which says why');
}
