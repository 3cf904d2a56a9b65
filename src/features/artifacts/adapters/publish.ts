// Brings the ref of this machine up to what lies here (A2): one commit without a parent, whose tree is each file that travels, by its SHA-256. It is
// replaced as a lane is, and only while nobody else moved it. Everything in it is also in the store, so a kill anywhere loses nothing, and the same
// said again is the same commit's tree.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HubSight } from '../../../core/model/ledger/hub-sight.ts';
import { ARTIFACT_LIMITS, type Artifact, modeOf } from '../../../core/model/orders/artifact.ts';
import type { EndedRun } from '../../../core/model/orders/run.ts';
import { cloneDirOf, cloneFormat } from '../../../ledger/clone/clone.ts';
import { artifactsRef } from '../../../ledger/fetch/ref-names.ts';
import { contentId } from '../../../ledger/objects/blob-text.ts';
import { parseMarks } from '../../../ledger/push/fast-import-stream.ts';
import { takeLock } from '../../../system/files/lock.ts';
import { isNoFile } from '../../../system/files/open-file.ts';
import { readBytes } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { Identity } from '../../../system/fleet/identity-file.ts';
import {
  dropRun,
  dropUnnamed,
  fileIn,
  type StorePaths,
  storedNames,
  storedRun,
  storePaths,
  sweep,
  timeOf,
} from '../system/artifact-store.ts';
import { type PushedRef, readPushed, writePushed } from '../system/pushed-ref.ts';
import { type ArtifactGit, ensureRepo, idOnRemote, openArtifactGit } from './artifact-git.ts';
import { pushRef, type Unpushed } from './push-ref.ts';

export interface Publishing {
  readonly folder: FleetFolder;
  readonly identity: Identity;
  readonly person: Readonly<NodeJS.ProcessEnv>;
  /** What ended before it goes. */
  readonly beforeMs: number;
  readonly nowMs: number;
  /** How long the connection may take. */
  readonly networkMs: number;
  /** How long it waits for another process that does the same. */
  readonly waitMs: number;
  /** Absent = it was not asked now. */
  readonly hub?: HubSight;
  /** What is known of runs that have ended; absent = nothing. */
  readonly ended?: readonly EndedRun[];
  readonly step?: (name: string) => void;
}

const EXPIRED_EVERY_MS = 86_400_000;
const LOOKED_EVERY_MS = 86_400_000;
/** The next failure is the first of a row. */
const SETTLED = { failures: 0, refused: false, failedNames: [], why: null } as const;
const RETRY_MS = { least: 30_000, most: 3_600_000 };
/** Of what is not held any more, beside as much as is held: less than that is not worth a packing. */
const SPARE_BYTES = 1024 * 1024;

/** Returns what is known of the ref then. */
export async function publishArtifacts(publishing: Publishing): Promise<PushedRef> {
  const paths = storePaths(publishing.folder);
  if (!existsSync(paths.root)) return readPushed(paths);
  // Also where there is nothing to push, or it has to wait: the disk is not to fill meanwhile.
  const { beforeMs, nowMs, ended = [] } = publishing;
  sweep(paths, nowMs);
  dropUnnamed(paths, ended);
  for (const name of storedNames(paths)) if (timeOf(name) < beforeMs) dropRun(paths, name);
  const known = readPushed(paths);
  if (!isNews(paths, known, publishing) && !isToBeLookedAt(known, publishing)) return known;
  const lock = await takeLock(join(paths.root, 'lock', 'lock'), publishing.waitMs).catch(() => null);
  if (lock === null) return readPushed(paths);
  try {
    const before = await asOnRemote(publishing, paths, readPushed(paths));
    if (!isNews(paths, before, publishing)) return before;
    return await bringUp(publishing, paths, before);
  } finally {
    await lock.release();
  }
}

/** C3: by the names of folders alone. What is only older than it may be waits for a day. */
function isNews(paths: StorePaths, before: PushedRef, publishing: Publishing): boolean {
  const standing = storedNames(paths);
  const waits = isWaiting(before, publishing);
  const said = new Set(waits ? [...before.names, ...before.failedNames] : before.names);
  if (standing.some((name) => !said.has(name))) return true;
  if (waits) return false;
  const isLess = standing.length < said.size;
  return isLess && publishing.nowMs - (before.pushTimes.at(-1) ?? 0) > EXPIRED_EVERY_MS;
}

/**
 * A2.3: somebody may have deleted it, and a remote may have been put back. A look that got no answer is none, and is made again as a push is. Of a
 * time that is yet to come the clock was wrong.
 */
function isToBeLookedAt({ commit, lookedAtMs, lookFailures, pushTimes }: PushedRef, { hub, nowMs }: Publishing): boolean {
  if (commit === null || hub !== 'answered') return false;
  const isOver = (atMs: number, waitMs: number) => nowMs < atMs || nowMs - atMs > waitMs;
  const lookWaitMs = lookFailures === 0 ? LOOKED_EVERY_MS : retryWaitMs(lookFailures);
  return isOver(lookedAtMs, lookWaitMs) && isOver(pushTimes.at(-1) ?? 0, LOOKED_EVERY_MS);
}

/** What is known of it, without what is not so any more: then all of it is news. */
async function asOnRemote(publishing: Publishing, paths: StorePaths, before: PushedRef): Promise<PushedRef> {
  if (!isToBeLookedAt(before, publishing)) return before;
  const { folder, identity, person, networkMs, nowMs } = publishing;
  const git = await openArtifactGit(folder, identity, person);
  const there = await idOnRemote(git, artifactsRef(identity.namespace, identity.machine), networkMs);
  if ('why' in there) return write(paths, { ...before, lookedAtMs: nowMs, lookFailures: before.lookFailures + 1 });
  const isAsKnown = there.id === before.commit || (there.id !== null && there.id === before.tried);
  const known = isAsKnown ? {} : { names: [], commit: null, tried: null };
  return write(paths, { ...before, lookedAtMs: nowMs, lookFailures: 0, ...known });
}

/** `failures`: in a row, at least 1. */
function retryWaitMs(failures: number): number {
  return Math.min(RETRY_MS.most, RETRY_MS.least * 2 ** Math.min(failures - 1, 20));
}

/**
 * A2.7: whether what failed is to be tried later. What only kept the hub out of reach holds back nothing once it answers: the results go out then.
 * A cycle that did not ask it knows nothing of that, and waits.
 */
function isWaiting({ failures, failedAtMs, refused }: PushedRef, { nowMs, hub }: Publishing): boolean {
  if (failures === 0 || (!refused && hub === 'answered')) return false;
  return nowMs - failedAtMs < retryWaitMs(failures) && nowMs >= failedAtMs;
}

async function bringUp(publishing: Publishing, paths: StorePaths, before: PushedRef): Promise<PushedRef> {
  const { folder, identity, person, nowMs, step } = publishing;
  const names = storedNames(paths);
  const files = travelling(paths, names);
  // Runs that left nothing that travels make no ref.
  if (files.size === 0 && before.commit === null) {
    rmSync(paths.git, { recursive: true, force: true });
    return write(paths, { ...before, names, ...SETTLED });
  }
  const failed = (so: PushedRef, how: Unpushed) => {
    // A row of one kind alone: an outage makes no refusal wait longer.
    const earlier = how.refused === before.refused ? before.failures : 0;
    return write(paths, { ...so, ...how, failures: earlier + 1, failedAtMs: nowMs, failedNames: names });
  };
  const git = await openArtifactGit(folder, identity, person);
  const format = cloneFormat(cloneDirOf(folder.state));
  const commit = (await ensureRepo(git, paths.git, format)) ? await buildCommit(git, paths, { files, publishing, format }) : null;
  if (commit === null) {
    // Made anew from the store by the next try.
    rmSync(paths.git, { recursive: true, force: true });
    return failed(before, { why: 'its repository cannot be written', refused: true });
  }
  step?.('ref-written');
  await pack(git, paths, files);
  // Before it is sent: an answer that does not come is told by the ref itself.
  const tried = write(paths, { ...before, tried: commit, pushTimes: [...before.pushTimes.slice(-19), nowMs] });
  const pushed = await pushRef(git, publishing, paths.git, commit, before);
  step?.('ref-pushed');
  if (pushed !== null) return failed(tried, pushed);
  return write(paths, { ...tried, commit, tried: null, names, ...SETTLED });
}

/** Before each push, whatever comes of it: also a host that takes none must not fill the disk. What is held then is what the last commit has. */
async function pack(git: ArtifactGit, paths: StorePaths, files: ReadonlyMap<string, Artifact>): Promise<void> {
  const held = [...files.values()].reduce((sum, { size }) => sum + size, 0);
  const counted = await git.run(paths.git, ['count-objects', '-v']);
  const kib = [...counted.stdout.toString('latin1').matchAll(/^size(?:-pack|-garbage)?: ([0-9]+)$/gm)].map(([, it]) =>
    Number(it),
  );
  if (1024 * kib.reduce((sum, it) => sum + it, 0) < Math.max(2 * held, held + SPARE_BYTES)) return;
  await git.run(paths.git, ['gc', '--quiet', '--force', '--prune=now']);
}

function write(paths: StorePaths, after: PushedRef): PushedRef {
  writePushed(paths, after);
  return after;
}

/** By SHA-256, the newest runs first, as many as the ref may hold. A run is there whole or not at all. */
function travelling(paths: StorePaths, names: readonly string[]): ReadonlyMap<string, Artifact & { readonly path: string }> {
  const all = new Map<string, Artifact & { readonly path: string }>();
  let left: number = ARTIFACT_LIMITS.refBytesMax;
  for (const name of names.toReversed()) {
    const run = storedRun(paths, name);
    if (run === null) continue;
    const its = run.files.flatMap((file, at) => (file.id === undefined ? [] : [{ ...file, path: fileIn(run, at) }]));
    left -= its.reduce((sum, { size, sha256 }) => sum + (all.has(sha256) ? 0 : size), 0);
    if (left < 0) break;
    for (const file of its) all.set(file.sha256, { ...file, x: file.x ?? all.get(file.sha256)?.x });
  }
  return all;
}

interface Wanted {
  readonly files: ReadonlyMap<string, Artifact & { readonly path: string }>;
  readonly publishing: Publishing;
  readonly format: 'sha1' | 'sha256';
}

/** Null = it cannot be written there. */
async function buildCommit(git: ArtifactGit, { git: gitDir }: StorePaths, wanted: Wanted): Promise<string | null> {
  const { files, publishing, format } = wanted;
  const all = [...files.values()];
  const asked = await git.run(gitDir, ['cat-file', '--batch-check'], { input: `${all.map(({ id }) => id).join('\n')}\n` });
  if (asked.exitCode !== 0) return null;
  const known = new Set(
    asked.stdout
      .toString('latin1')
      .split('\n')
      .flatMap((line) => /^([0-9a-f]+) blob /.exec(line)?.[1] ?? []),
  );
  const parts: Buffer[] = [];
  const say = (text: string) => parts.push(Buffer.from(text));
  const message = `${files.size} files of runs [skip ci]\n\nCoord-Machine: ${publishing.identity.machine}\n`;
  say(`feature done\ncommit refs/draft/artifacts\nmark :1\n`);
  say(
    `committer coord machine ${publishing.identity.machine} <coord@users.noreply.invalid> ${Math.floor(publishing.nowMs / 1000)} +0000\n`,
  );
  say(`data ${Buffer.byteLength(message)}\n${message}\ndeleteall\n`);
  for (const { sha256, id = '', path, x } of all) {
    const mode = `100${modeOf({ x }).toString(8)}`;
    if (known.has(id)) {
      say(`M ${mode} ${id} ${placeOf(sha256)}\n`);
      continue;
    }
    const bytes = bytesAt(path);
    // Somebody changed it here, or it had to make room: it is not what the result says.
    if (bytes === null || contentId(bytes, format) !== id) continue;
    say(`M ${mode} inline ${placeOf(sha256)}\ndata ${bytes.length}\n`);
    parts.push(bytes);
    say('\n');
  }
  say('\nget-mark :1\ndone\n');
  const args = ['fast-import', '--quiet', '--force', '--done', '--cat-blob-fd=1'];
  const result = await git.run(gitDir, args, { input: Buffer.concat(parts) });
  return result.exitCode === 0 ? (parseMarks(result.stdout.toString('latin1'), 1)[0] ?? null) : null;
}

/** In one folder the tree of thousands would go out whole with each push. */
const placeOf = (sha256: string): string => `${sha256.slice(0, 2)}/${sha256.slice(2)}`;

function bytesAt(path: string): Buffer | null {
  try {
    return readBytes(path);
  } catch (error) {
    if (isNoFile(error)) return null;
    throw error;
  }
}
