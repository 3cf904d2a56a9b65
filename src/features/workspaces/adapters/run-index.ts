// Reads the index of a run's own git, as data. It is never committed: it only tells which files are as the last commit has them although they
// look different, and which are missing on purpose.
import { type BigIntStats, lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { GitAt, PoolGit } from './pool-git.ts';

export interface IndexEntry {
  readonly id: string;
  /** Not in the files on purpose, as most of a sparse checkout. */
  readonly isSkipped: boolean;
  /** Whether this file is the very one that the run's git last compared with its filters, not written since. */
  isOf(file: BigIntStats): boolean;
}

const BYTES_MAX = 256 * 1024 * 1024;
const SKIPPED = 0x4000_0000;
const ENTRY =
  /(?:^|\n)\d+ ([0-9a-f]{40}) 0\t([^\0]+)\0 {2}ctime: \d+:\d+\n {2}mtime: (\d+):(\d+)\n {2}dev: \d+\tino: (\d+)\n {2}uid: \d+\tgid: \d+\n {2}size: (\d+)\tflags: ([0-9a-f]+)(?=\n|$)/g;

/** By path. Empty where it cannot be read: then nothing is known. */
export async function readRunIndex(git: PoolGit, { gitDir }: Pick<GitAt, 'gitDir'>): Promise<ReadonlyMap<string, IndexEntry>> {
  const index = join(gitDir ?? '', 'index');
  if (lstatSync(index, { throwIfNoEntry: false })?.isFile() !== true) return new Map();
  const at = { ...(gitDir === undefined ? {} : { gitDir }), index, stdoutBytesMax: BYTES_MAX };
  const { exitCode, stdout } = await git.try(['ls-files', '--stage', '--debug', '-z'], at);
  if (exitCode !== 0) return new Map();
  const entries = [...stdout.toString('utf8').matchAll(ENTRY)];
  return new Map(entries.map(([, id = '', path = '', ...numbers]) => [path, entryOf(id, numbers)]));
}

function entryOf(id: string, numbers: readonly string[]): IndexEntry {
  const flags = numbers[4] ?? '0';
  const noted = numbers.slice(0, 4).join(' ');
  return {
    id,
    isSkipped: (Number.parseInt(flags, 16) & SKIPPED) !== 0,
    // Where the clock of the disk has no parts of seconds, a file may have changed in the second in which it was compared.
    isOf: (file) => file.mtimeNs % SECOND !== 0n && marksOf(file) === noted,
  };
}

const SECOND = 1_000_000_000n;

/** As an index has them, in 32 bits each. */
function marksOf({ mtimeNs, ino, size }: BigIntStats): string {
  const numbers = [mtimeNs / SECOND, mtimeNs % SECOND, ino, size];
  return numbers.map((number) => BigInt.asUintN(32, number)).join(' ');
}
