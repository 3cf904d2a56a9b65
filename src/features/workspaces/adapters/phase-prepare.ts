// Prepares a workspace before the run, at the head of the branch that the order names.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkspaceReport } from '../../../core/model/orders/workspace.ts';
import { CoordError } from '../../../errors.ts';
import { isInside, realFolder } from '../../../system/files/real-folder.ts';
import { withTilde } from '../../../system/files/with-tilde.ts';
import { packBytes } from '../../../system/git/pack-bytes.ts';
import { processNow } from '../../../system/process/process-identity.ts';
import { diskWords } from '../rules/disk-words.ts';
import { leftWords, removeLeft } from '../system/set-aside.ts';
import {
  emptySlot,
  forgetSlotRecord,
  readSlotRecord,
  type SlotOwner,
  type SlotRecord,
  slotPath,
  writeSlotRecord,
} from '../system/workspace-pool.ts';
import { type Base, checkOut, settle } from './checkout.ts';
import { type Chosen, chooseSlot, giveUp, isDone, makeRoom } from './choose-slot.ts';
import { authorOf, trailersOf } from './commit-words.ts';
import { diskTrouble } from './full-disk.ts';
import { isOwnGit } from './keep.ts';
import { freshMirror } from './mirror.ts';
import { tooLargeWay } from './mirror-packing.ts';
import { outsideMarks } from './outside.ts';
import type { Phase } from './phase.ts';
import { hasName, openPoolGit } from './pool-git.ts';

export async function prepare(phase: Phase): Promise<WorkspaceReport> {
  const { spec, request, repoFolder, key, say } = phase;
  const { pool, limits, fleet, agent } = request;
  const session = spec.agent?.resume?.session ?? null;
  const goesOn = request.goesOn || session !== null ? { session } : null;
  const slot = await chooseSlot({ pool, limits, fleet, agent, repoFolder, order: spec.order, goesOn }, ownerOf(phase), (count) =>
    say(`waits for a workspace: all ${count} of ${request.machine.name} are in use`),
  );
  const mirror = { repoFolder, slot: slot.slot, url: request.url, branch: request.branch, person: request.person, key };
  const begun = slot.isAgain && isOwnGit(slot) ? readSlotRecord(slot) : null;
  const base =
    begun === null
      ? await withRoom(phase, slot, () => freshMirror({ ...mirror, machine: request.machine.name, bytesMax: limits.diskBytes }))
      : baseOf(begun);
  if (goesOn !== null && begun === null) say('the workspace of the previous run is gone: starting with a fresh one');
  const record: SlotRecord = {
    ...{ fleet, order: spec.order, generation: spec.generation, attempt: spec.attempt, agent, session },
    ...{ branch: request.result, from: base.branch, base: base.commit },
    ...{ at: new Date().toISOString(), state: 'open', commit: null, bytes: begun?.bytes ?? null },
  };
  const author = (await hasName(request.person)) ? null : authorOf(request.machine);
  const names = { url: request.url, result: request.result, author, trailers: trailersOf(spec, request) };
  if (begun === null) {
    await makeRoomFor(phase, slot);
    // From here on the earlier content is gone, and the new one is not usable until it is complete.
    forgetSlotRecord(slot);
    const git = await openPoolGit(mirror, false);
    await withRoom(phase, slot, () => checkOut(git, slot, base, names));
  } else {
    for (const name of ['index.lock', 'HEAD.lock']) rmSync(join(slotPath(slot), '.git', name), { force: true });
    settle(slot, names);
  }
  const root = slotPath(slot);
  const cwd = folderWithin(root, request.within, base);
  writeSlotRecord(slot, record);
  const again = begun === null ? '' : ', as the run before it left it';
  say(`workspace ${withTilde(root, request.person.HOME)}: ${request.url}, ${record.from} at ${record.base.slice(0, 12)}${again}`);
  const outside = outsideMarks(request, repoFolder);
  const place = {
    repoFolder,
    slot: slot.slot,
    root,
    cwd,
    base: record.base,
    from: record.from,
    outside,
    isAgain: begun !== null,
  };
  return { problem: null, asks: false, notes: [], outputs: {}, place };
}

/** Refuses where it cannot be said how its watchdog is known again: the next run would take it for ended, and end this one. */
function ownerOf({ watchdog, key }: Phase): SlotOwner {
  const its = processNow(watchdog);
  if (its !== null) return { ...its, key };
  throw new CoordError('FAILED', `its watchdog, process ${watchdog}, cannot be seen: too much is open on this computer`);
}

/** What was pushed already is no change of the run that goes on. */
function baseOf({ base, commit, state, from }: SlotRecord): Base {
  return { commit: state === 'done' ? (commit ?? base) : base, branch: from };
}

/** A link in the repo must not lead the run out of it. */
function folderWithin(root: string, within: string, { branch }: Base): string {
  const [real, cwd] = [realFolder(root), realFolder(join(root, within))];
  if (real !== null && cwd !== null && isInside(cwd, real)) return cwd;
  throw new CoordError('FAILED', `folder ${within} is not in the repo at ${branch}`);
}

/** On a full disk: what holds nothing is given up first, the files of this very workspace if they do, then work, one after the other. */
async function withRoom<T>({ request, say }: Phase, slot: Chosen, act: () => Promise<T>): Promise<T> {
  let isEmptied = slot.isAgain;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const trouble = diskTrouble(error);
      if (trouble === null) throw error;
      if (await giveUp(request.pool, slot, 'spare')) say('the disk is full: removing workspaces that hold nothing');
      else if (!isEmptied && isDone({ record: readSlotRecord(slot) })) {
        isEmptied = true;
        forgetSlotRecord(slot);
        emptySlot(slot);
      } else if (trouble === 'full' && (await giveUp(request.pool, slot, 'work')))
        say('the disk is full: removing the oldest workspace with work that was not pushed');
      else throw error;
    }
  }
}

/** By what was measured last; the workspace itself is measured once the run has ended. */
async function makeRoomFor({ request, repoFolder }: Phase, slot: Chosen): Promise<void> {
  mkdirSync(repoFolder, { recursive: true, mode: 0o700 });
  const { limits, pool, machine } = request;
  const none = await makeRoom(pool, limits.diskBytes, slot);
  if (none === null) return;
  const { bytes, inTheWay } = none;
  const mirror = diskWords(packBytes(join(repoFolder, 'mirror.git')));
  const foreign = inTheWay.length === 0 ? '' : `, and ${leftWords(inTheWay)}`;
  const way = inTheWay.length === 0 ? tooLargeWay(slot) : removeLeft(inTheWay);
  throw new CoordError(
    'FAILED',
    `workspaces take ${diskWords(bytes)} (${mirror} of them this repo), ${diskWords(limits.diskBytes)} are allowed${foreign}; on ${machine.name}: ${way}`,
  );
}
