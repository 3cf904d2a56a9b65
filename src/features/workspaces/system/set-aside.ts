// What leaves the pool of workspaces: files that are removed later, because that takes long, and files of another user, which coord may not remove.
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import { errorCode } from '../../../errors.ts';
import { bytesBelow, entriesIn } from '../../../system/files/bytes-below.ts';
import { removeTree } from '../../../system/files/remove-tree.ts';
import { diskWords } from '../rules/disk-words.ts';

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
    renameSync(path, leftName(path));
  }
}

const leftName = (path: string) => `${path.replace(LEFT, '')}.left-${randomUUID()}`;

/** Removes the files of removed workspaces, also those that an earlier process did not finish. What cannot go is named as left. */
export function sweepRemoved(pool: string): void {
  for (const name of foldersIn(join(pool, 'removed'))) {
    const path = join(pool, 'removed', name);
    const inTheWay = whyNotRemoved(path);
    // Another process may be removing it, too: that is no file of another user.
    if (inTheWay === null || isLeft(name) || !FOREIGN.includes(inTheWay)) continue;
    try {
      renameSync(path, leftName(path));
    } catch {
      // Another process has removed it or named it; else the next sweep does.
    }
  }
}

/** False = what another user made there, as a container does, stays. */
export function isRemoved(path: string): boolean {
  return whyNotRemoved(path) === null;
}

/** The code of the error; null = it is gone. */
function whyNotRemoved(path: string): string | null {
  try {
    removeTree(path);
    return null;
  } catch (error) {
    return errorCode(error);
  }
}

/** A folder with files that coord may not remove. */
export interface Left {
  readonly path: string;
  readonly bytes: number;
}

/** The largest first. Not what is only being removed: that is gone soon, and nothing has to make room for it. */
export function leftFiles(pool: string, repoFolders: readonly string[]): Left[] {
  const left = [pool, join(pool, 'removed'), ...repoFolders].flatMap((folder) =>
    foldersIn(folder)
      .filter(isLeft)
      .map((name) => join(folder, name)),
  );
  return left.map((path) => ({ path, bytes: bytesBelow(path) })).sort((one, other) => other.bytes - one.bytes);
}

export const leftBytes = (left: readonly Left[]): number => left.reduce((sum, { bytes }) => sum + bytes, 0);

export const leftWords = (left: readonly Left[]) => `${diskWords(leftBytes(left))} are files that coord may not remove`;

/** The command that only a person can give; for the largest, where there are many. */
export function removeLeft(left: readonly Left[]): string {
  return ['sudo rm -r', ...left.slice(0, 3).map(({ path }) => shellWord(path))].join(' ');
}

export function foldersIn(folder: string): string[] {
  return entriesIn(folder).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}
