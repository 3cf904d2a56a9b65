// Who tries first for a shared order (O3): every machine computes the same ranking from the same documents. The claim decides;
// the ranking only saves pushes. Pure.

import type { Machines } from './assignment.ts';
import { type Assignment, assignmentOf, workName } from './assignment.ts';
import { hash } from './hash.ts';
import type { Order } from './model/order.ts';

/** O3: a machine of rank r waits r times as long. */
export const RANK_WAIT_MS = 15_000;

/**
 * How many machines go before this one, or null where it is not among those that may take the order. Machines without a free
 * slot or paused, as they said last, and those that `isOut` wait for nobody.
 */
export function rankOf(me: number, order: Order, machines: Machines, isOut: (machine: number) => boolean): number | null {
  const assignment = assignmentOf(order, machines);
  if (assignment.kind === 'nobody' || !assignment.machines.includes(me)) return null;
  const mine = keyOf(me, order, assignment, machines);
  return assignment.machines.filter((machine) => {
    const document = machines.get(machine)?.document;
    if (
      machine === me ||
      document === undefined ||
      document.load >= document.slots ||
      document.state === 'PAUSED' ||
      isOut(machine)
    )
      return false;
    return isBefore(keyOf(machine, order, assignment, machines), mine);
  }).length;
}

type Key = readonly [place: number, load: number, hash: number, machine: number];

function keyOf(machine: number, order: Order, assignment: Assignment & { kind: 'machines' }, machines: Machines): Key {
  const document = machines.get(machine)?.document;
  const place = order.assign.kind === 'list' ? assignment.machines.indexOf(machine) : 0;
  const load = document === undefined ? 0 : document.load / Math.max(1, document.slots);
  return [place, load, hash(`${workName(order)} ${machine}`), machine];
}

function isBefore(one: Key, other: Key): boolean {
  for (const [index, value] of one.entries()) {
    const than = other[index] ?? 0;
    if (value !== than) return value < than;
  }
  return false;
}
