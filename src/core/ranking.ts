// Who tries first for a shared order (O3): every machine computes the same ranking from the same documents. The claim decides;
// the ranking only saves pushes. Pure.

import type { Machines } from './assignment.ts';
import { type Assignment, assignmentOf, workName } from './assignment.ts';
import { hash } from './hash.ts';
import type { MachineDocument } from './model/machine.ts';
import type { Order } from './model/order.ts';
import { mayAnswer } from './program-choice.ts';

/** O3: a machine of rank r waits r times as long. */
export const RANK_WAIT_MS = 15_000;

/**
 * How many machines go before this one, or null where it is not among those that may take the order. Nobody waits for those that
 * are out, or that could not take it now, as they said last.
 */
export function rankOf(me: number, order: Order, machines: Machines, isOut: (machine: number) => boolean): number | null {
  const assignment = assignmentOf(order, machines);
  if (assignment.kind === 'nobody' || !assignment.machines.includes(me)) return null;
  const mine = keyOf(me, order, assignment, machines);
  return assignment.machines.filter((machine) => {
    const document = machines.get(machine)?.document;
    if (machine === me || document === undefined || !couldTake(order, document) || isOut(machine)) return false;
    return isBefore(keyOf(machine, order, assignment, machines), mine);
  }).length;
}

/** With a free slot, not paused, and of a call (O14) with a program that answers and has room. */
function couldTake({ work }: Order, document: MachineDocument): boolean {
  if (document.load >= document.slots || document.state === 'PAUSED') return false;
  return work.kind !== 'call' || mayAnswer(document, work.to);
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
