// Opens every file that coord opens by its name, to read it or to add to it. A pipe in its place would keep a reader waiting for ever, and
// is refused.
import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import { errorCode } from '../../errors.ts';

/** Codes of what is not there, also where a run put a file or a link in the place of its folder. */
export const NOT_THERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);
/** Codes of what is something else than a file. */
export const NO_PLAIN_FILE: ReadonlySet<string> = new Set(['EISDIR', 'EINVAL', 'ENXIO']);

/** Somebody took the right to read or write there away. */
export const isClosed = (error: unknown): boolean => ['EACCES', 'EPERM'].includes(errorCode(error));

/** Whether that is what an error of `openFile` says: there is no such file. */
export const isNoFile = (error: unknown): boolean => NOT_THERE.has(errorCode(error)) || NO_PLAIN_FILE.has(errorCode(error));

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

/** What a run may have put there, which its log and its notes are read as: no link is followed (ELOOP). */
export const openUntrusted = (path: string) => openFile(path, constants.O_RDONLY | constants.O_NOFOLLOW);

export const openToRead = (path: string): number => openFile(path, constants.O_RDONLY).file;

const APPEND = constants.O_APPEND | constants.O_CREAT;

/** A private one is made where there is none. */
export const openToAppend = (path: string): number => openFile(path, constants.O_WRONLY | APPEND, 0o600).file;

/** The same, of a file whose end may have to be looked at. */
export const openToAppendAndRead = (path: string): number => openFile(path, constants.O_RDWR | APPEND, 0o600).file;
