// `coord pause`, `coord resume`: the owner's word for this machine, on its own disk; or a person's for others, in fleet.yaml. Neither
// takes the other back: who shall run again needs both off.

import type { PauseEdit } from '../core/model/intention.ts';
import type { LocalPause } from '../core/model/pause.ts';
import { isoTime } from '../core/time.ts';
import { CoordError } from '../errors.ts';
import type { FleetFolder } from '../system/fleet-folder.ts';
import { takeLock } from '../system/lock.ts';
import { type EditReport, editOrders, freshView } from './edit-orders.ts';
import { mustNotHaveLeft } from './left.ts';
import { openMachine } from './open-machine.ts';
import { type SyncReport, sync } from './sync.ts';
import type { View } from './view.ts';
import type { World } from './world.ts';

const LOCK_WAIT_MS = 180_000;

export interface PauseWish {
  /** Null = until a person takes it back. */
  readonly forMs: number | null;
  readonly note: string;
}

export interface OwnPauseReport {
  readonly label: string;
  /** It was so before. */
  readonly already: boolean;
  readonly sync: SyncReport;
}

/** Pauses this machine, or takes that back (null): on disk first, then said. */
export async function pauseHere(world: World, folder: FleetFolder, wish: PauseWish | null): Promise<OwnPauseReport> {
  const opened = await openMachine(world, folder);
  const { machine, name } = opened.identity;
  try {
    await mustNotHaveLeft(opened);
    const lock = await takeLock(folder.lock, LOCK_WAIT_MS);
    let already = false;
    try {
      const state = await opened.journal.load();
      if (state === null) throw new CoordError('LOCAL_STATE', 'this machine has no journal', 'coord doctor');
      const pause: LocalPause | null = wish === null ? null : { at: world.clock.now(), ...wish };
      already = (state.pause === null) === (pause === null);
      if (state.pause !== pause) await opened.journal.save({ ...state, pause });
      world.step('pause-journaled');
    } finally {
      await lock.release();
    }
    return { label: `${machine} ${name}`, already, sync: await sync(world, folder) };
  } finally {
    await opened.ledger.close();
  }
}

export interface FleetPauseReport extends EditReport {
  /** `2 pc`, `the fleet`. */
  readonly label: string;
}

/** A person's word for another machine, or for all (null). Goes to fleet.yaml as any edit of a person goes to main (D5). */
export async function pauseByFleet(
  world: World,
  folder: FleetFolder,
  who: string | null,
  wish: PauseWish | null,
): Promise<FleetPauseReport> {
  const view = await freshView(world, folder);
  const machine = who === null ? null : machineOf(who, view);
  const id = machine === null ? 'fleet' : String(machine);
  const edit: PauseEdit =
    wish === null
      ? { kind: 'resume', id }
      : {
          kind: 'pause',
          id,
          until: wish.forMs === null ? null : isoTime(world.clock.now().wallMs + wish.forMs),
          note: wish.note,
        };
  const label = machine === null ? 'the fleet' : `${id} ${view.machines[id]?.name ?? ''}`.trim();
  return { ...(await editOrders(world, folder, [edit])), label };
}

/** Throws NOT_FOUND, and USAGE for a name that two machines have. */
function machineOf(word: string, view: View): number {
  const wanted = word.trim().toLowerCase();
  const found = Object.entries(view.machines).filter(
    ([number, { name, state }]) => number === wanted || (name.toLowerCase() === wanted && state !== 'LEFT'),
  );
  const [first, second] = found.map(([number]) => Number(number));
  if (second !== undefined)
    throw new CoordError('USAGE', `machines ${first} and ${second} both go by ${word}: give a number`, 'coord machines');
  if (first === undefined)
    throw new CoordError('NOT_FOUND', `no machine ${JSON.stringify(word)} in this fleet`, 'coord machines');
  return first;
}
