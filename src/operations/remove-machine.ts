// `coord machines remove`: a person says that a machine is gone for good (I4). What it left stays on the board.
import type { Snapshot } from '../core/model/snapshot.ts';
import { CoordError } from '../errors.ts';
import { removeMachine } from '../machine/remove-machine.ts';
import type { FleetFolder } from '../system/fleet-folder.ts';
import { takeLock } from '../system/lock.ts';
import { mustNotHaveLeft } from './left.ts';
import { openMachine } from './open-machine.ts';
import { mustBeSynced, type SyncReport, sync } from './sync.ts';
import type { World } from './world.ts';

const LOCK_WAIT_MS = 180_000;

export interface RemoveReport {
  readonly machine: number;
  readonly name: string;
  /** False = it had left before. */
  readonly removed: boolean;
  readonly sync: SyncReport;
}

/** `word`: a number or a name. Throws NOT_FOUND, and REFUSED for this machine itself. */
export async function removeFromFleet(world: World, folder: FleetFolder, word: string): Promise<RemoveReport> {
  const before = await sync(world, folder);
  const opened = await openMachine(world, folder);
  try {
    await mustNotHaveLeft(opened);
    mustBeSynced(before);
    const self = opened.identity.machine;
    let machine = 0;
    const find = (snapshot: Snapshot) => {
      machine = meant(word, snapshot);
      if (machine === self) throw new CoordError('REFUSED', `machine ${self} is this one`, 'coord leave');
      return machine;
    };
    const lock = await takeLock(folder.lock, LOCK_WAIT_MS);
    try {
      const { machine: cycle } = opened.cycleWith(lock);
      const state = await opened.journal.load();
      if (state === null) throw new CoordError('LOCAL_STATE', 'this machine has no journal', 'coord doctor');
      const { name, removed } = await removeMachine(cycle, state, find);
      await lock.release();
      return { machine, name, removed, sync: await sync(world, folder) };
    } finally {
      await lock.release();
    }
  } finally {
    await opened.ledger.close();
  }
}

function meant(word: string, { machines, lanes }: Snapshot): number {
  const number = /^[1-9][0-9]{0,3}$/.test(word) ? Number(word) : null;
  if (number !== null && (machines.has(number) || lanes.has(number))) return number;
  const wanted = word.toLowerCase();
  const named = [...machines.values()].filter(({ document }) => document.name.toLowerCase() === wanted);
  // Of two of one name, one that has left is not meant.
  const there = named.filter(({ document }) => document.state !== 'LEFT');
  const [first, second] = (there.length > 0 ? there : named).map(({ document }) => document.machine);
  if (second !== undefined) {
    throw new CoordError('USAGE', `machines ${first} and ${second} are both named ${word}`, `coord machines remove ${first}`);
  }
  if (first === undefined)
    throw new CoordError('NOT_FOUND', `no machine ${JSON.stringify(word)} in this fleet`, 'coord machines');
  return first;
}
