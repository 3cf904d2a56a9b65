// Prints the log of a service for `coord instance logs`, and with `follow` what comes later, also after the log was cut.
import { existsSync } from 'node:fs';
import { CoordError } from '../../../errors.ts';
import { followFile } from '../../../system/files/follow-file.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { serviceLogPath } from '../system/service-files.ts';
import { mustBeKnown } from './instance-list.ts';

/** With `follow` it does not end by itself. Throws NOT_FOUND where there is no such program, or it has no log yet. */
export async function followServiceLog(
  folder: FleetFolder,
  name: string,
  follow: boolean,
  write: (text: string) => void,
): Promise<void> {
  mustBeKnown(folder, [name]);
  const path = serviceLogPath(folder, name);
  if (!existsSync(path)) throw new CoordError('NOT_FOUND', `${name} has written nothing yet: ${path}`, 'coord instance list');
  await followFile(path, follow, write);
}
