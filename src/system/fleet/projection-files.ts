// Reads, writes and removes the files of the projection (C6). A link in the place of a folder is not followed.
import { lstatSync, mkdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../errors.ts';
import { writeWhole } from '../files/durable-file.ts';
import { linkAbove } from '../files/link-above.ts';
import { readText } from '../files/read-if-there.ts';
import type { FleetFolder } from './fleet-folder.ts';

/** Codes of what its owner, or another user, closed. */
const CLOSED = ['EACCES', 'EPERM', 'EROFS'];

/** With the folders that are empty then. A folder in a file's place is not coord's, and stays. */
export function removeFiles(folder: FleetFolder, paths: readonly string[]): void {
  const folders = new Set<string>();
  for (const path of paths) {
    if (linkAbove(folder.projection, path) !== null) continue;
    try {
      if (!lstatSync(join(folder.projection, path)).isDirectory()) unlinkSync(join(folder.projection, path));
    } catch (error) {
      if (!hasCode(error, ['ENOENT', 'ENOTDIR', ...CLOSED])) throw error;
    }
    for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.add(at);
  }
  removeEmpty(folder, [...folders].sort().reverse());
}

export function removeEmpty(folder: FleetFolder, paths: readonly string[]): void {
  for (const path of paths) {
    try {
      rmdirSync(join(folder.projection, path));
    } catch {
      // Not empty, or gone.
    }
  }
}

export function readIfThere(folder: FleetFolder, path: string): string | null {
  const place = join(folder.projection, path);
  try {
    return lstatSync(place).isFile() && linkAbove(folder.projection, path) === null ? readText(place) : null;
  } catch {
    return null;
  }
}

/** False = something is in the way that is not coord's to remove, or nothing may be written there. */
export function writeFile(path: string, text: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeWhole(path, text, 0o666);
    return true;
  } catch (error) {
    if (hasCode(error, ['EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY', ...CLOSED])) return false;
    throw error;
  }
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return codes.includes(errorCode(error));
}
