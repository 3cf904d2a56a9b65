// Runs `coord pause` and `coord resume`: the owner pauses this machine on its own disk, a person pauses others in fleet.yaml. Neither takes
// the other back: a machine goes on when both are over.
import { isoTime } from '../../core/base/time.ts';
import type { PauseEdit } from '../../core/model/ledger/intention.ts';
import type { LocalPause } from '../../core/model/machines/pause.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { type EditReport, editOrders, freshView } from '../orders/edit-orders.ts';
import type { World } from '../sync/dependencies.ts';
import { type SyncReport, sync } from '../sync/sync.ts';
import { underLock } from '../sync/under-lock.ts';
import { mustNotHaveLeft } from './assert-not-left.ts';
import { machineNamed, machinesActedOn } from './machine-named.ts';

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
  const before = await underLock(world, folder, async ({ opened, state }) => {
    await mustNotHaveLeft(opened);
    const pause: LocalPause | null = wish === null ? null : { at: world.clock.now(), ...wish };
    if (state.pause !== pause) await opened.journal.save({ ...state, pause });
    world.step('pause-journaled');
    return { ...opened.identity, wasPaused: state.pause !== null };
  });
  const already = before.wasPaused === (wish !== null);
  return { label: `${before.machine} ${before.name}`, already, sync: await sync(world, folder) };
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
  const machine = who === null ? null : machineNamed(who, machinesActedOn(view)).number;
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
