// The public key that a machine's document shows (T1): what a root person compares, and signs.
import { CoordError } from '../../../errors.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { seenOr, withLedger } from './trust-on.ts';

export function shownKey(world: World, folder: FleetFolder, machine: number): Promise<string> {
  return withLedger(world, folder, async (ledger) => {
    const key = (await seenOr(ledger)).machines.get(machine)?.document.key;
    if (key === undefined)
      throw new CoordError('FAILED', `machine ${machine} shows no key yet`, 'on that machine: coord trust on, then coord sync');
    return key;
  });
}
