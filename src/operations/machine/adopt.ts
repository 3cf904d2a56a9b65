// Runs `coord adopt`: a person says that this folder is the machine whose lane another folder has written (R3).
import { adoptLane } from '../../machine/membership/adopt.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import { type SyncReport, sync } from '../sync/sync.ts';
import { underLock } from '../sync/under-lock.ts';
import { mustBeVouched } from './vouched.ts';

export interface AdoptReport {
  readonly machine: number;
  readonly name: string;
  /** False = nobody else writes as this machine: nothing was done. */
  readonly adopted: boolean;
  /** The machine that had removed this one (I4), as people call it; null = none had. */
  readonly removedBy: string | null;
  /** Null = nothing was done. */
  readonly sync: SyncReport | null;
}

/** Throws UNREACHABLE: what the other one wrote has to be seen; and REFUSED (T11). */
export async function adopt(world: World, folder: FleetFolder): Promise<AdoptReport> {
  await mustBeVouched(world, folder, { act: 'adopt' });
  const { identity, adopted } = await underLock(world, folder, async ({ opened, lock }) => ({
    identity: opened.identity,
    adopted: await adoptLane(opened.cycleWith(lock).machine),
  }));
  const { machine, name } = identity;
  if (adopted === null) return { machine, name, adopted: false, removedBy: null, sync: null };
  return { machine, name, adopted: true, ...adopted, sync: await sync(world, folder) };
}
