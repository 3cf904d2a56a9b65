// Forgets runs. Of one that said something, the log stays for `coord logs` until newer logs need the room; its owner record stays with
// it, so that no late watchdog can start the run again.
import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isWatched } from './owner.ts';
import { isKey, type RunPaths, runPaths } from './run-folder.ts';

export function discardRun(paths: RunPaths): void {
  const isFolder = lstatSync(paths.folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder && isGoingOn(paths)) throw new Error(`the run in ${paths.folder} has not ended`);
  if (!isFolder || logBytes(paths) === 0) {
    removeFolder(paths.folder);
    return;
  }
  // The spec at last: a folder without one is a discarded one.
  for (const path of [
    paths.child,
    paths.outputs,
    paths.results,
    paths.progress,
    paths.question,
    paths.stop,
    paths.lease,
    paths.exit,
    paths.watchdogLog,
    paths.spec,
  ])
    rmSync(path, { force: true, recursive: true });
}

/** One that was discarded before has no spec, while its watchdog may still be on its way out. */
function isGoingOn(paths: RunPaths): boolean {
  return existsSync(paths.spec) && !existsSync(paths.exit) && isWatched(paths);
}

/** Removes the oldest logs of discarded runs until the rest is no larger than this. */
export function pruneLogs(runsDir: string, sizeBytesMax: number): void {
  const kept = readdirSync(runsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isKey(entry.name))
    .map((entry) => runPaths(runsDir, entry.name))
    .filter((paths) => !existsSync(paths.spec) && logBytes(paths) > 0)
    .map((paths) => ({ paths, sizeBytes: logBytes(paths), writtenMs: lstatSync(paths.log).mtimeMs }))
    .sort((one, other) => other.writtenMs - one.writtenMs);
  let total = 0;
  for (const { paths, sizeBytes } of kept) {
    total += sizeBytes;
    if (total > sizeBytesMax) removeFolder(paths.folder);
  }
}

/** A link or a folder that the run put in its place is no log. */
function logBytes(paths: RunPaths): number {
  const seen = lstatSync(paths.log, { throwIfNoEntry: false });
  return seen?.isFile() === true ? seen.size : 0;
}

/** Under its name it is gone at once: a late watchdog finds no folder, instead of one without an owner. */
function removeFolder(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return;
  const doomed = join(folder, '..', `.gone-${process.pid}-${performance.now()}`);
  renameSync(folder, doomed);
  rmSync(doomed, { recursive: true, force: true });
}
