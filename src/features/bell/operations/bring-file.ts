// Gets a file that a run left on another machine over the bell (B9), by a connection of its own, into a file here. A word that is lost is said again; what
// came is what the result names, byte for byte, or it does not count.
import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import type { Brought, WantedFile } from '../../../operations/feature.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import type { Link } from '../adapters/link.ts';
import { FileGetter } from './file-getter.ts';
import { visitBell } from './visit.ts';

/** `came`: how many bytes are here. Null = this fleet has no bell. */
export async function bringFile(
  world: World,
  folder: FleetFolder,
  wanted: WantedFile,
  came: (bytes: number) => void,
): Promise<Brought | null> {
  const file = openSync(wanted.into, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  let link: Link | null = null;
  const getter = new FileGetter(wanted, {
    say: (word) => void link?.say('say', wanted.machine, word, { isToAll: true }),
    // All of it: a write may take a part.
    write: (bytes) => writeFileSync(file, bytes),
    came,
  });
  try {
    link = await visitBell(world, folder, [`file/${readIdentity(folder).machine}`], {
      up: () => getter.up(),
      down: () => getter.down(),
      heard: ({ kind, machine, value }) => kind === 'file' && getter.heard(machine, value),
      bug: (error) => getter.failed(error),
    });
    return link === null ? null : await getter.done;
  } finally {
    getter.end();
    closeSync(file);
    await link?.end();
  }
}
