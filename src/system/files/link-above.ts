// Links in the place of folders of coord's: nothing behind one is read, written or removed, because it is somebody else's.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/** The folder nearest to the file at `path` (below `root`, with `/`) that is a link, as such a path; null = none is. */
export function linkAbove(root: string, path: string): string | null {
  const folders = path.split('/').slice(0, -1);
  for (let count = folders.length; count > 0; count -= 1) {
    const at = folders.slice(0, count).join('/');
    if (isLink(join(root, at))) return at;
  }
  return null;
}

export function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
