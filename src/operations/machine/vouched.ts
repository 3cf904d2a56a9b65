// T11: what a person has to say themselves, where this machine demands that.
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { Vouched } from '../feature.ts';
import type { World } from '../sync/dependencies.ts';

/** Throws REFUSED; then nothing may be done. */
export async function mustBeVouched(world: World, folder: FleetFolder, vouched: Vouched): Promise<void> {
  for (const feature of await world.features()) await feature.vouch?.(folder, vouched);
}
