// Chooses the workspace of a run: that of the run which it continues; else a free one, a new one, or the oldest that keeps unclaimed work.
// Two runs never share one, and unused ones are removed when room is needed.
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkspaceRequest } from '../../../core/model/orders/workspace.ts';
import { kill } from '../../../system/process/process-group.ts';
import { type Left, leftBytes, leftFiles, sweepRemoved } from '../system/set-aside.ts';
import {
  bytesOf,
  inPool,
  measureIdle,
  readRepoRecord,
  removeRepo,
  removeSlot,
  repoFolders,
  type Slot,
  type SlotName,
  type SlotOwner,
  slotsIn,
  takeSlot,
} from '../system/workspace-pool.ts';

export interface Wanted extends Pick<WorkspaceRequest, 'pool' | 'limits' | 'fleet' | 'agent'> {
  readonly repoFolder: string;
  readonly order: string;
  /** The run goes on in this session, or at least where an earlier run of the order was; null = it begins afresh. */
  readonly goesOn: { readonly session: string | null } | null;
}

export interface Chosen extends SlotName {
  /** It holds what the earlier run left, and that is to stay. */
  readonly isAgain: boolean;
}

const WAIT_MS = 1_000;

/** Waits until there is one. `waits` is told once, if it has to. */
export async function chooseSlot(wanted: Wanted, owner: SlotOwner, waits: (count: number) => void): Promise<Chosen> {
  for (let round = 0; ; round += 1) {
    const found = await inPool(wanted.pool, () => takeOne(wanted, owner));
    if (found !== null) {
      // A watchdog that was killed may have left its run behind.
      if (found.before !== null) await kill({ pgid: null, stamp: found.before.key });
      sweepRemoved(wanted.pool);
      return found.chosen;
    }
    if (round === 0) waits(wanted.limits.max);
    await sleep(WAIT_MS);
  }
}

interface Taken {
  readonly chosen: Chosen;
  readonly before: SlotOwner | null;
}

function takeOne(wanted: Wanted, owner: SlotOwner): Taken | null {
  const { pool, repoFolder, limits } = wanted;
  const all = slotsIn(pool);
  const idle = all.filter((slot) => slot.owner === null);
  const take = (name: SlotName, isAgain: boolean): Taken | null => {
    const { taken, before } = takeSlot(name, owner);
    return taken ? { chosen: { repoFolder: name.repoFolder, slot: name.slot, isAgain }, before } : null;
  };
  const again = earlierOf(wanted, idle);
  if (again !== null) return take(again, true);
  const own = idle.filter((slot) => slot.repoFolder === repoFolder);
  const free = oldest(own.filter(isSpare));
  if (free !== null) return take(free, false);
  if (all.length >= limits.max) {
    const given = oldest(idle.filter(isSpare)) ?? oldest(idle.filter(isDone)) ?? oldest(own) ?? oldest(idle);
    if (given === null) return null;
    if (given.repoFolder === repoFolder) return take(given, false);
    removeSlot(pool, given);
  }
  const numbers = new Set(all.filter((slot) => slot.repoFolder === repoFolder).map(({ slot }) => slot));
  let slot = 1;
  while (numbers.has(slot)) slot += 1;
  return take({ repoFolder, slot }, false);
}

/** The very session's, else the newest of that order: agents keep their sessions by folder. */
function earlierOf({ goesOn, fleet, order, agent, repoFolder }: Wanted, idle: readonly Slot[]): Slot | null {
  if (goesOn === null) return null;
  const those = idle.filter(
    ({ record, repoFolder: its }) =>
      its === repoFolder && record?.fleet === fleet && record.order === order && record.agent === agent,
  );
  const exact = those.find(({ record }) => record?.session !== null && record?.session === goesOn.session);
  return exact ?? those.toSorted((one, other) => (one.record?.at ?? '').localeCompare(other.record?.at ?? '')).at(-1) ?? null;
}

/** Why there is none. */
export interface NoRoom {
  /** What workspaces take, without the files of `keep`. */
  readonly bytes: number;
  /** Files that coord may not remove, where there would be room without them. */
  readonly inTheWay: readonly Left[];
}

/**
 * Makes room for `keep`, whose files are to be new. Nothing goes where that would not help: where what is in use, or cannot be removed, is too
 * much already. Null = there is room.
 */
export async function makeRoom(pool: string, bytesMax: number, keep: SlotName): Promise<NoRoom | null> {
  sweepRemoved(pool);
  const room = await inPool(pool, () => {
    measureIdle(pool);
    const left = leftFiles(pool, repoFolders(pool));
    for (;;) {
      const { others, mirrors } = around(pool, keep);
      const bytes = leftBytes(left) + bytesOf(others, mirrors);
      if (bytes <= bytesMax) return null;
      const used = others.filter(({ owner }) => owner !== null);
      const stays = bytesOf(
        used,
        mirrors.filter((folder) => needs(keep, folder, used)),
      );
      const helps = leftBytes(left) + stays <= bytesMax;
      if (!helps || !(giveUpOne(pool, keep, 'spare') || giveUpOne(pool, keep, 'work')))
        return { bytes, inTheWay: stays <= bytesMax ? left : [] };
    }
  });
  sweepRemoved(pool);
  return room;
}

/** `spare`: all that holds nothing; `work`: the oldest. Without notes, which a full disk has no room for. False = there is none. */
export async function giveUp(pool: string, keep: SlotName, what: 'spare' | 'work'): Promise<boolean> {
  const isGiven = await inPool(pool, () => {
    const isOne = giveUpOne(pool, keep, what);
    while (what === 'spare' && giveUpOne(pool, keep, what));
    return isOne;
  });
  sweepRemoved(pool);
  return isGiven;
}

/** Within `inPool`. Mirrors without workspaces hold nothing, too, and go first. */
function giveUpOne(pool: string, keep: SlotName, what: 'spare' | 'work'): boolean {
  const { others, mirrors } = around(pool, keep);
  const unused = mirrors.find((folder) => readRepoRecord(folder) !== null && !needs(keep, folder, others));
  if (what === 'spare' && unused !== undefined) {
    removeRepo(pool, unused);
    return true;
  }
  const given = oldest(others.filter((slot) => slot.owner === null && isDone(slot) === (what === 'spare')));
  if (given !== null) removeSlot(pool, given);
  return given !== null;
}

function around(pool: string, keep: SlotName): { readonly others: readonly Slot[]; readonly mirrors: readonly string[] } {
  const others = slotsIn(pool).filter((slot) => !(slot.repoFolder === keep.repoFolder && slot.slot === keep.slot));
  return { others, mirrors: repoFolders(pool) };
}

const needs = (keep: SlotName, folder: string, slots: readonly Slot[]) =>
  folder === keep.repoFolder || slots.some((slot) => slot.repoFolder === folder);

/** No agent has a session there that it could be asked to go on in: what it asks of people, it often asks before it changes anything. */
export function isSpare(slot: Slot): boolean {
  return isDone(slot) && (slot.record?.session ?? null) === null;
}

/** One without a record was taken by a run that died before it had begun. */
export function isDone({ record }: Pick<Slot, 'record'>): boolean {
  return record === null || record.state === 'done';
}

function oldest(slots: readonly Slot[]): Slot | null {
  return slots.toSorted((one, other) => (one.record?.at ?? '').localeCompare(other.record?.at ?? ''))[0] ?? null;
}
