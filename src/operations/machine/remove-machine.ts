// Runs `coord machines remove`: a person says that a machine is gone for good (I4). Its results and messages stay on the board.
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { TakenBack } from '../../core/model/ledger/taken-back.ts';
import { machineNumbers } from '../../documents/snapshot/snapshot-machines.ts';
import { CoordError } from '../../errors.ts';
import { mustBeGone } from '../../machine/membership/another-machine.ts';
import { removeMachine } from '../../machine/membership/remove-machine.ts';
import { lookUnlessHalted } from '../../machine/reading/fresh-look.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../system/fleet/identity-file.ts';
import type { World } from '../sync/dependencies.ts';
import { mustBeSynced, type SyncReport, sync } from '../sync/sync.ts';
import { underLock } from '../sync/under-lock.ts';
import type { View } from '../sync/view.ts';
import { mustNotHaveLeft } from './assert-not-left.ts';
import { machineNamed, machinesActedOn, type NamedMachine } from './machine-named.ts';
import { mustBeVouched } from './vouched.ts';

export interface RemoveReport {
  readonly machine: number;
  readonly name: string;
  /** False = it had left before. */
  readonly removed: boolean;
  /** What it has there beside its lane. */
  readonly onRemote: readonly TakenBack[];
  readonly sync: SyncReport;
}

/**
 * `word`: a number or a name. `again`: also one that was just heard of; else that throws ANOTHER_MACHINE. Throws NOT_FOUND, and REFUSED for this
 * machine itself.
 */
export async function removeFromFleet(world: World, folder: FleetFolder, word: string, again: boolean): Promise<RemoveReport> {
  const before = await sync(world, folder);
  mustBeSynced(before);
  const removes = numberOf(word, before.view);
  const find = (snapshot: Snapshot, own: number) => {
    // The one that was vouched for, whatever the name says by now.
    const known = removes === null && snapshot.believed !== undefined ? [] : machinesOf(snapshot);
    const { number } = machineNamed(removes === null ? word : String(removes), known);
    if (number === own) throw new CoordError('REFUSED', `machine ${number} is this one`, 'coord leave');
    return number;
  };
  // Before anybody vouches for it: with that, the trust would name it no more.
  if (!again)
    await underLock(world, folder, async ({ opened, lock, state }) => {
      await mustNotHaveLeft(opened);
      const { machine } = opened.cycleWith(lock);
      const snapshot = await lookUnlessHalted(machine, state, 'removes nobody');
      mustBeGone(snapshot, find(snapshot, state.machine), machine.clock.now().wallMs);
    });
  if (removes !== null && removes !== before.view?.self.machine)
    await mustBeVouched(world, folder, { act: `remove machine ${removes}`, removes });
  const { machine, name, removed } = await underLock(world, folder, async ({ opened, lock, state }) => {
    await mustNotHaveLeft(opened);
    return removeMachine(opened.cycleWith(lock).machine, state, (snapshot) => find(snapshot, state.machine));
  });
  const onRemote: TakenBack[] = [];
  for (const feature of await world.features()) {
    const one = (await feature.leftBehind?.(folder, readIdentity(folder), machine)) ?? null;
    if (one !== null) onRemote.push(one);
  }
  return { machine, name, removed, onRemote, sync: await sync(world, folder) };
}

/** Null = nobody is called that: it is said below. */
function numberOf(word: string, view: View | null): number | null {
  if (/^[1-9][0-9]*$/.test(word.trim())) return Number(word);
  const machines = view === null ? [] : machinesActedOn(view);
  return machines.some(({ name }) => name.toLowerCase() === word.trim().toLowerCase())
    ? machineNamed(word, machines).number
    : null;
}

/** A lane, or a copy on the board, whose document cannot be read has a number, and no name. */
function machinesOf({ machines, lanes, board }: Snapshot): readonly NamedMachine[] {
  return [...new Set([...machines.keys(), ...machineNumbers(lanes, [board.files], [])])].map((number) => {
    const document = machines.get(number)?.document;
    return { number, name: document?.name ?? '', hasLeft: document?.state === 'LEFT' };
  });
}
