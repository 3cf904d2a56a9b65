// What may run in a folder that becomes a machine (O10.1, O10.2): nothing. Call before the folder has its identity: from then on a sync may start runs.
import { WORK_KINDS } from '../../features/rules.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { addPolicyEntry, changePolicy, renewPolicyEntry } from '../../system/policy/policy-file.ts';
import type { World } from '../sync/dependencies.ts';

/** `isBack`: it is known to have been a machine of this fleet, whose owner's other settings stay. Returns the names of what was said there, and is no more. */
export async function allowNothing(
  world: World,
  folder: FleetFolder,
  isBack: boolean,
  slots: number,
): Promise<readonly string[]> {
  if (!isBack) {
    const taken = renewPolicyEntry(world.home, folder.root, slots);
    // After that: signatures are demanded because of what is pinned, or the new entry says so.
    for (const feature of await world.features()) feature.forget?.(folder);
    return taken;
  }
  for (const kind of WORK_KINDS) changePolicy(world.home, folder.root, 'allow', kind, false);
  addPolicyEntry(world.home, folder.root, slots);
  return [];
}
