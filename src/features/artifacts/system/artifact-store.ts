// The files that runs of this machine left (A1): `.coord/artifacts/runs/<time>-<key>/`, a folder for each run, with its list and its files by number. A
// folder appears whole, by rename, or not at all: a gathering that was killed leaves nothing that counts. Who removes one moves it away first.
import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ARTIFACT_LIMITS, type Artifact } from '../../../core/model/orders/artifact.ts';
import { type EndedRun, isSameRun, type RunName } from '../../../core/model/orders/run.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { isShortage } from '../../../errors.ts';
import { createFolderDurably, writeDurably } from '../../../system/files/durable-file.ts';
import { readStart } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

export interface StoredRun extends RunName {
  readonly folder: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly files: readonly Artifact[];
}

export interface StorePaths {
  readonly root: string;
  readonly runs: string;
  /** What the ref was last brought to. */
  readonly pushed: string;
  /** Holds what is pushed, and nothing that is not also in `runs`. */
  readonly git: string;
  /** Of the runs themselves, a folder for each. */
  readonly underWay: string;
}

export function storePaths({ state }: Pick<FleetFolder, 'state'>): StorePaths {
  const root = join(state, 'artifacts');
  const files = { runs: join(root, 'runs'), pushed: join(root, 'pushed.json'), git: join(root, 'ref.git') };
  return { root, ...files, underWay: join(state, 'runs') };
}

export const hasStore = (folder: Pick<FleetFolder, 'state'>): boolean => existsSync(storePaths(folder).root);

/** Digits of the time, so that names stand in the order in which runs ended. */
const RUN = /^([0-9]{13})-[A-Za-z0-9][A-Za-z0-9._@+-]{0,199}$/;
const LIST = 'list.json';
const LIST_BYTES_MAX = 256 * 1024;
const DRAFT = 'making-';
const LEFT_BEHIND_MS = 86_400_000;

/** Names of the folders, the oldest first; cheap enough for each cycle. */
export function storedNames({ runs }: StorePaths): readonly string[] {
  return existsSync(runs)
    ? readdirSync(runs)
        .filter((name) => RUN.test(name))
        .sort()
    : [];
}

export const timeOf = (name: string): number => Number(RUN.exec(name)?.[1] ?? Number.NaN);

/** Null = it is gone, or is none. Throws where this computer has nothing left to look with: what it left is not said to be gone for that. */
export function storedRun({ runs }: StorePaths, name: string): StoredRun | null {
  const folder = join(runs, name);
  try {
    const list: unknown = JSON.parse(readStart(join(folder, LIST), LIST_BYTES_MAX));
    if (!isRecord(list) || typeof list.order !== 'string' || !Array.isArray(list.files)) return null;
    const { order, generation, attempt, files } = list as unknown as RunName & Pick<StoredRun, 'files'>;
    return { order, generation, attempt, files, folder, atMs: timeOf(name) };
  } catch (error) {
    if (isShortage(error)) throw error;
    return null;
  }
}

/** The path of its `at`th file. */
export const fileIn = ({ folder }: Pick<StoredRun, 'folder'>, at: number): string => join(folder, String(at));

/** Where the files of a run are put before they count. */
export function openDraft(paths: StorePaths, key: string): string {
  createFolderDurably(paths.runs);
  sweep(paths, Date.now());
  const draft = join(paths.root, `${DRAFT}${key}`);
  rmSync(draft, { recursive: true, force: true });
  createFolderDurably(draft);
  return draft;
}

/** From now on they count. Said again for the same run, the later ones count beside the earlier. */
export function keepDraft({ runs }: StorePaths, draft: string, key: string, run: RunName & Pick<StoredRun, 'files'>): void {
  const { order, generation, attempt, files } = run;
  writeDurably(join(draft, LIST), `${JSON.stringify({ order, generation, attempt, files })}\n`);
  renameSync(draft, join(runs, `${String(Date.now()).padStart(13, '0')}-${key}`));
}

export function dropRun({ root, runs }: StorePaths, name: string): void {
  const doomed = join(root, `gone-${process.pid}-${performance.now()}`);
  try {
    renameSync(join(runs, name), doomed);
  } catch {
    // Somebody else was quicker.
    return;
  }
  rmSync(doomed, { recursive: true, force: true });
}

/**
 * A1.1: a run that was cut off or stopped once its files were taken leaves none: nobody could ask for what lies here of it. Folders are told by their
 * names, so that an idle cycle reads no list.
 */
export function dropUnnamed(paths: StorePaths, ended: readonly EndedRun[]): void {
  const without = new Map<string, EndedRun>();
  for (const run of ended)
    if ((run.artifacts ?? []).length === 0 && run.unlisted === undefined)
      without.set(`${run.order}-${run.generation}.${run.attempt}`, run);
  for (const name of without.size === 0 ? [] : storedNames(paths)) {
    // Behind the time, and before what makes the key of a run one of its own.
    const run = without.get(name.replace(/^[0-9]+-|-[^-]*$/g, ''));
    const stored = run === undefined ? null : storedRun(paths, name);
    if (run !== undefined && stored !== null && isSameRun(run, stored)) dropRun(paths, name);
  }
}

/** A5: makes so many bytes fit beside the others. What does not travel goes first, of the oldest runs first; then the oldest runs. */
export function makeRoom(paths: StorePaths, bytes: number): void {
  const runs = storedNames(paths).map((name) => ({ name, held: heldFiles(storedRun(paths, name)) }));
  let used = runs.reduce((sum, { held }) => sum + bytesOf(held), bytes);
  const isEnough = () => used <= ARTIFACT_LIMITS.storeBytesMax;
  const drop = (name: string, its: readonly HeldFile[]) => {
    dropRun(paths, name);
    used -= bytesOf(its);
  };
  const smaller = runs.flatMap(({ name, held }) => {
    const [stays, travels] = [held.filter(({ id }) => id === undefined), held.filter(({ id }) => id !== undefined)];
    if (isEnough() || stays.length === 0) return [{ name, held }];
    if (travels.length === 0) {
      drop(name, held);
      return [];
    }
    for (const { path } of stays) rmSync(path, { force: true });
    used -= bytesOf(stays);
    return [{ name, held: travels }];
  });
  for (const { name, held } of smaller) if (!isEnough()) drop(name, held);
}

interface HeldFile extends Artifact {
  readonly path: string;
}

/** Of its list what is here any more. */
export function heldFiles(run: StoredRun | null): readonly HeldFile[] {
  return (run?.files ?? []).flatMap((file, at) => {
    const path = run === null ? '' : fileIn(run, at);
    return existsSync(path) ? [{ ...file, path }] : [];
  });
}

export const bytesOf = (files: readonly Artifact[]): number => files.reduce((sum, { size }) => sum + size, 0);

/**
 * What a gathering or a removal that was killed left: a draft as soon as its run has ended, and no sooner, however long its files take; what a removal
 * has moved away once nobody removes it any more. Cheap enough for each cycle.
 */
export function sweep({ root, underWay }: StorePaths, nowMs: number): void {
  for (const name of readdirSync(root).filter((it) => /^(making|gone)-/.test(it))) {
    const about = lstatSync(join(root, name), { throwIfNoEntry: false });
    if (about === undefined) continue;
    const isOver = name.startsWith(DRAFT)
      ? !isGoingOn(join(underWay, name.slice(DRAFT.length)))
      : nowMs - about.mtimeMs > LEFT_BEHIND_MS;
    if (isOver) rmSync(join(root, name), { recursive: true, force: true });
  }
}

/** Nothing of a run gathers once its exit record is written; one that was discarded has no spec any more. */
const isGoingOn = (run: string): boolean => existsSync(join(run, 'spec.json')) && !existsSync(join(run, 'exit.json'));

/** Where these lie, by SHA-256; of each that is here any more. */
export function filesHere(paths: StorePaths, sha256: ReadonlySet<string>): Map<string, string> {
  const places = new Map<string, string>();
  for (const name of storedNames(paths).toReversed()) {
    if (places.size === sha256.size) break;
    const wanted = heldFiles(storedRun(paths, name)).filter((file) => sha256.has(file.sha256) && !places.has(file.sha256));
    for (const file of wanted) places.set(file.sha256, file.path);
  }
  return places;
}
