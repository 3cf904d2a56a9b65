// Resolves links in paths, so that one can be said to lie in another.
import { realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';

/** As the system itself calls it once one stands there (`process.cwd()`). Null = there is no such folder. */
export function realFolder(path: string): string | null {
  try {
    const real = realpathSync.native(path);
    return statSync(real).isDirectory() ? real : null;
  } catch {
    return null;
  }
}

/** Of anything. Null = it is not there. */
export function realPath(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}

/** The same for a folder that may not be there yet: as the system will call it once it is made. */
export function realPlace(path: string): string {
  const above = dirname(path);
  return realFolder(path) ?? (above === path ? path : join(realPlace(above), basename(path)));
}

/** The home folder of who runs this. */
export function realHome(): string {
  return realFolder(homedir()) ?? homedir();
}

/** Also where both are one. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
