// `.coord/getting`: what comes for a person lies there until it is written where they want it. What a process that was killed left goes with a later one.
import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

/** Longer than a gibibyte takes over the bell, where others get files beside it. */
const LEFT_BEHIND_MS = 86_400_000;

/** Several may be under way at once. */
export function openGettingFolder({ state }: Pick<FleetFolder, 'state'>, nowMs: number): string {
  const folder = join(state, 'getting');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of namesIn(folder)) {
    const about = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (about !== undefined && nowMs - about.mtimeMs > LEFT_BEHIND_MS)
      rmSync(join(folder, name), { recursive: true, force: true });
  }
  return folder;
}
