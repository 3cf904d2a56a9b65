// Finds files of other people that an agent would obey in the folder that it works in.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { realHome } from '../../../system/files/real-folder.ts';
import { repoAbove } from '../../../system/files/repo-above.ts';

/** The first of `files` that it would find in `folder` (real) or above it, up to the top of the repo; null = none. What lies in the home folder is its owner's. */
export function obeyedIn(folder: string, files: readonly string[]): string | null {
  const [top, home] = [repoAbove(folder), realHome()];
  for (let at = folder; at !== home; at = dirname(at)) {
    const found = files.map((file) => join(at, file)).find((path) => existsSync(path));
    if (found !== undefined) return found;
    if (at === top || at === dirname(at)) break;
  }
  return null;
}
