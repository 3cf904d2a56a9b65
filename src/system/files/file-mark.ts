// Whether a file is the one that it was, by its entry alone.
import { statSync } from 'node:fs';

/** Another one once the file has changed: files are replaced whole, so each version has an inode or a time of its own. `-` = there is none. */
export function markOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '-' : `${stat.ino}:${stat.mtimeMs}:${stat.size}`;
}
