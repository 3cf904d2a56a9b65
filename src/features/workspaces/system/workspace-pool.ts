// The pool of workspaces of this computer, as it lies on the disk (O16), in coord's home:
//   workspaces/<repo>/repo.json, mirror.git, and what git needs beside them
//   workspaces/<repo>/<n>              a workspace: what the run sees
//   workspaces/<repo>/slots/<n>/       whose it is (lock.json), whose it was last (record.json), coord's own index of it, and the branches
//                                      that its repo had when it was made (upstream)
// A workspace is taken, given back and removed under one lock (`inPool`); whose owner is dead is free.
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bytesBelow } from '../../../system/files/bytes-below.ts';
import { createExclusively, removeDurably, writeDurably, writeWhole } from '../../../system/files/durable-file.ts';
import { takeLock } from '../../../system/files/lock.ts';
import { jsonIn } from '../../../system/files/read-if-there.ts';
import { isLiving, type NotedProcess } from '../../../system/process/process-identity.ts';
import { foldersIn, isLeft, isRemoved, moveAway } from './set-aside.ts';

export interface SlotName {
  /** The folder of its repo in the pool. */
  readonly repoFolder: string;
  readonly slot: number;
}

/** Its owner: the watchdog of a run. */
export interface SlotOwner extends NotedProcess {
  readonly key: string;
}

/** What was done in it last. */
export interface SlotRecord {
  /** The fleet folder. */
  readonly fleet: string;
  readonly order: string;
  readonly generation: number;
  readonly attempt: number;
  readonly agent: string | null;
  /** Of the agent; null = it has told none. */
  readonly session: string | null;
  readonly branch: string;
  readonly from: string;
  readonly base: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** `open`: begun, and nobody has said how it ended. `kept`: it holds work that was not pushed. `done`: it may be taken for anything. */
  readonly state: 'open' | 'kept' | 'done';
  readonly commit: string | null;
  /** On the disk, without what it shares with the mirror; null = not measured. */
  readonly bytes: number | null;
}

export interface RepoRecord {
  /** Its address, for people; without credentials. */
  readonly repo: string;
  /** Of the mirror. */
  readonly bytes: number;
  /** Likewise, when all that no branch leads to was dropped last, or at the first fetch; absent = never. */
  readonly packed?: number;
  /** Likewise, when that was begun last; absent, 0 = it was done. */
  readonly tried?: number;
  /** ISO 8601 UTC, of that; absent = never. */
  readonly triedAt?: string;
  /** How many packs it had as they were last to become one, and did not; 0 = they did. */
  readonly packs?: number;
  /** ISO 8601 UTC, of the last fetch. */
  readonly at: string;
}

export interface Slot extends SlotName {
  readonly path: string;
  readonly record: SlotRecord | null;
  /** Null = nobody has it. */
  readonly owner: SlotOwner | null;
}

/** The folder of a repo in the pool: its name for people, and what tells it from all others. */
export function repoFolderOf(pool: string, url: string): string {
  const name = /([A-Za-z0-9][A-Za-z0-9._-]{0,40})\/*$/.exec(url.replace(/\/+$/, '').replace(/\.git$/, ''))?.[1] ?? 'repo';
  return join(pool, `${name}-${createHash('sha256').update(url).digest('hex').slice(0, 10)}`);
}

export const slotPath = ({ repoFolder, slot }: SlotName) => join(repoFolder, String(slot));
export const mirrorPath = (repoFolder: string) => join(repoFolder, 'mirror.git');
/** Coord's own index of a workspace: the run's is never trusted. */
export const indexPath = (name: SlotName) => join(notesOf(name), 'index');
/** A line a branch and tag: `<commit> <ref>`. */
export const upstreamPath = (name: SlotName) => join(notesOf(name), 'upstream');
const notesOf = ({ repoFolder, slot }: SlotName) => join(repoFolder, 'slots', String(slot));
const lockPath = (name: SlotName) => join(notesOf(name), 'lock.json');
const recordPath = (name: SlotName) => join(notesOf(name), 'record.json');

/** Whatever chooses, takes or removes a workspace does so here, one after the other. Nothing in it waits for a network. */
export async function inPool<T>(pool: string, act: () => T | Promise<T>): Promise<T> {
  mkdirSync(pool, { recursive: true, mode: 0o700 });
  const lock = await takeLock(join(pool, 'pool.lock'), 600_000);
  try {
    return await act();
  } finally {
    await lock.release();
  }
}

export function repoFolders(pool: string): string[] {
  return foldersIn(pool)
    .filter((name) => name !== 'removed' && !name.endsWith('.d') && !isLeft(name))
    .map((name) => join(pool, name));
}

/** All workspaces of this computer, those of a repo by number. */
export function slotsIn(pool: string): Slot[] {
  return repoFolders(pool).flatMap((repoFolder) =>
    foldersIn(join(repoFolder, 'slots'))
      .filter((name) => /^[1-9]\d{0,5}$/.test(name))
      .map((name) => slotOf({ repoFolder, slot: Number(name) }))
      .sort((one, other) => one.slot - other.slot),
  );
}

function slotOf(name: SlotName): Slot {
  const owner = jsonIn(lockPath(name)) as SlotOwner | null;
  return {
    ...name,
    path: slotPath(name),
    record: jsonIn(recordPath(name)) as SlotRecord | null,
    owner: owner !== null && isLiving(owner) ? owner : null,
  };
}

/** Within `inPool`. False = somebody who lives has it. `before`: the owner that died with it, whose processes may not have. */
export function takeSlot(name: SlotName, owner: SlotOwner): { readonly taken: boolean; readonly before: SlotOwner | null } {
  mkdirSync(notesOf(name), { recursive: true, mode: 0o700 });
  const before = jsonIn(lockPath(name)) as SlotOwner | null;
  if (before !== null && isLiving(before)) return { taken: false, before };
  rmSync(lockPath(name), { force: true });
  return { taken: createExclusively(lockPath(name), JSON.stringify(owner)), before };
}

export function readSlotRecord(name: SlotName): SlotRecord | null {
  return jsonIn(recordPath(name)) as SlotRecord | null;
}

export function writeSlotRecord(name: SlotName, record: SlotRecord): void {
  writeDurably(recordPath(name), JSON.stringify(record));
}

/** As one that nothing came to yet. */
export function forgetSlotRecord(name: SlotName): void {
  removeDurably(recordPath(name));
}

export function readRepoRecord(repoFolder: string): RepoRecord | null {
  return jsonIn(join(repoFolder, 'repo.json')) as RepoRecord | null;
}

export function writeRepoRecord(repoFolder: string, record: RepoRecord): void {
  writeWhole(join(repoFolder, 'repo.json'), JSON.stringify(record));
}

/** Call within `inPool`, for an unused workspace. Removing its files takes long, so `sweepRemoved` does that. */
export function removeSlot(pool: string, name: SlotName): void {
  moveAway(pool, slotPath(name));
  moveAway(pool, notesOf(name));
}

/** Within `inPool`, of a repo without workspaces. */
export function removeRepo(pool: string, repoFolder: string): void {
  moveAway(pool, repoFolder);
}

/** Within `inPool`: what runs have put beside their workspaces, of a repo that nobody works in now. */
export function removeStrays(pool: string, repoFolder: string): void {
  const slots = slotsIn(pool).filter((slot) => slot.repoFolder === repoFolder);
  if (slots.some(({ owner }) => owner !== null)) return;
  const known = ['mirror.git', 'slots', 'no-hooks', ...slots.map(({ slot }) => String(slot))];
  const strays = foldersIn(repoFolder).filter((name) => !known.includes(name) && !name.startsWith('mirror.lock'));
  for (const name of strays) moveAway(pool, join(repoFolder, name));
}

/** By whoever has it: it holds nothing then. */
export function emptySlot(name: SlotName): void {
  if (!isRemoved(slotPath(name))) moveAway(dirname(name.repoFolder), slotPath(name));
  rmSync(indexPath(name), { force: true });
}

/** As last measured. What nobody has and was not measured, since its run was cut off, is measured now. Null = a run has it, and nobody has measured it. */
export function slotBytes({ record, owner, path }: Slot): number | null {
  return record?.bytes ?? (owner === null ? bytesBelow(path) : null);
}

/** Within `inPool`, so that no run takes one meanwhile: of those that nobody has, notes the size of what was not measured. */
export function measureIdle(pool: string): void {
  for (const slot of slotsIn(pool)) {
    const { record, owner } = slot;
    if (record !== null && record.bytes === null && owner === null) writeSlotRecord(slot, { ...record, bytes: slotBytes(slot) });
  }
}

/** Of these workspaces, and of the mirrors of these repos. */
export function bytesOf(slots: readonly Slot[], mirrors: readonly string[]): number {
  const files = slots.reduce((sum, slot) => sum + (slotBytes(slot) ?? 0), 0);
  return mirrors.reduce((sum, repoFolder) => sum + (readRepoRecord(repoFolder)?.bytes ?? 0), files);
}
