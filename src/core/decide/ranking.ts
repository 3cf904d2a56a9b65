// Who tries first for a shared order (O3): every machine computes the same ranking from the same documents. The claim decides;
// the ranking only saves pushes. Pure.
import { rulesOf } from '../../features/rules.ts';
import { hash } from '../base/hash.ts';
import type { MachineDocument } from '../model/machines/machine.ts';
import type { Machines } from '../model/machines/machines.ts';
import type { Order } from '../model/orders/order.ts';
import { assignmentOf, placesIn, workName } from '../orders/assignment.ts';
import { JITTER, QUIET_LOOK_MS } from '../presence/pacing.ts';
import { strainOf } from '../presence/usage.ts';

/** O3: for each machine before it a machine waits so much longer. */
export const RANK_WAIT_MS = 15_000;

/**
 * How long this machine, which is eligible, leaves the order to those ranked before it. Nobody waits for machines that are lost or gone, or that could
 * not take it now by their last document.
 */
export function rankWaitMs(me: number, order: Order, machines: Machines, isOut: (machine: number) => boolean): number {
  const assignment = assignmentOf(order, machines);
  const eligible = assignment.kind === 'nobody' ? [] : assignment.machines;
  const places = order.assign.kind === 'list' ? placesIn(order.assign.of, machines) : new Map<number, number>();
  const rank = (machine: number) => rankOf(places.get(machine) ?? 0, machines.get(machine)?.document);
  const work = workName(order);
  const lot = (machine: number) => hash(`${work} ${machine}`);
  const [mine, myLot] = [rank(me), lot(me)];
  return eligible.reduce((sum, machine) => {
    const document = machines.get(machine)?.document;
    if (machine === me || document === undefined || !couldTake(order, document)) return sum;
    const theirs = rank(machine);
    // A hash costs more than all else, so it is made only where nothing else tells them apart.
    const isBefore = (difference(theirs, mine) || lot(machine) - myLot || machine - me) < 0;
    if (!isBefore || isOut(machine)) return sum;
    return sum + (theirs.place < mine.place ? lookMs(document) : RANK_WAIT_MS);
  }, 0);
}

/** How long the last of these may leave it to the others. */
export function longestRankWaitMs({ assign }: Order, takers: readonly number[], machines: Machines): number {
  const waitMs = (machine: number) => {
    const document = machines.get(machine)?.document;
    return assign.kind === 'list' && document !== undefined ? lookMs(document) : RANK_WAIT_MS;
  };
  return takers.reduce((sum, machine) => sum + waitMs(machine), 0);
}

/** O3: a machine that people named before others gets the time of one of its fetches, as its published heartbeat tells it. */
function lookMs({ heartbeatMs }: MachineDocument): number {
  return Math.min(QUIET_LOOK_MS, Math.max(RANK_WAIT_MS, heartbeatMs * (1 + JITTER)));
}

/** It has a free slot, is not paused, and for a call (O14) has a service that answers and has room. */
function couldTake({ work }: Order, document: MachineDocument): boolean {
  if (document.load >= document.slots || document.state === 'PAUSED') return false;
  return rulesOf(work).couldBegin?.(work, document) ?? true;
}

interface Rank {
  readonly place: number;
  readonly load: number;
  readonly strain: number;
}

function rankOf(place: number, document: MachineDocument | undefined): Rank {
  const load = document === undefined ? 0 : document.load / Math.max(1, document.slots);
  return { place, load, strain: strainOf(document?.usage) };
}

/** Below 0 = `one` comes first. */
function difference(one: Rank, other: Rank): number {
  return one.place - other.place || one.load - other.load || one.strain - other.strain;
}
