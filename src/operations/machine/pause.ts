// Runs `coord pause` and `coord resume`: the owner pauses this machine on its own disk, a person pauses others in fleet.yaml. Neither takes
// the other back: a machine goes on when both are over.
import { isoTime, parseTime } from '../../core/base/time.ts';
import type { PauseEdit } from '../../core/model/ledger/intention.ts';
import type { FleetPause, LocalPause } from '../../core/model/machines/pause.ts';
import type { StatusMachine } from '../../core/model/status/status.ts';
import { parseFleet } from '../../documents/fleet/fleet.ts';
import { FLEET_PATH } from '../../documents/paths.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { projectedBytes } from '../../system/fleet/projected-bytes.ts';
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
  /** Of a resume: the word was there, as far as this machine knows. */
  readonly wasPaused: boolean;
  /** Of a resume of a machine: what pauses it besides, as far as this machine knows. */
  readonly stillBy: readonly PausedBy[];
}

/** `name`: fleet.yaml pauses it by its name, which only a person takes out. */
export type PausedBy = 'fleet' | 'name' | 'owner';

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
  const paused = pausedIn(folder, world.clock.now().wallMs);
  const edited = await editOrders(world, folder, [edit]);
  const wasPaused = !edited.landed || paused.some(({ who: named }) => named === id);
  return { ...edited, label, wasPaused, stillBy: machine === null ? [] : stillBy(paused, id, view.machines[id]) };
}

/** The words of fleet.yaml that hold now, as the last sync left it. */
function pausedIn(folder: FleetFolder, nowMs: number): readonly FleetPause[] {
  const text = projectedBytes(folder, FLEET_PATH)?.toString('utf8') ?? '';
  const paused = parseFleet(text).value?.paused ?? [];
  return paused.filter(({ until }) => until === null || parseTime(until) > nowMs);
}

/** Without its word `id`. That its owner paused it too is seen where what it says of its pause is not what any word says. */
function stillBy(paused: readonly FleetPause[], id: string, machine: StatusMachine | undefined): readonly PausedBy[] {
  const name = machine?.name.toLowerCase();
  const words = paused.filter(({ who }) => who === id || who === 'fleet' || who === name);
  const untilSaid = machine?.pausedUntil ?? null;
  const isExplained = words.some(({ until }) => until === untilSaid);
  return [
    ...(words.some(({ who }) => who === 'fleet') ? (['fleet'] as const) : []),
    ...(words.some(({ who }) => who === name) ? (['name'] as const) : []),
    ...(machine?.state === 'PAUSED' && !isExplained ? (['owner'] as const) : []),
  ];
}
