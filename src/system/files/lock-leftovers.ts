// What processes that ended leave beside a lock, and where else they wrote under it (C7): half-written files, and tickets of take-overs.
import { type Dirent, lstatSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isGone } from '../process/process-identity.ts';
import { writerOf } from './durable-file.ts';

/** Half-written files of the lock itself, and those that do not say who writes them, are swept after this. */
const TEMPORARY_MS = 60_000;

/** The lock's own, by who holds it. */
export function sweepOwn(path: string): void {
  for (const name of [...takeOvers(path), ...oldTemporaries(path)]) rmSync(join(dirname(path), name), { force: true });
}

/** Files that a dead owner was writing beside the lock. Others write there too, under locks of their own: what they are writing stays. */
export function sweepTemporaries(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder))
    if (/^\..+\.tmp$/.test(name) && !name.startsWith(`.${basename(path)}.`) && isLeft(folder, name))
      rmSync(join(folder, name), { force: true });
}

/**
 * Files that a dead process was writing in these folders and below, as their names say; people have files there too. Links are not followed, and what
 * cannot be looked at stays.
 */
export function sweepBelow(folders: readonly string[]): void {
  for (const folder of folders) {
    for (const entry of entriesIn(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) sweepBelow([path]);
      else if (entry.isFile() && entry.name.startsWith('.') && isOfDead(entry.name)) removeQuietly(path);
    }
  }
}

function entriesIn(folder: string): readonly Dirent[] {
  try {
    return lstatSync(folder).isDirectory() ? readdirSync(folder, { withFileTypes: true }) : [];
  } catch {
    return [];
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Another user's; `coord doctor` names it.
  }
}

/** No process writes it any more. One with this process's number is of an earlier process: a write is never left halfway for something else. */
function isLeft(folder: string, name: string): boolean {
  return writerOf(name) === null ? (ageMs(join(folder, name)) ?? 0) > TEMPORARY_MS : isOfDead(name);
}

function isOfDead(name: string): boolean {
  const writer = writerOf(name);
  return writer !== null && (writer === process.pid || isGone(writer));
}

function takeOvers(path: string): string[] {
  return readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.takeover-`));
}

/** The lock's own half-written files may be a living waiter's; a write takes milliseconds, so old ones are a dead one's. */
function oldTemporaries(path: string): string[] {
  return readdirSync(dirname(path)).filter(
    (name) =>
      name.startsWith(`.${basename(path)}.`) && name.endsWith('.tmp') && (ageMs(join(dirname(path), name)) ?? 0) > TEMPORARY_MS,
  );
}

/** A clock that was set back must not make what is old look new: a time that has not come yet counts as one that is as long ago. */
export function ageMs(path: string): number | null {
  try {
    return Math.abs(Date.now() - statSync(path).mtimeMs);
  } catch {
    return null;
  }
}
