// Lists the workspaces of this computer for people (O16): which there are, whose, and their size; and removes unused ones. They belong to
// the computer, and serve all its fleets.

import { join } from 'node:path';
import { type Left, leftBytes, leftFiles, sweepRemoved } from '../system/set-aside.ts';
import {
  bytesOf,
  inPool,
  readRepoRecord,
  removeRepo,
  removeSlot,
  removeStrays,
  repoFolders,
  type Slot,
  type SlotRecord,
  slotBytes,
  slotsIn,
} from '../system/workspace-pool.ts';

/** `kept`: it holds work that is nowhere else; `free`: nothing that anybody misses. */
type WorkspaceUse = 'in use' | 'kept' | 'free';

export interface WorkspaceSight {
  readonly repo: string;
  readonly path: string;
  readonly use: WorkspaceUse;
  /** What was done in it last; null = nothing came to it. */
  readonly last: Pick<SlotRecord, 'order' | 'generation' | 'attempt' | 'agent' | 'branch' | 'at' | 'fleet' | 'commit'> | null;
  /** Without the mirror; null = a run has it, and it was not measured yet. */
  readonly bytes: number | null;
}

export interface PoolSight {
  readonly workspaces: readonly WorkspaceSight[];
  readonly mirrors: readonly { readonly repo: string; readonly path: string; readonly bytes: number; readonly at: string }[];
  /** Folders of files that coord may not remove. */
  readonly left: readonly Left[];
  /** What a run has now, as last measured. */
  readonly bytes: number;
}

export function lookAtWorkspaces(home: string): PoolSight {
  const pool = poolIn(home);
  const mirrors = repoFolders(pool).flatMap((path) => {
    const told = readRepoRecord(path);
    return told === null ? [] : [{ repo: told.repo, path, bytes: told.bytes, at: told.at }];
  });
  const [slots, folders] = [slotsIn(pool), repoFolders(pool)];
  const left = leftFiles(pool, folders);
  return { workspaces: slots.map(sightOf), mirrors, left, bytes: bytesOf(slots, folders) + leftBytes(left) };
}

export interface Pruned {
  readonly removed: readonly WorkspaceSight[];
  readonly left: readonly WorkspaceSight[];
  readonly mirrors: number;
}

/** `all`: also those that keep work. Never what a run has now. */
export async function pruneWorkspaces(home: string, all: boolean): Promise<Pruned> {
  const pool = poolIn(home);
  const pruned = await inPool(pool, (): Pruned => {
    const removed: WorkspaceSight[] = [];
    const left: WorkspaceSight[] = [];
    for (const slot of slotsIn(pool)) {
      const sight = sightOf(slot);
      if (sight.use === 'in use' || (sight.use === 'kept' && !all)) left.push(sight);
      else {
        removed.push(sight);
        removeSlot(pool, slot);
      }
    }
    const unused = repoFolders(pool).filter((folder) => slotsIn(pool).every(({ repoFolder }) => repoFolder !== folder));
    for (const folder of unused) removeRepo(pool, folder);
    for (const folder of repoFolders(pool)) removeStrays(pool, folder);
    return { removed, left, mirrors: unused.length };
  });
  sweepRemoved(pool);
  return pruned;
}

const poolIn = (home: string) => join(home, 'workspaces');

function sightOf(slot: Slot): WorkspaceSight {
  const { record, owner, path, repoFolder } = slot;
  const bytes = slotBytes(slot);
  const repo = readRepoRecord(repoFolder)?.repo ?? repoFolder;
  const use = owner !== null ? 'in use' : record === null || record.state === 'done' ? 'free' : 'kept';
  if (record === null) return { repo, path, use, last: null, bytes };
  const { order, generation, attempt, agent, branch, at, fleet, commit } = record;
  return { repo, path, use, last: { order, generation, attempt, agent, branch, at, fleet, commit }, bytes };
}
