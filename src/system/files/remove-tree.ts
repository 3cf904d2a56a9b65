// Removes a folder with all that is in it, also where a run took the right to do so away. Links are removed, never followed.
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from './read-if-there.ts';

/** Throws where something stays, as what belongs to another user does: a container leaves that. All that can go is gone then. */
export function removeTree(path: string): void {
  if (isRemoved(path)) return;
  removeWithin(path);
  rmSync(path, { recursive: true, force: true });
}

function isRemoved(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

/** Entry by entry: what cannot go keeps nothing beside it. */
function removeWithin(folder: string): void {
  openUp(folder);
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    if (isRemoved(path)) continue;
    removeWithin(path);
    isRemoved(path);
  }
}

/** So that its owner may read and write there again. False = it is no folder, or not ours. */
export function openUp(folder: string): boolean {
  try {
    const seen = lstatSync(folder);
    if (!seen.isDirectory()) return false;
    if ((seen.mode & 0o700) !== 0o700) chmodSync(folder, 0o700);
    return true;
  } catch {
    return false;
  }
}
