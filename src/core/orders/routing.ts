// Routing: an order that has a `type` and no `assign` goes where fleet.yaml sends that type. Pure. What it gives stands in `assign`, so
// that nothing after it knows the difference; an order that says `assign` is never touched.
import type { Routing } from '../model/ledger/fleet.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Assign, Order, OrdersDocument } from '../model/orders/order.ts';

const routed = new WeakMap<OrdersDocument, { readonly routing: Routing; readonly orders: OrdersDocument }>();

const ANY: Assign = { kind: 'any' };

/** The same orders and routing give the very document that they gave before (C1). */
export function routedOrders(document: OrdersDocument, routing: Routing): OrdersDocument {
  if (!document.orders.some((order) => order.route !== undefined)) return document;
  const before = routed.get(document);
  if (before?.routing === routing) return before.orders;
  const orders = { ...document, orders: document.orders.map((order) => routedOrder(order, routing)) };
  routed.set(document, { routing, orders });
  return orders;
}

function routedOrder(order: Order, { byType, otherwise }: Routing): Order {
  if (order.route === undefined || order.type === null) return order;
  const type = typeKey(order.type);
  const assign = (Object.hasOwn(byType, type) ? byType[type] : undefined) ?? otherwise;
  return assign === null ? { ...order, route: 'open', assign: ANY } : { ...order, route: 'routed', assign };
}

/** Types are compared as people type them on a phone. */
export function typeKey(type: string): string {
  return type.trim().toLowerCase();
}

/** A change of routing moves nothing that was claimed: to the holder of an unstarted claim the order stays one that it may take. */
export function asClaimed(order: Order, state: Pick<JournalState, 'claims'>): Order {
  const isHeld = order.route !== undefined && state.claims.some((claim) => claim.order === order.id);
  return isHeld ? { ...order, assign: ANY } : order;
}
