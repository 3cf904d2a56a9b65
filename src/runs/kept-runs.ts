// Which runs that were reported keep their folder, for `coord logs`: the last ones, up to a number and a size on the disk. Their names stand
// in a file, in the order in which they were reported, so that no sync has to look at all folders. What does not fit any more is told by the
// list alone, from its end: a removal that was killed is made by the next. A list that is lost is made anew from the folders.
import { closeSync, existsSync, lstatSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../errors.ts';
import type { KeptRuns } from '../ports.ts';
import { writeWhole } from '../system/files/durable-file.ts';
import { openToAppend } from '../system/files/open-file.ts';
import { readText } from '../system/files/read-if-there.ts';
import { logBytes, removeFolder } from './discard-run.ts';
import { isWatched } from './owner.ts';
import { isKey, type RunPaths, runPaths } from './run-folder.ts';

/** How many folders, and how much room they may take on the disk. */
export type KeptLimits = Pick<KeptRuns, 'countMax' | 'bytesMax'>;

interface Entry {
  readonly key: string;
  readonly bytes: number;
}

/** No key of a run begins so. */
const listOf = (runsDir: string) => join(runsDir, '.kept');
/** So many removed ones stay in the list before it is written anew. */
const REMOVED_MAX = 64;
/** After an update many may be too many: no sync waits until all of them are gone. */
const REMOVED_AT_ONCE = 500;

/** Notes a folder that stays, and removes the oldest that do not fit beside it. */
export function keepRun(runsDir: string, key: string, limits: KeptLimits): void {
  const entry: Entry = { key, bytes: diskBytes(runPaths(runsDir, key)) };
  const known = readList(runsDir);
  const all = withoutRepeated([...(known ?? foldersIn(runsDir, new Set([key]))), entry]);
  const excess = all.slice(0, all.length - thatFit(all, limits));
  const removed = new Set(excess.slice(0, REMOVED_AT_ONCE).filter((old) => removeKept(runPaths(runsDir, old.key))));
  // A list that cannot be written keeps no sync from its end: the folder is found when the list is made anew.
  quietly(() => {
    if (known !== null && excess.length < REMOVED_MAX) return append(listOf(runsDir), entry);
    const found = foldersIn(runsDir, new Set(all.map((one) => one.key)));
    writeList(runsDir, [...all.filter((one) => !removed.has(one)), ...found]);
  });
}

/** What is kept now, by the list. */
export function keptRuns(runsDir: string, limits: KeptLimits): KeptRuns {
  const all = withoutRepeated(readList(runsDir) ?? []);
  const kept = all.slice(all.length - thatFit(all, limits));
  return { ...limits, count: kept.length, bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** How many from the end; the last one always. */
function thatFit(all: readonly Entry[], { countMax, bytesMax }: KeptLimits): number {
  let bytes = 0;
  let count = 0;
  for (const entry of all.toReversed()) {
    bytes += entry.bytes;
    if (count >= 1 && (count >= countMax || bytes > bytesMax)) break;
    count += 1;
  }
  return count;
}

/** One that is not reported yet, or whose watchdog is still there, stays, whatever the list says. */
function removeKept(paths: RunPaths): boolean {
  if (existsSync(paths.spec) || isWatched(paths)) return false;
  removeFolder(paths);
  return true;
}

/** Reported runs that are not in the list, as they were written. */
function foldersIn(runsDir: string, known: ReadonlySet<string>): Entry[] {
  return readdirSync(runsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isKey(entry.name) && !known.has(entry.name))
    .map((entry) => runPaths(runsDir, entry.name))
    .filter((paths) => !existsSync(paths.spec) && logBytes(paths) > 0)
    .map((paths) => ({ paths, writtenMs: lstatSync(paths.log).mtimeMs }))
    .sort((one, other) => one.writtenMs - other.writtenMs)
    .map(({ paths }) => ({ key: paths.folder.slice(runsDir.length + 1), bytes: diskBytes(paths) }));
}

function diskBytes(paths: RunPaths): number {
  const seen = [paths.folder, paths.owner, paths.log].map((path) => lstatSync(path, { throwIfNoEntry: false }));
  // Some file systems count no blocks.
  return seen.reduce((sum, about) => sum + (about === undefined ? 0 : Math.max(about.size, (about.blocks ?? 0) * 512)), 0);
}

/** Null = there is none. What a power cut left of a line is no entry. */
function readList(runsDir: string): Entry[] | null {
  let text: string;
  try {
    text = readText(listOf(runsDir));
  } catch (error) {
    if (errorCode(error) === '') throw error;
    return null;
  }
  return text.split('\n').flatMap((line) => {
    const [, key, bytes] = /^(\S+) ([0-9]{1,15})$/.exec(line) ?? [];
    return key !== undefined && isKey(key) ? [{ key, bytes: Number(bytes) }] : [];
  });
}

const lineOf = ({ key, bytes }: Entry) => `${key} ${bytes}\n`;

function writeList(runsDir: string, entries: readonly Entry[]): void {
  writeWhole(listOf(runsDir), entries.map(lineOf).join(''));
}

/** On a line of its own, also behind one that a power cut left without an end. */
function append(path: string, entry: Entry): void {
  const file = openToAppend(path);
  try {
    writeFileSync(file, `\n${lineOf(entry)}`);
  } finally {
    closeSync(file);
  }
}

function quietly(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (errorCode(error) === '') throw error;
  }
}

/** What was reported again counts where it was first. */
function withoutRepeated(entries: readonly Entry[]): Entry[] {
  const byKey = new Map<string, Entry>();
  for (const entry of entries) if (!byKey.has(entry.key)) byKey.set(entry.key, entry);
  return [...byKey.values()];
}
