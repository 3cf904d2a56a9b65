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
 * How long this machine leaves the order to those ranked before it; null = it may not take the order. Nobody waits for machines that are lost or
 * gone, or that could not take it now by their last document.
 */
export function rankWaitMs(me: number, order: Order, machines: Machines, isOut: (machine: number) => boolean): number | null {
  const assignment = assignmentOf(order, machines);
  if (assignment.kind === 'nobody' || !assignment.machines.includes(me)) return null;
  const places = order.assign.kind === 'list' ? placesIn(order.assign.of, machines) : new Map<number, number>();
  const mine = keyOf(me, order, places, machines);
  const waits = assignment.machines.map((machine) => {
    const document = machines.get(machine)?.document;
    if (machine === me || document === undefined || !couldTake(order, document) || isOut(machine)) return 0;
    const key = keyOf(machine, order, places, machines);
    if (!isBefore(key, mine)) return 0;
    return key[0] < mine[0] ? lookMs(document) : RANK_WAIT_MS;
  });
  return waits.reduce((sum, ms) => sum + ms, 0);
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

type Key = readonly [place: number, load: number, strain: number, hash: number, machine: number];

function keyOf(machine: number, order: Order, places: ReadonlyMap<number, number>, machines: Machines): Key {
  const document = machines.get(machine)?.document;
  const load = document === undefined ? 0 : document.load / Math.max(1, document.slots);
  return [places.get(machine) ?? 0, load, strainOf(document?.usage), hash(`${workName(order)} ${machine}`), machine];
}

function isBefore(one: Key, other: Key): boolean {
  for (const [index, value] of one.entries()) {
    const than = other[index] ?? 0;
    if (value !== than) return value < than;
  }
  return false;
}
