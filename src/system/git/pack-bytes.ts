// How large the history in a git folder is.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from '../files/read-if-there.ts';

/** Also what is being fetched. Loose objects do not count: a fetch of many makes a pack. 0 = there is none. */
export function packBytes(gitDir: string): number {
  const folder = join(gitDir, 'objects', 'pack');
  return namesIn(folder).reduce((sum, name) => sum + (lstatSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}
