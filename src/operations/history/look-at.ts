// The fresh look of a command that changes history.
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Machine } from '../../machine/context.ts';
import { lookUnlessHalted } from '../../machine/reading/fresh-look.ts';

/** Call under the lock. */
export const lookAt = (machine: Machine, state: JournalState): Promise<Snapshot> =>
  lookUnlessHalted(machine, state, 'shortens nothing');
