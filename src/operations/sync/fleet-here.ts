// fleet.yaml as the last sync left it in this folder.
import { join } from 'node:path';
import type { FleetSettings } from '../../core/model/ledger/fleet.ts';
import { parseFleet } from '../../documents/fleet/fleet.ts';
import { FLEET_PATH } from '../../documents/paths.ts';
import { readIfThere } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';

/** The defaults where there is none; null = it cannot be read. */
export function fleetHere(folder: FleetFolder): FleetSettings | null {
  return parseFleet(readIfThere(join(folder.projection, FLEET_PATH)) ?? '').value;
}
