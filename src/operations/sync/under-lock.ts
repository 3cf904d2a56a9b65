// Lets a command change this machine's own state alone (C7). Whatever happens, everything that was opened is closed and the lock is
// released before the command syncs.
import type { JournalState } from '../../core/model/ledger/journal.ts';
import { CoordError } from '../../errors.ts';
import type { HeldLock } from '../../system/files/lock.ts';
import { takeCycleLock } from '../../system/fleet/cycle-lock.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from './dependencies.ts';
import { type OpenMachine, openMachine } from './open-machine.ts';

/**
 * A cycle is bounded by the time limits of its git commands, of which a push over a slow line takes longest; who waits longer than this reports who is
 * in the way.
 */
export const LOCK_WAIT_MS = 660_000;

export interface Held {
  readonly opened: OpenMachine;
  readonly lock: HeldLock;
  /** As it is now that nobody else changes it. */
  readonly state: JournalState;
}

/** Throws LOCAL_STATE where this machine has no journal, and what `work` throws. */
export async function underLock<T>(world: World, folder: FleetFolder, work: (held: Held) => Promise<T>): Promise<T> {
  const opened = await openMachine(world, folder);
  try {
    const lock = await takeCycleLock(folder, LOCK_WAIT_MS);
    try {
      const state = await opened.journal.load();
      if (state === null) throw new CoordError('LOCAL_STATE', `${folder.root} has no journal`, 'coord doctor');
      return await work({ opened, lock, state });
    } finally {
      await lock.release();
    }
  } finally {
    await opened.ledger.close();
  }
}
