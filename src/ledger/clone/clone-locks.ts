// Leftovers of a killed git in a repository: lock files, temporary objects, crash reports. The cycle's lock (C7) lets only one process write to the clone,
// and commands that only read it open it without that lock: what a fetch of years writes to all the while is left alone for an hour then.
// A git that was orphaned by kill -9 may still hold a lock: then its ref is fetched again, and nothing is lost.
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isGitRunning } from '../git/run-git.ts';

/** Git writes `packed-refs.new` anew each time, and refuses where one is. */
const LOCK = /\.lock$|^gc\.pid$|^packed-refs\.new$/;
/** A `.keep` holds a pack, and all that is in it, for ever: fetches write one until their refs are set. */
const RUBBISH = /^fast_import_crash_\d+$|^tmp_|^\.tmp-|^incoming-|^pack-[0-9a-f]+\.keep$/;
/** What a fetch writes to from its first byte to its last, and what a slow disk takes long to flush. */
const HELD_LONG = /^tmp_|^\.tmp-|^incoming-|^shallow\.lock$|^packed-refs\.new$|\.keep$/;
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

/**
 * Removes leftovers; locks older than `locksUntilMs`, and what a fetch may hold older than `heldUntilMs` (epoch). Returns how many. Does nothing while a
 * git of this process runs there.
 */
export async function sweepLeftovers(
  gitDir: string,
  locksUntilMs: number,
  heldUntilMs = Number.POSITIVE_INFINITY,
): Promise<number> {
  if (isGitRunning(gitDir)) return 0;
  const isLeft = ({ isLock, path, modifiedMs }: Leftover) =>
    (!isLock || modifiedMs <= locksUntilMs) && (!HELD_LONG.test(basename(path)) || modifiedMs <= heldUntilMs);
  const rubbish = (await leftoversOf(gitDir)).filter(isLeft);
  for (const { path } of rubbish) await rm(path, { recursive: true, force: true });
  return rubbish.length;
}
