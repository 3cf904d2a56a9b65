// Removes for `coord leave --purge` what coord laid down for this folder, once LEFT has landed: what features put on the remote beside the lane, the
// policy entry, the projection, `.coord/`. Nothing else is touched. The identity goes last, so after a kill the same command goes on.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { shellWord } from '../../core/base/shell-word.ts';
import type { TakenBack } from '../../core/model/ledger/taken-back.ts';
import { ownerOf } from '../../documents/documents.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { forgetDefault } from '../../system/fleet/fleets-here.ts';
import { readIdentity } from '../../system/fleet/identity-file.ts';
import { readProjected } from '../../system/fleet/projected.ts';
import { projectedPaths, removeProjection, savedEdit } from '../../system/fleet/projection.ts';
import { removePolicyEntry } from '../../system/policy/policy-file.ts';
import type { World } from '../sync/dependencies.ts';
import type { OpenMachine } from '../sync/open-machine.ts';
import { underLock } from '../sync/under-lock.ts';
import { comeBackTo } from './assert-not-left.ts';
import { holdsHome } from './join-place.ts';

/** Throws FAILED or REFUSED, and removes nothing, where something would be lost. Returns what was on the remote, gone or not. */
export async function purge(world: World, folder: FleetFolder): Promise<readonly TakenBack[]> {
  const taken = await underLock(world, folder, async ({ opened }) => {
    await mustLoseNothing(world, opened);
    const all: TakenBack[] = [];
    for (const feature of await world.features()) {
      const one = (await feature.takeBack?.(folder, opened.identity)) ?? null;
      if (one !== null) all.push(one);
      feature.forget?.(folder);
    }
    world.step('remote-purged');
    forgetDefault(world.home, folder);
    removePolicyEntry(world.home, folder.root);
    removeProjection(folder);
    world.step('projection-purged');
    const last = [folder.journal, folder.identity];
    for (const name of readdirSync(folder.state)) {
      const path = join(folder.state, name);
      if (!last.includes(path) && !path.startsWith(folder.lock)) rmSync(path, { recursive: true, force: true });
    }
    world.step('state-purged');
    for (const path of last) rmSync(path, { force: true });
    return all;
  });
  // Closing the ledger and releasing the lock may have left something; by now somebody may have joined here anew.
  if (!existsSync(folder.identity) && !existsSync(folder.journal)) rmSync(folder.state, { recursive: true, force: true });
  return taken;
}

/** What would be lost whatever leaving says: asked before it leaves. Throws FAILED or REFUSED. */
export async function mustBePurgeable(world: World, folder: FleetFolder): Promise<void> {
  if (holdsHome(folder, world.home))
    throw new CoordError(
      'REFUSED',
      `nothing was purged: ${world.home}, with the policy and the keys of all fleets of this computer, lies in ${folder.state}`,
      'coord leave, which removes no files',
    );
  const { remote } = readIdentity(folder);
  if (remote.startsWith(folder.state + sep) && existsSync(remote))
    throw new CoordError(
      'REFUSED',
      `nothing was purged: the fleet's own repo lies in ${remote}`,
      `coord leave && mv ${shellWord(remote)} ~/old-fleet.git && coord leave --purge`,
    );
  for (const feature of await world.features()) {
    const loss = (await feature.keeps?.(folder)) ?? null;
    if (loss !== null) throw kept(loss.why, loss.hint);
  }
}

async function mustLoseNothing(world: World, opened: OpenMachine): Promise<void> {
  const { folder, journal, ledger } = opened;
  const state = await journal.load();
  if (state?.leaving?.landed !== true) throw kept('the remote does not know yet that it has left', 'coord sync');
  await mustBePurgeable(world, folder);
  const waits = (await journal.intentions()).length + (await journal.mail()).length;
  if (waits > 0) throw kept(`${waits} edits or messages wait in its outbox`, comeBackTo(opened));
  const mine = (path: string) => ['people', 'machine'].includes(ownerOf(path)?.kind ?? '');
  const projected = readProjected(folder);
  const saved = projectedPaths(folder).filter((path) => mine(path) && savedEdit(folder, path, ledger, projected) !== null);
  if (saved.length > 0)
    throw kept(`coordination/${saved[0]} was edited here and not taken`, 'save it elsewhere, and undo the edit');
}

function kept(why: string, hint: string): CoordError {
  return new CoordError('FAILED', `nothing was purged: ${why}`, hint);
}
