// Opens every file that coord opens by its name, to read it or to add to it. A pipe in its place would keep a reader waiting for ever, and
// is refused.
import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';

/** Throws what keeps it from being opened: EISDIR for a folder, EINVAL for what is neither, ENXIO for a pipe that nobody reads. */
export function openFile(path: string, flags: number, mode?: number): { readonly file: number; readonly about: Stats } {
  const file = openSync(path, flags | constants.O_NONBLOCK, mode);
  try {
    const about = fstatSync(file);
    if (about.isFile()) return { file, about };
    const [code, what] = about.isDirectory() ? ['EISDIR', 'a folder'] : ['EINVAL', 'neither a file nor a folder'];
    throw Object.assign(new Error(`${code}: ${what}, open '${path}'`), { code, path, syscall: 'open' });
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

export const openToRead = (path: string): number => openFile(path, constants.O_RDONLY).file;

/** A private one is made where there is none. */
export const openToAppend = (path: string): number =>
  openFile(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600).file;
