// Leftovers of a killed git in a repository: lock files, temporary objects, crash reports. Clearing the clone is safe, because the cycle's lock (C7) lets
// only one process use it. A git that was orphaned by kill -9 may still hold a lock: then its ref is fetched again, and nothing is lost.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isGitRunning } from '../git/run-git.ts';

const LOCK = /\.lock$|^gc\.pid$/;
const RUBBISH = /^fast_import_crash_\d+$|^tmp_|^\.tmp-|^incoming-/;
/** Where git keeps locks; loose objects are left to `prune`. */
const FOLDERS = ['', 'refs', 'objects', 'objects/pack', 'objects/info'];
const FILES_LOOKED_AT_MAX = 50_000;

interface Leftover {
  readonly path: string;
  readonly isLock: boolean;
  /** Epoch milliseconds. */
  readonly modifiedMs: number;
}

async function leftoversOf(gitDir: string): Promise<Leftover[]> {
  const found: Leftover[] = [];
  let left = FILES_LOOKED_AT_MAX;
  const lookInto = async (folder: string, deep: boolean): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (left-- <= 0) return;
      const path = join(folder, entry.name);
      if (LOCK.test(entry.name) || RUBBISH.test(entry.name)) {
        const info = await stat(path).catch(() => null);
        if (info !== null) found.push({ path, isLock: LOCK.test(entry.name), modifiedMs: info.mtimeMs });
      } else if (deep && entry.isDirectory()) await lookInto(path, true);
    }
  };
  for (const folder of FOLDERS) await lookInto(join(gitDir, folder), folder === 'refs');
  return found;
}

/** Paths of git's locks in a repository, also in somebody else's, that are older than `untilMs` (epoch). */
export async function findLocks(gitDir: string, untilMs: number): Promise<string[]> {
  const found = await leftoversOf(gitDir);
  return found.filter(({ isLock, modifiedMs }) => isLock && modifiedMs <= untilMs).map(({ path }) => path);
}

/** Removes leftovers, and locks older than `locksUntilMs` (epoch); returns how many. Does nothing while a git of this process runs there. */
export async function sweepLeftovers(gitDir: string, locksUntilMs: number): Promise<number> {
  if (isGitRunning(gitDir)) return 0;
  const rubbish = (await leftoversOf(gitDir)).filter(({ isLock, modifiedMs }) => !isLock || modifiedMs <= locksUntilMs);
  for (const { path } of rubbish) await rm(path, { recursive: true, force: true });
  return rubbish.length;
}
