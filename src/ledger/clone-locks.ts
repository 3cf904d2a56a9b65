// Clears what a killed git left in the clone: lock files, temporary objects, crash reports. Safe because the cycle's lock (C7)
// lets one process use the clone. A git orphaned by kill -9 may still hold one: its ref is then fetched again, nothing is lost.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isGitRunning } from './run-git.ts';

const LOCK = /\.lock$|^gc\.pid$/;
const RUBBISH = /^fast_import_crash_\d+$|^tmp_|^\.tmp-|^incoming-/;
/** Where git keeps locks; loose objects are left to `prune`. */
const FOLDERS = ['', 'refs', 'objects', 'objects/pack', 'objects/info'];
const FILES_LOOKED_AT_MAX = 50_000;

/** Removes rubbish, and locks older than `locksUntilMs` (epoch); returns how many. Does nothing while a git of ours runs there. */
export async function sweepLeftovers(gitDir: string, locksUntilMs: number): Promise<number> {
  if (isGitRunning(gitDir)) return 0;
  let left = FILES_LOOKED_AT_MAX;
  let removed = 0;
  const sweep = async (folder: string, deep: boolean): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (left-- <= 0) return;
      const path = join(folder, entry.name);
      if (LOCK.test(entry.name) || RUBBISH.test(entry.name)) {
        const info = await stat(path).catch(() => null);
        if (info === null || (LOCK.test(entry.name) && info.mtimeMs > locksUntilMs)) continue;
        await rm(path, { recursive: true, force: true });
        removed += 1;
      } else if (deep && entry.isDirectory()) await sweep(path, true);
    }
  };
  for (const folder of FOLDERS) await sweep(join(gitDir, folder), folder === 'refs');
  return removed;
}
