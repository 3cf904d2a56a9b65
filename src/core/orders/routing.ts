// Routing: an order with a `type` and without `assign` goes where fleet.yaml sends that type. Pure. The result stands in `assign`, so later code
// sees no difference. An order with `assign` is never touched.
import type { Routing } from '../model/ledger/fleet.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Assign, Order, OrdersDocument } from '../model/orders/order.ts';

const routed = new WeakMap<OrdersDocument, { readonly routing: Routing; readonly orders: OrdersDocument }>();

const ANY: Assign = { kind: 'any' };
/** O1a: the route of types that have none. */
const OTHERWISE = 'default';

/** The same orders and routing give the same object (C1). */
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
  const routeOf = (key: string) => (Object.hasOwn(byType, key) ? byType[key] : undefined);
  const assign = routeOf(type) ?? routeOf(OTHERWISE) ?? otherwise;
  return assign === null ? { ...order, route: 'open', assign: ANY } : { ...order, route: 'routed', assign };
}

/** Types are compared without case and surrounding blanks, as people type on phones. */
export function typeKey(type: string): string {
  return type.trim().toLowerCase();
}

/** A change of routing moves nothing that was claimed: the holder of an unstarted claim may still take the order. */
export function asClaimed(order: Order, state: Pick<JournalState, 'claims'>): Order {
  const isHeld = order.route !== undefined && state.claims.some((claim) => claim.order === order.id);
  return isHeld ? { ...order, assign: ANY } : order;
}
