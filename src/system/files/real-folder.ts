// Resolves links in the paths of folders, so that one can be said to lie in another.
import { realpathSync, statSync } from 'node:fs';
import { sep } from 'node:path';

/** As the system itself calls it once one stands there (`process.cwd()`). Null = there is no such folder. */
export function realFolder(path: string): string | null {
  try {
    const real = realpathSync.native(path);
    return statSync(real).isDirectory() ? real : null;
  } catch {
    return null;
  }
}

/** Also where both are one. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
