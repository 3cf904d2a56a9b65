// Checks new work before it is recorded, so that whoever places it hears at once what the board would refuse.
import type { Json } from '../../core/model/ledger/intention.ts';
import { END_KINDS } from '../../core/model/orders/trigger.ts';
import { type Fault, faultSentence } from '../../core/model/status/fault.ts';
import { parseOrders } from '../../documents/orders/orders.ts';
import { expandUses, freshSources } from '../../documents/templates/expand.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { fleetHere } from '../sync/fleet-here.ts';

export interface NewOrder {
  readonly id: string;
  readonly [field: string]: Json;
}

/** Throws USAGE with the parser's own words. */
export function mustBeGoodOrder(order: NewOrder): void {
  const [fault] = parsed(order).faults;
  if (fault !== undefined) throw refused(fault);
}

/** What is wrong between it and the templates of fleet.yaml as the last sync left it here; null = nothing, or nobody knows. */
export function templateFault(folder: FleetFolder, order: NewOrder): Fault | null {
  const { value } = parsed(order);
  if (value?.uses === undefined) return null;
  const fleet = fleetHere(folder);
  if (fleet === null) return null;
  const { faults } = expandUses(value, freshSources(fleet.templates));
  return faults.find(({ level }) => level === 'fault') ?? null;
}

function parsed(order: NewOrder) {
  // Whether what it comes after, or waits for, is there is for the fleet's list to say.
  const { id, after, on } = order;
  const named: readonly unknown[] = [...(Array.isArray(after) ? after : []), ...END_KINDS.map((kind) => Object(on)[kind])];
  const others = [...new Set(named)].filter((it) => typeof it === 'string' && it !== id).map((it) => ({ id: it, run: 'true' }));
  return parseOrders(JSON.stringify({ orders: [order, ...others] }, mustBeKept));
}

export function refused(fault: Fault): CoordError {
  return new CoordError('USAGE', `this order cannot be placed: ${faultSentence(fault)}`, 'coord order add --help');
}

/** Written as JSON, 1e400 would be null. */
function mustBeKept(key: string, value: unknown): unknown {
  if (value !== Infinity && value !== -Infinity) return value;
  throw new CoordError('USAGE', `this order cannot be placed: ${key}: a number is too large`, 'coord order add --help');
}
