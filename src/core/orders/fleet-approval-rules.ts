// Approvals by fleet.yaml: types and kinds of orders that wait for a person, whatever they say themselves. Pure. The result stands in `approval`,
// so later code sees no difference. An order cannot undo it; only a person can approve.
import type { Approvals, FleetSettings } from '../model/ledger/fleet.ts';
import type { Order, OrdersDocument } from '../model/orders/order.ts';
import { routedOrders, typeKey } from './routing.ts';

const ruled = new WeakMap<OrdersDocument, { readonly approvals: Approvals; readonly orders: OrdersDocument }>();

/** Applies routing and approvals of fleet.yaml to the orders. The same input gives the same object (C1). */
export function withFleetRules(written: OrdersDocument, fleet: Pick<FleetSettings, 'routing' | 'approvals'>): OrdersDocument {
  const document = routedOrders(written, fleet.routing);
  const { approvals } = fleet;
  const before = ruled.get(document);
  if (before?.approvals === approvals) return before.orders;
  const orders = document.orders.map((order) => ruledOrder(order, approvals));
  const isSame = orders.every((order, index) => order === document.orders[index]);
  const after = isSame ? document : { ...document, orders };
  ruled.set(document, { approvals, orders: after });
  return after;
}

function ruledOrder(order: Order, { types, kinds, unreadable }: Approvals): Order {
  // `ruled` of an order that has been here before, under other rules, is not its own word.
  if (order.approval && order.ruled === undefined) return order;
  const type = order.type === null ? null : typeKey(order.type);
  if ((type !== null && types.includes(type)) || kinds.includes(order.work.kind)) return asked(order, null);
  const doubt = unreadable.all ?? unreadable.kinds ?? (type === null ? null : unreadable.types);
  if (doubt !== null) return asked(order, doubt.reason);
  if (order.ruled === undefined) return order;
  const { ruled: _ruled, ...own } = order;
  return { ...own, approval: false };
}

function asked(order: Order, why: string | null): Order {
  return order.ruled?.why === why ? order : { ...order, approval: true, ruled: { why } };
}
