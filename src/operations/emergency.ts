// `coord emergency --over`: the word of this machine's people that its emergency is over (M6). In the journal first, then said.
import { CoordError } from '../errors.ts';
import type { FleetFolder } from '../system/fleet-folder.ts';
import { takeLock } from '../system/lock.ts';
import { mustNotHaveLeft } from './left.ts';
import { openMachine } from './open-machine.ts';
import { type SyncReport, sync } from './sync.ts';
import type { World } from './world.ts';

const LOCK_WAIT_MS = 180_000;

export interface OverReport {
  readonly label: string;
  /** What it was; null = there was none. */
  readonly what: string | null;
  readonly sync: SyncReport;
}

export async function endEmergency(world: World, folder: FleetFolder): Promise<OverReport> {
  const opened = await openMachine(world, folder);
  const { machine, name } = opened.identity;
  try {
    await mustNotHaveLeft(opened);
    const lock = await takeLock(folder.lock, LOCK_WAIT_MS);
    let what: string | null = null;
    try {
      const state = await opened.journal.load();
      if (state === null) throw new CoordError('LOCAL_STATE', 'this machine has no journal', 'coord doctor');
      what = state.emergency?.what ?? null;
      if (what !== null) await opened.journal.save({ ...state, emergency: null });
      world.step('emergency-over');
    } finally {
      await lock.release();
    }
    return { label: `${machine} ${name}`, what, sync: await sync(world, folder) };
  } finally {
    await opened.ledger.close();
  }
}
