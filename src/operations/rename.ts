// `coord rename`: what people call this machine. The identity file changes first, durably; the next word says it.
import { CoordError } from '../errors.ts';
import type { FleetFolder } from '../system/fleet-folder.ts';
import { readIdentity, writeIdentity } from '../system/identity-file.ts';
import { takeLock } from '../system/lock.ts';
import { mustNotHaveLeft } from './left.ts';
import { nameFor } from './machine-name.ts';
import { openMachine } from './open-machine.ts';
import { mustBeSynced, type SyncReport, sync } from './sync.ts';
import { readView } from './view.ts';
import type { World } from './world.ts';

const LOCK_WAIT_MS = 180_000;

export interface RenameReport {
  readonly machine: number;
  readonly from: string;
  readonly to: string;
  readonly sync: SyncReport;
}

/** Throws USAGE for a name that cannot be used, or that another machine has, as far as this one can see. */
export async function rename(world: World, folder: FleetFolder, to: string): Promise<RenameReport> {
  // Who is called what, as freshly as can be had; offline the last view has to do.
  const before = await sync(world, folder);
  if (before.trouble === null) mustBeSynced(before);
  const opened = await openMachine(world, folder);
  try {
    await mustNotHaveLeft(opened);
    const { machine } = opened.identity;
    const machines = Object.entries(readView(folder)?.machines ?? {}).map(
      ([number, { name }]) => [Number(number), { document: { machine: Number(number), name } }] as const,
    );
    nameFor(to, machine, { machines: new Map(machines) }, 'coord rename <another>');
    const lock = await takeLock(folder.lock, LOCK_WAIT_MS);
    try {
      const identity = readIdentity(folder);
      if (identity.machine !== machine)
        throw new CoordError('BUSY', 'this folder became another machine meanwhile', 'coord status');
      if (identity.name !== to) writeIdentity(folder, { ...identity, name: to });
      world.step('renamed');
      await lock.release();
      return { machine, from: identity.name, to, sync: await sync(world, folder) };
    } finally {
      await lock.release();
    }
  } finally {
    await opened.ledger.close();
  }
}
