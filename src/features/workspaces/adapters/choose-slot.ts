// Chooses the workspace of a run: that of the run which it continues; else a free one, a new one, or the oldest that keeps unclaimed work.
// Two runs never share one, and unused ones are removed when room is needed.
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkspaceRequest } from '../../../core/model/orders/workspace.ts';
import { kill } from '../../../system/process/process-group.ts';
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
  sweepRemoved,
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

/**
 * Makes room for `keep`, whose files are to be new: mirrors without workspaces go first, then what nobody has and holds nothing, then the
 * oldest work; that only where it helps, so not where what is in use is too much already. `bytesMax` null = all that can go, goes. Returns
 * what is left, without the files of `keep`.
 */
export async function makeRoom(pool: string, bytesMax: number | null, keep: SlotName): Promise<number> {
  const left = await inPool(pool, () => {
    // A full disk has no room for notes.
    if (bytesMax !== null) measureIdle(pool);
    for (;;) {
      const others = slotsIn(pool).filter((slot) => !(slot.repoFolder === keep.repoFolder && slot.slot === keep.slot));
      const mirrors = repoFolders(pool);
      const bytes = bytesOf(others, mirrors);
      if (bytesMax !== null && bytes <= bytesMax) return bytes;
      const needs = (folder: string, slots: readonly Slot[]) =>
        folder === keep.repoFolder || slots.some((slot) => slot.repoFolder === folder);
      const unused = mirrors.find((folder) => readRepoRecord(folder) !== null && !needs(folder, others));
      if (unused !== undefined) {
        removeRepo(pool, unused);
        continue;
      }
      const idle = others.filter(({ owner }) => owner === null);
      const used = others.filter(({ owner }) => owner !== null);
      const stays = bytesOf(
        used,
        mirrors.filter((folder) => needs(folder, used)),
      );
      const work = bytesMax === null || stays <= bytesMax ? oldest(idle) : null;
      const given = oldest(idle.filter(isDone)) ?? work;
      if (given === null) return bytes;
      removeSlot(pool, given);
    }
  });
  sweepRemoved(pool);
  return left;
}

/** No agent has a session there that it could be asked to go on in: what it asks of people, it often asks before it changes anything. */
function isSpare(slot: Slot): boolean {
  return isDone(slot) && (slot.record?.session ?? null) === null;
}

/** One without a record was taken by a run that died before it had begun. */
function isDone({ record }: Slot): boolean {
  return record === null || record.state === 'done';
}

function oldest(slots: readonly Slot[]): Slot | null {
  return slots.toSorted((one, other) => (one.record?.at ?? '').localeCompare(other.record?.at ?? ''))[0] ?? null;
}
