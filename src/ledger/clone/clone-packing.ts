// Keeps the clone small (C5), after a cycle and under its lock. With transfer.fsckObjects every fetch leaves a pack of its own,
// and every write leaves loose objects; git looks into each of them. A small clone is packed whole, and old beats are thrown
// away; a large one (years of a fleet, a project's code of F4) rolls its small packs together, and is packed whole when it has grown by half or its
// history was shortened: what nothing refers to does not add up for ever. Before that its owner may cut what it can do without.
import { rmSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitResult } from '../git/run-git.ts';
import { numberNote, orNothing } from './number-note.ts';

const LOOSE_OBJECTS_MAX = 2000;
/** Git's own gc.autoPackLimit. */
const PACKS_MAX = 50;
/** While runs need this machine's beats it waits until there is so many times as much: git gets slow by then. */
const BUSY_FACTOR = 10;
const SMALL_BYTES = 64 * 1024 * 1024;
/** Packed whole again after this much growth; after that much also where this machine must not be silent for so long. */
const GROWTH = 1.5;
const GROWTH_MAX = 4;
/** A packing that failed, or took too long, is not begun again before. */
const AGAIN_MS = 6 * 3_600_000;
/** Loose objects spread evenly by their first byte: some of the 256 folders tell the sum, to a seventh or so. */
const SAMPLED_FOLDERS = 8;

async function looseObjectsAbout(gitDir: string): Promise<number> {
  let files = 0;
  for (let i = 0; i < SAMPLED_FOLDERS; i++) {
    const folder = ((i * 256) / SAMPLED_FOLDERS).toString(16).padStart(2, '0');
    files += (await readdir(join(gitDir, 'objects', folder)).catch(() => [])).length;
  }
  return (files * 256) / SAMPLED_FOLDERS;
}

/** Bytes of each of its packs. */
async function packSizes(gitDir: string): Promise<readonly number[]> {
  const folder = join(gitDir, 'objects', 'pack');
  const packs = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.pack'));
  const sizes = packs.map((name) => stat(join(folder, name)).catch(() => null));
  return (await Promise.all(sizes)).map((info) => info?.size ?? 0);
}

/** Each fetch that brings something leaves a pack. */
export async function packCount(gitDir: string): Promise<number> {
  return (await packSizes(gitDir)).length;
}

/** What its packs take on the disk. */
export async function packedBytes(gitDir: string): Promise<number> {
  return (await packSizes(gitDir)).reduce((sum, size) => sum + size, 0);
}

export interface Packing {
  /** The command takes no longer than `msMax`. */
  run(args: readonly string[], msMax: number): Promise<GitResult>;
  /** Called before it is packed whole: what nothing refers to after it is dropped. */
  letGo?(): Promise<unknown>;
  /** Likewise, of a large clone. */
  cut?(): Promise<unknown>;
  /** For tests. */
  readonly smallBytes?: number | undefined;
  readonly nowMs?: number;
  /**
   * How long this machine may be silent for what it has claimed; 0 = too little, null = nothing waits for it. Where something does, packing is put off, takes
   * no longer than that when it is put off no more, and nothing is cut: nobody knows how long the remote takes.
   */
  readonly spareMs?: number | null;
}

/** Whether there is so much that it is time. */
async function isFull(gitDir: string, spareMs: number | null): Promise<boolean> {
  const factor = spareMs === null ? 1 : BUSY_FACTOR;
  if (spareMs === 0) return false;
  return (await packCount(gitDir)) > PACKS_MAX * factor || (await looseObjectsAbout(gitDir)) > LOOSE_OBJECTS_MAX * factor;
}

/** True = there was need, and it worked. */
export async function packClone(
  gitDir: string,
  { run, letGo, cut, spareMs = null, smallBytes = SMALL_BYTES, nowMs = Date.now() }: Packing,
): Promise<boolean> {
  if (!(await isFull(gitDir, spareMs))) return false;
  const [failed, cutShort] = [failedNote(gitDir), cutShortNote(gitDir)];
  const isLate = (note: typeof failed) => Math.abs(nowMs - (note.read() ?? Number.NEGATIVE_INFINITY)) < AGAIN_MS;
  // Free time may be enough where that which claims left was not.
  if (isLate(failed) || (spareMs !== null && isLate(cutShort))) return false;
  const bytes = await packedBytes(gitDir);
  // --force: the gc.pid of a killed gc does not count; prune=now: nobody else writes here.
  const whole = [['gc', '--quiet', '--force', '--prune=now']];
  const rolled = [
    ['repack', '--quiet', '-d', '--geometric=2'],
    ['prune', '--expire=now'],
  ];
  const isSmall = bytes < smallBytes;
  const isDue = dueNote(gitDir).read() !== null;
  const noted = bytesNote(gitDir).read();
  // From now on its growth tells how long that can wait.
  if (isDue && noted === null && spareMs !== null) bytesNote(gitDir).write(bytes);
  const growth = bytes / Math.max(smallBytes, noted ?? (isDue && spareMs !== null ? bytes : 0));
  // Due, it has been found to take too long for what this machine has claimed, or nobody knows: in part then.
  const isFree = spareMs === null || (isDue && growth >= GROWTH_MAX);
  const isWhole = isSmall || (isDue ? isFree : growth >= GROWTH);
  // Before it is begun: whoever stops a command that takes so long must not meet it again in the next one.
  (isFree ? failed : cutShort).write(nowMs);
  if (isWhole) await letGo?.();
  if (isWhole && !isSmall && spareMs === null) await cut?.();
  const spareEndMs = spareMs === null ? Number.POSITIVE_INFINITY : performance.now() + spareMs;
  const all = async (steps: readonly (readonly string[])[], endMs = spareEndMs) => {
    for (const step of steps) {
      const leftMs = endMs - performance.now();
      if (leftMs <= 0 || (await run(step, leftMs)).exitCode !== 0) return false;
    }
    return true;
  };
  if (isWhole) dropCommitGraph(gitDir);
  const isDone = await all(isWhole ? whole : rolled, isFree ? Number.POSITIVE_INFINITY : spareEndMs);
  if (isDone) for (const note of [failed, cutShort]) note.remove();
  // A small one too: what comes to it makes the next try no shorter.
  if (isWhole && !isDone && (isDue || isSmall)) await all(rolled);
  if (isWhole && !isSmall) await noteWhole(gitDir, { bytes, isDone, isDue, isFree, hasCut: spareMs === null });
  return isDone;
}

interface Tried {
  readonly bytes: number;
  readonly isDone: boolean;
  readonly isDue: boolean;
  /** It had all the time that it takes. */
  readonly isFree: boolean;
  readonly hasCut: boolean;
}

/** Of a large clone. Where it took too long, the next one is not of the whole, unless much of what is here is nobody's, or there was too little time for it. */
async function noteWhole(gitDir: string, { bytes, isDone, isDue, isFree, hasCut }: Tried): Promise<void> {
  const due = dueNote(gitDir);
  if (isDone) bytesNote(gitDir).write(await packedBytes(gitDir));
  else if (!isDue || !hasCut) bytesNote(gitDir).write(bytes);
  if (isDone && hasCut) due.remove();
  else if (isDone || !isFree) due.write(1);
}

/**
 * Git writes one while a clone is whole, and neither writes nor removes one in a clone that has only a part (C5a): what it names and is dropped looks
 * like damage.
 */
function dropCommitGraph(gitDir: string): void {
  for (const name of ['commit-graph', 'commit-graphs'])
    orNothing(() => rmSync(join(gitDir, 'objects', 'info', name), { recursive: true, force: true }));
}

/** The next packing is of the whole: much of what is here is nobody's any more. */
export function forgetPacking(gitDir: string): void {
  dueNote(gitDir).write(1);
}

/** What it had when it was packed whole last, or was to be; none = it never was. */
const bytesNote = (gitDir: string) => numberNote({ gitDir }, 'coord-packed-bytes');
/** There = it is to be packed whole as soon as there is time for it. */
const dueNote = (gitDir: string) => numberNote({ gitDir }, 'coord-packing-due');
/** When a packing failed last, in epoch milliseconds; none = the last one worked. */
const failedNote = (gitDir: string) => numberNote({ gitDir }, 'coord-packing-failed');
/** The same of one that claims cut short. */
const cutShortNote = (gitDir: string) => numberNote({ gitDir }, 'coord-packing-cut-short');
