// Links in the place of folders of coord's: nothing behind one is read, written or removed, because it is somebody else's.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/** The folder nearest to the file at `path` (below `root`, with `/`) that is a link, as such a path; null = none is. */
export function linkAbove(root: string, path: string): string | null {
  return linksAbove(root)(path);
}

/** The same for many files: each folder is looked at once, when it is first asked about. */
export function linksAbove(root: string): (path: string) => string | null {
  const known = new Map<string, string | null>([['', null]]);
  const above = (path: string): string | null => {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    const found = known.get(folder);
    if (found !== undefined) return found;
    const link = isLink(join(root, folder)) ? folder : above(folder);
    known.set(folder, link);
    return link;
  };
  return above;
}

export function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
