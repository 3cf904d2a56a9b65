// Forgets runs. Of one that said something, the log stays for `coord logs` until newer ones need the room (kept-runs.ts); its owner record
// stays with it, so that no late watchdog can start the run again. What a run left that cannot be removed keeps no sync from its end.
import { existsSync, lstatSync, readdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isClosed } from '../system/files/open-file.ts';
import { namesIn } from '../system/files/read-if-there.ts';
import { openUp, removeTree } from '../system/files/remove-tree.ts';
import { isWatched } from './owner.ts';
import type { RunPaths } from './run-folder.ts';

/** False = nothing of it stays. */
export function discardRun(paths: RunPaths): boolean {
  const isFolder = lstatSync(paths.folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  openUp(paths.folder);
  if (isFolder && isGoingOn(paths)) throw new Error(`the run in ${paths.folder} has not ended`);
  if (!isFolder || logBytes(paths) === 0) {
    removeFolder(paths);
    return false;
  }
  // By what stays: agents, files of a killed watchdog and other versions leave more than is known here.
  const stays = new Set([paths.log, paths.owner, paths.exit, paths.spec]);
  for (const name of namesIn(paths.folder)) if (!stays.has(join(paths.folder, name))) removeOwn(join(paths.folder, name));
  // While the spec is there, it tells that the run has ended.
  removeOwn(paths.exit);
  // At last: a folder without one is a discarded one.
  if (removeOwn(paths.spec)) return true;
  removeFolder(paths);
  return false;
}

/** One that was discarded before has no spec, while its watchdog may still be on its way out. */
function isGoingOn(paths: RunPaths): boolean {
  return existsSync(paths.spec) && !existsSync(paths.exit) && isWatched(paths);
}

/** A link or a folder that the run put in its place is no log. */
export function logBytes(paths: RunPaths): number {
  try {
    const seen = lstatSync(paths.log, { throwIfNoEntry: false });
    return seen?.isFile() === true ? seen.size : 0;
  } catch (error) {
    if (isClosed(error)) return 0;
    throw error;
  }
}

/** No key of a run begins so. */
const GONE = '.gone-';

/** Under its name it is gone at once: a late watchdog finds no folder, instead of one without an owner. */
export function removeFolder({ folder, spec }: Pick<RunPaths, 'folder' | 'spec'>): void {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return;
  const doomed = join(folder, '..', `${GONE}${process.pid}-${performance.now()}`);
  renameSync(folder, doomed);
  // First: the environment is in it.
  removeOwn(join(doomed, basename(spec)));
  removeOwn(doomed);
}

/** Folders that a process which was killed, or could not, has not removed. */
export function sweepGone(runsDir: string): void {
  for (const name of readdirSync(runsDir)) if (name.startsWith(GONE)) removeOwn(join(runsDir, name));
}

/** False = what another user made there, as a container does, stays. It is no run any more, whatever is left of it. */
function removeOwn(path: string): boolean {
  try {
    removeTree(path);
    return true;
  } catch {
    return false;
  }
}
