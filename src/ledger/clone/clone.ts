// The private bare clone (C5): made if missing, moved aside and made again if damaged, packed when it grows. Guarantees that nothing in it decides
// anything: deleting it only costs time. One process at a time may use it (C7).
import { lstatSync } from 'node:fs';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CoordError } from '../../errors.ts';
import { textIn } from '../../system/files/read-if-there.ts';
import { renderGitConfig } from '../git/git-config-text.ts';
import { type GitHome, writePrivate } from '../git/git-home.ts';
import type { Setting } from '../git/person-settings.ts';
import { type GitCall, type GitResult, runGit } from '../git/run-git.ts';
import { lastWords } from '../git/trouble.ts';
import { sweepLeftovers } from './clone-locks.ts';
import { type Packing, packClone } from './clone-packing.ts';

export type ObjectFormat = 'sha1' | 'sha256';

/** The remote's name in the clone's settings. */
export const REMOTE = 'hub';

export interface LocalTimes {
  /** Limit of commands that only use this disk. */
  readonly localMs: number;
  /** Limit for checking the whole clone, and for packing it. */
  readonly wholeMs: number;
}

/** Faults that git finds in objects that are whole. Hosts accept them, and a branch that has them is fetched (R7), so they are no damage. */
const ODD_OBJECTS = [
  ...['badDate', 'badDateOverflow', 'badEmail', 'badName', 'badTimezone', 'badFilemode', 'duplicateEntries', 'emptyName'],
  ...['fullPathname', 'hasDot', 'hasDotdot', 'hasDotgit', 'missingAuthor', 'missingCommitter', 'missingEmail', 'multipleAuthors'],
  ...['missingNameBeforeEmail', 'missingSpaceBeforeDate', 'missingSpaceBeforeEmail', 'nulInCommit', 'nullSha1', 'treeNotSorted'],
  ...['zeroPaddedDate', 'zeroPaddedFilemode', 'gitmodulesBlob', 'gitmodulesLarge', 'gitmodulesMissing', 'gitmodulesName'],
  ...['gitmodulesParse', 'gitmodulesPath', 'gitmodulesSymlink', 'gitmodulesUpdate', 'gitmodulesUrl', 'gitattributesBlob'],
  ...['gitattributesLarge', 'gitattributesLineLength', 'gitattributesMissing', 'gitattributesSymlink'],
];

/** coord's settings, in the clone and not in the environment: a hub on the same disk must keep its hooks and its gc. */
function cloneSettings(home: GitHome, format: ObjectFormat): Setting[] {
  return [
    ['core.repositoryformatversion', format === 'sha1' ? '0' : '1'],
    ...(format === 'sha1' ? [] : [['extensions.objectFormat', format] as const]),
    ['core.bare', 'true'],
    ['core.hooksPath', home.hooksDir],
    ['core.fsmonitor', 'false'],
    ['core.symlinks', 'false'],
    ['core.protectHFS', 'true'],
    ['core.protectNTFS', 'true'],
    ['advice.fetchShowForcedUpdates', 'false'],
    ['core.fsync', 'all'],
    ['core.logAllRefUpdates', 'false'],
    ['transfer.fsckObjects', 'true'],
    ['transfer.bundleURI', 'false'],
    ['fetch.fsck.badFilemode', 'error'],
    ['fetch.fsck.gitattributesSymlink', 'error'],
    ...ODD_OBJECTS.map((what) => [`fsck.${what}`, 'ignore'] as const),
    ['fetch.recurseSubmodules', 'false'],
    ['fetch.writeCommitGraph', 'false'],
    ['submodule.recurse', 'false'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['push.gpgSign', 'false'],
    ['push.followTags', 'false'],
    [`remote.${REMOTE}.url`, home.remote.url],
    [`remote.${REMOTE}.tagOpt`, '--no-tags'],
  ];
}

export interface Clone {
  readonly gitDir: string;
  readonly objectFormat: ObjectFormat;
  run(args: readonly string[], timeoutMs: number, more?: Pick<GitCall, 'input' | 'stallMs' | 'linesMax'>): Promise<GitResult>;
  /** Whether every object is there and sound. True if checking took too long. */
  isWhole(): Promise<boolean>;
  /** Clears what a killed git left, and corrects coord's settings. */
  repair(): Promise<void>;
  /** Moves it aside and makes an empty one. The newest damaged clone is kept for people to look at. */
  renew(format?: ObjectFormat): Promise<void>;
  /** True = there was need, and it worked. */
  packIfNeeded(how: Omit<Packing, 'run'>): Promise<boolean>;
}

/** A link does not count for what it leads to. */
const exists = async (path: string) => (await lstat(path).catch(() => null)) !== null;

/** How long a fetch may take at most. */
const FETCH_MS_MAX = 3_600_000;

/** What git opens there by its name: at a pipe it would wait, and behind a link it would write. */
const FILES = ['config', 'packed-refs', 'FETCH_HEAD', 'shallow'];

/** Whether git would open this as a repository, and nothing else, by a few files on the disk. */
export async function isHealthy(gitDir: string): Promise<boolean> {
  const at = (name: string) => lstatSync(join(gitDir, name), { throwIfNoEntry: false });
  if (lstatSync(gitDir, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  const isLaidOut =
    ['objects', 'refs'].every((name) => at(name)?.isDirectory()) && FILES.every((name) => at(name)?.isFile() !== false);
  return isLaidOut && at('HEAD')?.isFile() === true && (textIn(join(gitDir, 'HEAD')) ?? '').startsWith('ref: refs/heads/');
}

/** Where the clone of a state folder is. */
export const cloneDirOf = (stateDir: string): string => join(stateDir, 'clone.git');

/** The format of an existing clone; sha1 where there is none. */
export function cloneFormat(gitDir: string): ObjectFormat {
  return /objectformat\s*=\s*"?sha256/i.test(textIn(join(gitDir, 'config')) ?? '') ? 'sha256' : 'sha1';
}

/** The newest damaged clone is kept for people to look at; earlier ones are removed. */
export async function moveAside(gitDir: string): Promise<void> {
  const parent = join(gitDir, '..');
  const earlier = (await readdir(parent).catch(() => [])).filter((name) => /^clone\.broken-\d+$/.test(name));
  const next = 1 + Math.max(0, ...earlier.map((name) => Number(name.slice('clone.broken-'.length))));
  await rename(gitDir, join(parent, `clone.broken-${next}`)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  for (const name of earlier) await rm(join(parent, name), { recursive: true, force: true });
}

/** Opens the clone of a state folder, making it if it is missing or no repository. No git runs when all is well. */
export async function openClone(home: GitHome, format: ObjectFormat | null, times: LocalTimes): Promise<Clone> {
  const gitDir = cloneDirOf(home.stateDir);
  let objectFormat: ObjectFormat = 'sha1';
  const run: Clone['run'] = (args, timeoutMs, more = {}) =>
    runGit({ gitDir, args, environment: home.environment, timeoutMs, ...more });
  const configure = () =>
    writePrivate(join(gitDir, 'config'), renderGitConfig('Written by coord.', cloneSettings(home, objectFormat)));

  const create = async (wanted: ObjectFormat) => {
    await mkdir(home.stateDir, { recursive: true });
    objectFormat = wanted;
    // No template, so no sample hooks and no description. A fixed HEAD, which nothing reads.
    const args = ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', `--object-format=${wanted}`, '--', gitDir];
    const result = await runGit({ gitDir: null, args, environment: home.environment, timeoutMs: times.localMs });
    if (result.exitCode !== 0) {
      throw new CoordError('LOCAL_STATE', `the clone ${gitDir} could not be made: ${lastWords(result.stderr)}`, 'coord doctor');
    }
    await configure();
  };
  const clone: Clone = {
    gitDir,
    get objectFormat() {
      return objectFormat;
    },
    run,
    async isWhole() {
      const result = await run(['fsck', '--full', '--no-dangling', '--no-progress'], times.wholeMs);
      return result.exitCode === 0 || result.timedOut;
    },
    async repair() {
      await sweepLeftovers(gitDir, Number.POSITIVE_INFINITY);
      // A clone that is gone has no settings; its next use finds that out.
      if (await exists(gitDir)) await configure();
    },
    async renew(wanted) {
      await moveAside(gitDir);
      await create(wanted ?? objectFormat);
    },
    packIfNeeded: (how) =>
      packClone(gitDir, {
        ...how,
        async run(args, msMax) {
          const result = await run(args, Math.min(times.wholeMs, msMax));
          // What it wrote until then would take the disk once more with each try.
          if (result.exitCode !== 0) await clone.repair();
          return result;
        },
      }),
  };

  if (await isHealthy(gitDir)) {
    objectFormat = cloneFormat(gitDir);
    await sweepLeftovers(gitDir, performance.timeOrigin, Date.now() - FETCH_MS_MAX);
    if (format !== null && format !== objectFormat) await clone.renew(format);
    else await configure();
  } else if (await exists(gitDir)) await clone.renew(format ?? 'sha1');
  else await create(format ?? 'sha1');
  return clone;
}
