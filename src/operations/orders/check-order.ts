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

/** What is asked for, as its refusal says it, and the command that helps. */
export interface OrderWish {
  readonly what: string;
  readonly help: string;
}

/** `help`: the command that changes it. */
export const toChange = (id: string, help: string): OrderWish => ({ what: `this change of ${id} cannot be made`, help });

export const TO_PLACE: OrderWish = { what: 'this order cannot be placed', help: 'coord order add --help' };

/** Throws USAGE with the parser's own words. */
export function mustBeGoodOrder(order: NewOrder, wish: OrderWish): void {
  const [fault] = parsed(order, wish).faults;
  if (fault !== undefined) throw refused(wish, faultSentence(fault));
}

/** What is wrong between it and the templates of fleet.yaml as the last sync left it here; null = nothing, or nobody knows. */
export function templateFault(folder: FleetFolder, order: NewOrder): Fault | null {
  const { value } = parsed(order, TO_PLACE);
  if (value?.uses === undefined) return null;
  const fleet = fleetHere(folder);
  if (fleet === null) return null;
  const { faults } = expandUses(value, freshSources(fleet.templates));
  return faults.find(({ level }) => level === 'fault') ?? null;
}

function parsed(order: NewOrder, wish: OrderWish) {
  // Whether what it comes after, or waits for, is there is for the fleet's list to say.
  const { id, after, on } = order;
  const named: readonly unknown[] = [...(Array.isArray(after) ? after : []), ...END_KINDS.map((kind) => Object(on)[kind])];
  const others = [...new Set(named)].filter((it) => typeof it === 'string' && it !== id).map((it) => ({ id: it, run: 'true' }));
  // Written as JSON, 1e400 would be null.
  const kept = (key: string, field: unknown): unknown => {
    if (field !== Infinity && field !== -Infinity) return field;
    throw refused(wish, `${key}: a number is too large`);
  };
  return parseOrders(JSON.stringify({ orders: [order, ...others] }, kept));
}

export function refused({ what, help }: OrderWish, why: string): CoordError {
  return new CoordError('USAGE', `${what}: ${why}`, help);
}
