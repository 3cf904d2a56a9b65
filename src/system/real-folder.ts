// Folders without links in their paths, so that one can be said to lie in another.
import { realpathSync, statSync } from 'node:fs';
import { sep } from 'node:path';

/** Null = there is no such folder. */
export function realFolder(path: string): string | null {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : null;
  } catch {
    return null;
  }
}

/** Also where both are one. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
