// What this computer keeps of a bell, in `.coord/bell`: the last good settings, the last epoch, and what the daemon says of it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

export function bellPaths({ state, projection }: FleetFolder) {
  const folder = join(state, 'bell');
  return {
    folder,
    /** As a sync left it here. */
    document: join(projection, 'bell.json'),
    kept: join(folder, 'kept.json'),
    epoch: join(folder, 'epoch'),
    state: join(folder, 'state.json'),
    rings: join(folder, 'rings'),
  } as const;
}

export function makeBellFolder(folder: FleetFolder): void {
  mkdirSync(bellPaths(folder).rings, { recursive: true, mode: 0o700 });
}
