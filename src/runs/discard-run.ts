// Forgets runs. Of one that said something, the log stays for `coord logs` until newer ones need the room (kept-runs.ts); its owner record
// stays with it, so that no late watchdog can start the run again.
import { existsSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { comingTo } from '../core/model/orders/artifact.ts';
import { isWatched } from './owner.ts';
import type { RunPaths } from './run-folder.ts';

/** False = nothing of it stays. */
export function discardRun(paths: RunPaths): boolean {
  const isFolder = lstatSync(paths.folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder && isGoingOn(paths)) throw new Error(`the run in ${paths.folder} has not ended`);
  if (!isFolder || logBytes(paths) === 0) {
    removeFolder(paths.folder);
    return false;
  }
  // The spec at last: a folder without one is a discarded one.
  for (const path of [
    paths.child,
    paths.outputs,
    paths.results,
    paths.files,
    comingTo(paths.files),
    join(paths.folder, 'artifacts.json'),
    paths.progress,
    paths.question,
    paths.stop,
    paths.lease,
    paths.exit,
    paths.watchdogLog,
    paths.spec,
  ])
    rmSync(path, { force: true, recursive: true });
  return true;
}

/** One that was discarded before has no spec, while its watchdog may still be on its way out. */
function isGoingOn(paths: RunPaths): boolean {
  return existsSync(paths.spec) && !existsSync(paths.exit) && isWatched(paths);
}

/** A link or a folder that the run put in its place is no log. */
export function logBytes(paths: RunPaths): number {
  const seen = lstatSync(paths.log, { throwIfNoEntry: false });
  return seen?.isFile() === true ? seen.size : 0;
}

/** Under its name it is gone at once: a late watchdog finds no folder, instead of one without an owner. */
export function removeFolder(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return;
  const doomed = join(folder, '..', `.gone-${process.pid}-${performance.now()}`);
  renameSync(folder, doomed);
  rmSync(doomed, { recursive: true, force: true });
}
