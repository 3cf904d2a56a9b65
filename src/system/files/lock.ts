// Lets one cycle at a time run on a machine (C7). A lock is taken over only from an owner that is provably dead (pid, start time, boot),
// and only one of those that see it dead succeeds. An owner that is slow, stopped or asleep keeps it. The take-over of proper-lockfile is
// switched off, because two takers of one stale lock can both win there.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { CoordError, errorCode } from '../../errors.ts';
import { isLiving, type NotedProcess, ownProcess, processNow } from '../process/process-identity.ts';
import { createExclusively, writeWhole } from './durable-file.ts';
import { ageMs, sweepBelow, sweepOwn, sweepTemporaries } from './lock-leftovers.ts';
import { jsonIn, readText } from './read-if-there.ts';

interface Owner extends NotedProcess {
  readonly token: string;
}

export interface HeldLock {
  /** Throws if somebody else holds the lock now. */
  assertOwned(): Promise<void>;
  /** `doneSinceMs`: when the work under this lock began (wall clock), if it was done to the end; told to those who wait. */
  release(doneSinceMs?: number): Promise<void>;
  /** Whether work that was done to the end began after that (C9); one of a time to come is from before the clock was set back. */
  isDoneSince(askedMs: number): boolean;
}

/** A hundred years: proper-lockfile never judges by age, also not when the wall clock is set forward by days under a living owner. */
const NEVER_STALE_MS = 3_153_600_000_000;
/** An owner writes its name right after taking the lock; one that has not after this long died in between. */
const NAMELESS_MS = 10_000;
const POLL_MS_MIN = 20;
const POLL_MS_MAX = 200;

/** How often the owner looks whether the lock's folder is still its own. */
const LOOK_MS = 5_000;
/** The longest that a timer can wait: one that is held for days must not wake the computer for it. */
const NEVER_MS = 2 ** 31 - 1;

/** Held until the process ends; throws BUSY at once where it is held. `assertOwned` alone tells that it was lost. */
export const takeLockForLife = (path: string): Promise<HeldLock> => takeLock(path, 0, { lookMs: NEVER_MS });

/** `writes`: folders that its owners write in, below which half-written files of dead ones go, too. */
interface LockOptions {
  readonly lookMs?: number;
  readonly writes?: readonly string[];
}

/** Waits for the lock at most so long; throws BUSY with the owner's pid. */
export async function takeLock(
  path: string,
  waitMs: number,
  { lookMs = LOOK_MS, writes = [] }: LockOptions = {},
): Promise<HeldLock> {
  mkdirSync(dirname(path), { recursive: true });
  const until = performance.now() + waitMs;
  for (let pollMs = POLL_MS_MIN; ; pollMs = Math.min(POLL_MS_MAX, pollMs * 2)) {
    const held = await tryLock(path, lookMs);
    if (held !== null) return held;
    if (clearDead(path, writes)) continue;
    writeIfMissing(waitingOf(path));
    if (performance.now() >= until) throw busy(path);
    await delay(pollMs * (0.5 + Math.random()));
  }
}

export type LockSight =
  | { readonly kind: 'free' }
  /** `owner` null = it has not given its name yet. */
  | { readonly kind: 'held'; readonly owner: NotedProcess | null; readonly sinceMs: number }
  | { readonly kind: 'dead'; readonly owner: NotedProcess | null };

/** Who holds the lock, without taking it; `sinceMs` in epoch milliseconds. */
export function lookAtLock(path: string): LockSight {
  const agedMs = ageMs(folderOf(path));
  if (agedMs === null) return { kind: 'free' };
  const owner = readOwner(path);
  if (isDead(path, owner, agedMs)) return { kind: 'dead', owner };
  return { kind: 'held', owner, sinceMs: Date.now() - (ageMs(ownerOf(path)) ?? 0) };
}

async function tryLock(path: string, lookMs: number): Promise<HeldLock | null> {
  let lost: Error | null = null;
  let release: () => Promise<void>;
  try {
    release = await lockfile.lock(path, {
      realpath: false,
      lockfilePath: folderOf(path),
      stale: NEVER_STALE_MS,
      update: lookMs,
      retries: 0,
      onCompromised: (error) => {
        lost = error;
      },
    });
  } catch (error) {
    if (errorCode(error) === 'ELOCKED') return null;
    throw error;
  }
  const folder = statSync(folderOf(path), { throwIfNoEntry: false })?.ino;
  let mine: Owner;
  try {
    mine = { token: randomUUID(), ...ownProcess() };
    // No lock outlives a restart of the computer: a lock that a power cut left has a dead owner, or none.
    writeWhole(ownerOf(path), JSON.stringify(mine));
  } catch (error) {
    // Too much is open, or a full disk: a lock without a name would stand in everybody's way for a while.
    await release().catch(() => {});
    throw error;
  }
  // It was stopped for so long, before it wrote its name, that others took it for dead.
  if (folder === undefined || statSync(folderOf(path), { throwIfNoEntry: false })?.ino !== folder) {
    // The present holder must not stand there under the name of a process that does not hold it.
    if (readOwner(path)?.token === mine.token) rmSync(ownerOf(path), { force: true });
    return null;
  }
  sweepOwn(path);
  const isMine = () => lost === null && readOwner(path)?.token === mine.token;
  return {
    async assertOwned() {
      if (!isMine())
        throw new CoordError('BUSY', `the lock ${path} was taken by another process in the middle of a sync`, 'coord sync');
    },
    isDoneSince(askedMs) {
      const doneMs = readLastDone(path);
      return doneMs > askedMs && doneMs <= Date.now();
    },
    async release(doneSinceMs) {
      if (!isMine()) return;
      if (doneSinceMs !== undefined && existsSync(waitingOf(path))) {
        rmSync(waitingOf(path), { force: true });
        tellWaiters(path, doneSinceMs);
      }
      rmSync(ownerOf(path), { force: true });
      await release();
    },
  };
}

const folderOf = (path: string) => `${path}.d`;
const ownerOf = (path: string) => `${path}.owner`;
const waitingOf = (path: string) => `${path}.waiting`;
const lastOf = (path: string) => `${path}.last`;

function writeIfMissing(path: string): void {
  try {
    writeFileSync(path, '', { flag: 'wx' });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** Where that cannot be written, they do the work themselves. */
function tellWaiters(path: string, doneSinceMs: number): void {
  try {
    writeWhole(lastOf(path), String(doneSinceMs));
  } catch {
    rmSync(lastOf(path), { force: true });
  }
}

/** When the newest work that was told to waiters began. */
function readLastDone(path: string): number {
  try {
    return Number(readText(lastOf(path)));
  } catch {
    return Number.NaN;
  }
}

function readOwner(path: string): Owner | null {
  return jsonIn(ownerOf(path)) as Owner | null;
}

/** A holder that has not given its name yet may have found that of one before it, which ended without a word. */
function isDead(path: string, owner: Owner | null, agedMs: number): boolean {
  if (owner !== null && isLiving(owner)) return false;
  return (owner !== null && !isOfEarlier(path)) || agedMs >= NAMELESS_MS;
}

function isOfEarlier(path: string): boolean {
  const made = statSync(folderOf(path), { throwIfNoEntry: false })?.birthtimeMs ?? 0;
  const named = statSync(ownerOf(path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return named > 0 && made > named;
}

/** Removes the lock of a dead owner, if this process is the one that may. True = try again at once. */
function clearDead(path: string, writes: readonly string[]): boolean {
  const owner = readOwner(path);
  const agedMs = ageMs(folderOf(path));
  if (agedMs === null) return true;
  if (!isDead(path, owner, agedMs)) return false;
  if (!mayTakeOver(path, owner?.token ?? 'nameless')) return false;
  if ((readOwner(path)?.token ?? 'nameless') !== (owner?.token ?? 'nameless')) return true;
  sweepTemporaries(path);
  sweepBelow(writes);
  // The name is removed first: the next holder must not be taken for the dead owner.
  rmSync(ownerOf(path), { force: true });
  rmSync(folderOf(path), { recursive: true, force: true });
  return true;
}

/** One winner a dead owner; should the winner die before it acts, one winner after it. */
function mayTakeOver(path: string, token: string): boolean {
  const own = processNow(process.pid);
  if (own === null) return false;
  const me: Owner = { token, ...own };
  for (let turn = 1; turn < 100; turn += 1) {
    const ticket = `${path}.takeover-${token}-${turn}`;
    if (createExclusively(ticket, JSON.stringify(me))) return true;
    try {
      if (isLiving(JSON.parse(readText(ticket)) as Owner)) return false;
    } catch {
      return false;
    }
  }
  return false;
}

function busy(path: string): CoordError {
  const owner = readOwner(path);
  return new CoordError(
    'BUSY',
    `gave up waiting: another coord process${owner === null ? '' : ` (pid ${owner.pid})`} is still at work here: ${path}`,
    'coord doctor',
  );
}
