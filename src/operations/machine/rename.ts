// Runs `coord rename`, which changes what people call this machine. The identity file changes first, durably; the next push publishes the
// name.
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { readIdentity, writeIdentity } from '../../system/fleet/identity-file.ts';
import type { World } from '../sync/dependencies.ts';
import { mustBeSynced, type SyncReport, sync } from '../sync/sync.ts';
import { underLock } from '../sync/under-lock.ts';
import { readView } from '../sync/view.ts';
import { mustNotHaveLeft } from './assert-not-left.ts';
import { nameFor } from './machine-name.ts';

export interface RenameReport {
  readonly machine: number;
  readonly from: string;
  readonly to: string;
  readonly sync: SyncReport;
}

/** Throws USAGE for a name that cannot be used, or that another machine has, as far as this one can see. */
export async function rename(world: World, folder: FleetFolder, to: string): Promise<RenameReport> {
  // The names of all machines, as fresh as possible; offline, those of the last view.
  const before = await sync(world, folder);
  if (before.trouble === null) mustBeSynced(before);
  const { machine, from } = await underLock(world, folder, async ({ opened, state }) => {
    await mustNotHaveLeft(opened);
    const { machine } = state;
    const machines = Object.entries(readView(folder)?.machines ?? {}).map(
      ([number, { name }]) => [Number(number), { document: { machine: Number(number), name } }] as const,
    );
    nameFor(to, machine, { machines: new Map(machines) }, 'coord rename <another>');
    const identity = readIdentity(folder);
    if (identity.machine !== machine)
      throw new CoordError('BUSY', 'this folder became another machine meanwhile', 'coord status');
    if (identity.name !== to) writeIdentity(folder, { ...identity, name: to });
    world.step('renamed');
    return { machine, from: identity.name };
  });
  return { machine, from, to, sync: await sync(world, folder) };
}
