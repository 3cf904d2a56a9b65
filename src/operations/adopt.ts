// `coord adopt`: a person says that this folder is the machine whose lane somebody else has written (R3).
import { adoptLane } from '../machine/adopt.ts';
import type { FleetFolder } from '../system/fleet-folder.ts';
import { takeLock } from '../system/lock.ts';
import { openMachine } from './open-machine.ts';
import { type SyncReport, sync } from './sync.ts';
import type { World } from './world.ts';

const LOCK_WAIT_MS = 180_000;

export interface AdoptReport {
  readonly machine: number;
  readonly name: string;
  /** False = nobody else writes as this machine: nothing was done. */
  readonly adopted: boolean;
  /** Null = nothing was done. */
  readonly sync: SyncReport | null;
}

/** Throws UNREACHABLE: what the other one wrote has to be seen. */
export async function adopt(world: World, folder: FleetFolder): Promise<AdoptReport> {
  const opened = await openMachine(world, folder);
  const { machine: number, name } = opened.identity;
  let adopted = false;
  try {
    const lock = await takeLock(folder.lock, LOCK_WAIT_MS);
    try {
      adopted = (await adoptLane(opened.cycleWith(lock).machine)) !== null;
    } finally {
      await lock.release();
    }
  } finally {
    await opened.ledger.close();
  }
  return { machine: number, name, adopted, sync: adopted ? await sync(world, folder) : null };
}
