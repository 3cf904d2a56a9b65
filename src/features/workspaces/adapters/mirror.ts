// Keeps the mirror of a repo, which is fetched once for all its workspaces. One process fetches at a time; a process that waited uses a
// fetch that began after it had asked. Nothing is removed while workspaces borrow from it.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import type { Trouble } from '../../../core/model/ledger/push.ts';
import { CoordError } from '../../../errors.ts';
import { sweepLeftovers } from '../../../ledger/clone/clone-locks.ts';
import { sparesTheClone, troubleOf } from '../../../ledger/git/trouble.ts';
import { writeWhole } from '../../../system/files/durable-file.ts';
import { takeLock } from '../../../system/files/lock.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';
import { packBytes } from '../../../system/git/pack-bytes.ts';
import { kill } from '../../../system/process/process-group.ts';
import { mirrorPath, readRepoRecord, type SlotName, writeRepoRecord } from '../system/workspace-pool.ts';
import { type Base, SETTINGS } from './checkout.ts';
import { GitDiskError } from './full-disk.ts';
import { dropUnreferenced, packTogether, tooLargeWay } from './mirror-packing.ts';
import { openPoolGit, type PoolGit } from './pool-git.ts';

/** `slot`: the workspace that it is brought up for. */
export interface MirrorOf extends SlotName {
  readonly url: string;
  readonly branch: string | null;
  readonly person: Readonly<Record<string, string>>;
  readonly key: string;
  /** How it is called in what people read. */
  readonly machine: string;
  /** What the mirror may take at most. */
  readonly bytesMax: number;
}

const LOCK_WAIT_MS = 30 * 24 * 3_600_000;
const LOOK_MS = 500;

/** Of the mirror, and of each workspace before coord looks into it. What else stands there is a run's. */
const CONFIG = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n[gc]\n\tauto = 0\n';

/** Brings the mirror up to the remote, and returns where the work begins. Throws what keeps it from that; REFUSED = a person has to help. */
export async function freshMirror(of: MirrorOf): Promise<Base> {
  const { repoFolder } = of;
  const gitDir = mirrorPath(repoFolder);
  const askedMs = Date.now();
  mkdirSync(repoFolder, { recursive: true, mode: 0o700 });
  const lock = await takeLock(join(repoFolder, 'mirror.lock'), LOCK_WAIT_MS);
  const beganMs = Date.now();
  let isFetched = false;
  try {
    const git = await openPoolGit(of, true);
    // Whoever goes by another's fetch has no time of its own to tell.
    if (!lock.isDoneSince(askedMs)) {
      await bringUp(git, of, gitDir);
      isFetched = true;
    }
    return await baseIn(git, of, gitDir);
  } finally {
    await lock.release(isFetched ? beganMs : undefined);
  }
}

/** Under the lock of the mirror. */
async function bringUp(git: PoolGit, of: MirrorOf, gitDir: string): Promise<void> {
  const fetcher = join(of.repoFolder, 'mirror.fetcher');
  // Still there = killed over it, and the git that it had started may fetch on.
  const before = readIfThere(fetcher);
  if (before !== null && before !== of.key) await kill({ pgid: null, stamp: before });
  try {
    writeWhole(fetcher, of.key);
    layDown(gitDir);
    // Of a git that was killed here; nobody else writes here under this lock.
    await sweepLeftovers(gitDir, Number.POSITIVE_INFINITY);
    // Before the fetch: one that is too large now is fetched no more.
    await dropUnreferenced(git, of, of.bytesMax, gitDir);
    const trouble = await fetchAll(git, of, gitDir);
    const left = trouble === null || sparesTheClone(trouble) ? trouble : await fetchAnew(git, of, gitDir);
    if (left !== null) throw notFetched(of, left);
    const bytes = packBytes(gitDir);
    // What is known of its packing stays.
    const told = { packed: bytes, ...readRepoRecord(of.repoFolder) };
    writeRepoRecord(of.repoFolder, { ...told, repo: of.url, bytes, at: new Date().toISOString() });
    await packTogether(git, of.repoFolder, gitDir);
  } finally {
    rmSync(fetcher, { force: true });
  }
}

/** An empty repository, or what a run may have changed of its settings put back. */
function layDown(gitDir: string): void {
  for (const folder of ['objects/pack', 'refs/heads', 'refs/tags'])
    mkdirSync(join(gitDir, folder), { recursive: true, mode: 0o700 });
  for (const name of [...SETTINGS, 'hooks', 'objects/info/alternates', 'info/attributes', 'info/grafts'])
    rmSync(join(gitDir, name), { recursive: true, force: true });
  settle(join(gitDir, 'config'), CONFIG);
  settle(join(gitDir, 'HEAD'), 'ref: refs/heads/no-branch-of-a-mirror\n');
}

/** Others read there at this moment: it is replaced whole, and only where it has to be. */
function settle(path: string, text: string): void {
  if (readIfThere(path) !== text) writeWhole(path, text);
}

/** A power cut can leave refs without content. Workspaces borrow objects alone, so refs are made anew; if that fails, they are as before. */
async function fetchAnew(git: PoolGit, of: MirrorOf, gitDir: string): Promise<Trouble | null> {
  const before = join(gitDir, 'before');
  rmSync(before, { recursive: true, force: true });
  mkdirSync(before, { mode: 0o700 });
  const move = (from: string, to: string) => {
    for (const name of ['refs', 'packed-refs']) {
      rmSync(join(to, name), { recursive: true, force: true });
      if (existsSync(join(from, name))) renameSync(join(from, name), join(to, name));
    }
  };
  move(gitDir, before);
  let isFetched = false;
  try {
    layDown(gitDir);
    const trouble = await fetchAll(git, of, gitDir);
    isFetched = trouble === null;
    return trouble;
  } finally {
    if (!isFetched) move(before, gitDir);
    rmSync(before, { recursive: true, force: true });
  }
}

async function fetchAll(git: PoolGit, of: MirrorOf, gitDir: string): Promise<Trouble | null> {
  const stop = whenTooLarge(gitDir, of.bytesMax);
  const fetched = git.try(
    [
      ...[
        '-c',
        'core.fsync=all',
        'fetch',
        '--quiet',
        '--prune',
        '--force',
        '--no-auto-maintenance',
        '--no-write-fetch-head',
        '--no-recurse-submodules',
      ],
      ...['--end-of-options', of.url, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'],
    ],
    { gitDir },
  );
  try {
    const result = await Promise.race([fetched, stop.tooLarge]);
    if (result === null)
      throw new CoordError('FAILED', `${of.url} is larger than workspaces may be; on ${of.machine}: ${tooLargeWay(of)}`);
    return result.exitCode === 0 ? null : troubleOf(result);
  } finally {
    stop.end();
  }
}

function notFetched({ url, machine, repoFolder }: MirrorOf, { code, message }: Trouble): CoordError {
  const what = `${url} could not be fetched: ${message}`;
  if (code === 'AUTHENTICATION')
    return new CoordError(
      'REFUSED',
      `${machine} has no access to ${url} (${message}); on ${machine}: git ls-remote ${shellWord(url)}`,
    );
  return code === 'DISK' ? new GitDiskError(what, repoFolder) : new CoordError('FAILED', what);
}

/** The process ends then, and its git with it. */
function whenTooLarge(gitDir: string, bytesMax: number): { readonly tooLarge: Promise<null>; end(): void } {
  let timer: NodeJS.Timeout | undefined;
  const tooLarge = new Promise<null>((resolve) => {
    timer = setInterval(() => packBytes(gitDir) > bytesMax && resolve(null), LOOK_MS);
  });
  return { tooLarge, end: () => clearInterval(timer) };
}

async function baseIn(git: PoolGit, { url, branch: asked, machine }: MirrorOf, gitDir: string): Promise<Base> {
  const branch = asked ?? (await defaultBranch(git, url));
  if (branch !== null) {
    const found = await git.try(['rev-parse', '--verify', '--quiet', '--end-of-options', `refs/heads/${branch}^{commit}`], {
      gitDir,
    });
    if (found.exitCode === 0) return { commit: found.stdout.toString('utf8').trim(), branch };
  }
  const any = await git.run(['for-each-ref', '--count=1', 'refs/heads'], { gitDir });
  if (any.trim() === '') throw new CoordError('FAILED', `${url} is empty: it needs a first commit`);
  throw new CoordError(
    'FAILED',
    branch === null
      ? `${url} has no default branch that ${machine} can see; name one in the order: "branch"`
      : `${url} has no branch ${branch}`,
  );
}

/** One connection more, for orders that name no branch. */
async function defaultBranch(git: PoolGit, url: string): Promise<string | null> {
  const { stdout } = await git.try(['ls-remote', '--symref', '--end-of-options', url, 'HEAD']);
  return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(stdout.toString('utf8'))?.[1] ?? null;
}
