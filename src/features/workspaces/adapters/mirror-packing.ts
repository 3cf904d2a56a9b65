// Keeps a mirror small. All that workspaces may borrow stays; what no branch leads to any more (a branch that was pushed anew, by force) goes once the
// mirror has grown by it, and no workspace of its repo holds work. Under the lock of the mirror.
import { dirname, join } from 'node:path';
import { namesIn } from '../../../system/files/read-if-there.ts';
import { packBytes } from '../../../system/git/pack-bytes.ts';
import { sweepRemoved } from '../system/set-aside.ts';
import {
  emptySlot,
  forgetSlotRecord,
  inPool,
  type RepoRecord,
  readRepoRecord,
  removeSlot,
  type Slot,
  type SlotName,
  slotsIn,
  writeRepoRecord,
} from '../system/workspace-pool.ts';
import { isDone, isSpare } from './choose-slot.ts';
import type { PoolGit } from './pool-git.ts';

/** A mirror that takes less of what all workspaces may take is left as it is. */
const SMALL_PART = 0.1;
/** From there on the folders of agents' sessions go too. */
const LARGE_PART = 0.5;
const PACKS_MAX = 50;
/** Packed so again after this much growth, or from this much of what all may take on. */
const GROWTH = 1.5;
const NEAR_PART = 0.75;
/** Growth since the last try, or since it was packed. */
const AGAIN = 1.05;
/** After a try that failed, near the limit, where growth may find no room. Not each run tries: one whose deadline is shorter than the packing is lost. */
const PAUSE_MS = 6 * 3_600_000;

/** Each fetch adds a pack; with many of them every look-up takes longer. Nothing goes. */
export async function packTogether(git: PoolGit, repoFolder: string, gitDir: string): Promise<void> {
  const told = readRepoRecord(repoFolder);
  const packs = namesIn(join(gitDir, 'objects', 'pack')).filter((name) => name.endsWith('.pack')).length;
  if (told === null || packs <= PACKS_MAX || packs < GROWTH * (told.packs ?? 0)) return;
  // Where it fails, or is killed with its run, it is tried again when there are many more.
  writeRepoRecord(repoFolder, { ...told, packs });
  if ((await git.try(['repack', '-a', '-d', '-k', '-q'], { gitDir })).exitCode !== 0) return;
  writeRepoRecord(repoFolder, { ...told, bytes: packBytes(gitDir), packs: 0 });
}

/** `slot`: the workspace of whoever asks, whose files are to be new. Those of the same repo that hold nothing go: they borrow from the mirror. */
export async function dropUnreferenced(git: PoolGit, slot: SlotName, bytesMax: number, gitDir: string): Promise<void> {
  const told = readRepoRecord(slot.repoFolder);
  const bytes = packBytes(gitDir);
  if (told === null || bytes < bytesMax * SMALL_PART || !isDue(told, bytes, bytesMax)) return;
  const pool = dirname(slot.repoFolder);
  // Whoever takes a workspace of this repo from then on gets a new one, and waits for the lock of the mirror first.
  if (!(await inPool(pool, () => removeOthers(pool, slot, bytes < bytesMax * LARGE_PART ? isSpare : isDone)))) return;
  forgetSlotRecord(slot);
  emptySlot(slot);
  sweepRemoved(pool);
  // Where it fails, or is killed with its run, this tells when it is tried again.
  writeRepoRecord(slot.repoFolder, { ...told, tried: bytes, triedAt: new Date().toISOString() });
  if ((await git.try(['repack', '-a', '-d', '-q'], { gitDir })).exitCode !== 0) return;
  await git.try(['prune', '--expire=now'], { gitDir });
  const left = packBytes(gitDir);
  writeRepoRecord(slot.repoFolder, { ...told, bytes: left, packed: left, tried: 0, packs: 0 });
}

function isDue({ packed = 0, tried = 0, triedAt }: RepoRecord, bytes: number, bytesMax: number): boolean {
  const near = NEAR_PART * bytesMax;
  if (bytes >= AGAIN * Math.max(packed, tried)) return bytes >= Math.min(GROWTH * packed, near);
  // Also where the clock was set back.
  const isPauseOver = triedAt === undefined || Math.abs(Date.now() - Date.parse(triedAt)) >= PAUSE_MS;
  return tried > 0 && bytes >= near && isPauseOver;
}

/** False = one of them is in use, or holds work that is nowhere else; then all stay. */
function removeOthers(pool: string, mine: SlotName, isUnused: (slot: Slot) => boolean): boolean {
  const slots = ofRepo(mine);
  const others = slots.filter(({ slot }) => slot !== mine.slot);
  if (!slots.every(isDone) || !others.every((slot) => slot.owner === null && isUnused(slot))) return false;
  for (const other of others) removeSlot(pool, other);
  return true;
}

/** What helps a person where a mirror is too large; kept work holds what the repo has dropped. */
export function tooLargeWay(mine: SlotName): string {
  const isKept = ofRepo(mine).some((slot) => slot.owner === null && !isDone(slot));
  const raise = 'raise workspaces: { disk: … } in policy.yaml';
  return isKept
    ? `${raise}, or remove kept work: coord workspace prune --all`
    : `${raise}, or fetch the repo anew: coord workspace prune`;
}

const ofRepo = ({ repoFolder }: SlotName): readonly Slot[] =>
  slotsIn(dirname(repoFolder)).filter((slot) => slot.repoFolder === repoFolder);
