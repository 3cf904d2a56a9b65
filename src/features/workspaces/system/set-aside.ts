// What leaves the pool of workspaces: files that are removed later, because that takes long, and files of another user, which coord may not remove.
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../../errors.ts';
import { bytesBelow, entriesIn } from '../../../system/files/bytes-below.ts';
import { removeTree } from '../../../system/files/remove-tree.ts';

/** What another user made in a folder of ours, as a container does, was named anew where it stood. */
const LEFT = /\.left-[0-9a-f-]+$/;
const FOREIGN: readonly string[] = ['EACCES', 'EPERM'];

export const isLeft = (name: string): boolean => LEFT.test(name);

/** Within `inPool`. */
export function moveAway(pool: string, path: string): void {
  const to = join(pool, 'removed');
  mkdirSync(to, { recursive: true, mode: 0o700 });
  try {
    renameSync(path, join(to, randomUUID()));
  } catch (error) {
    if (!FOREIGN.includes(errorCode(error))) {
      if (errorCode(error) === 'ENOENT') return;
      throw error;
    }
    renameSync(path, `${path.replace(LEFT, '')}.left-${randomUUID()}`);
  }
}

/** Removes the files of removed workspaces, also those that an earlier process did not finish. */
export function sweepRemoved(pool: string): void {
  for (const name of foldersIn(join(pool, 'removed'))) isRemoved(join(pool, 'removed', name));
}

/** False = what another user made there, as a container does, stays. */
export function isRemoved(path: string): boolean {
  try {
    removeTree(path);
    return true;
  } catch {
    return false;
  }
}

/** What is removed and cannot go: the files of another user. */
export function asideBytes(pool: string, repoFolders: readonly string[]): number {
  const left = [pool, ...repoFolders].flatMap(leftIn);
  return [join(pool, 'removed'), ...left].reduce((sum, folder) => sum + bytesBelow(folder), 0);
}

function leftIn(folder: string): string[] {
  return foldersIn(folder)
    .filter(isLeft)
    .map((name) => join(folder, name));
}

export function foldersIn(folder: string): string[] {
  return entriesIn(folder).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}
