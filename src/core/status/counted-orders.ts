// Which orders that have ended stay in the list because progress counts them (D10, D11.3). Pure.
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Order } from '../model/orders/order.ts';
import type { StatusDocument } from '../model/status/status.ts';
import { isTemplate } from '../orders/occurrences.ts';
import { isOver } from '../orders/order-end.ts';

type Counted = Pick<Order, 'id' | 'spec' | 'feature'>;

/**
 * Without such an order a figure would fall that people go by: that of a feature of which something is still to be done, or of a spec, where a
 * task without an order counts as done only once it is ticked. `isLarge`: the list has no room for what features count (D11.7).
 */
export function countedIn(
  { orders: { orders }, specs }: Pick<Snapshot, 'orders' | 'specs'>,
  status: Pick<StatusDocument, 'orders'>,
  isLarge: boolean,
): (order: Counted) => boolean {
  const ticked = new Set([...(specs?.values() ?? [])].flatMap(({ tasks }) => tasks.flatMap((it) => (it.ticked ? it.order : []))));
  const isOpen = (order: Order) => {
    // A chain ends as a whole, whatever its later steps say.
    const told = status.orders[order.step?.chain ?? order.id];
    return !isTemplate(order) && (told === undefined || !isOver(told));
  };
  const features = new Set(isLarge ? [] : orders.filter(isOpen).map(({ feature }) => feature));
  return ({ id, spec, feature }) => (spec !== null ? !ticked.has(id) : feature !== null && features.has(feature));
}
