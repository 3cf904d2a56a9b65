// The spec of an order (`spec`, O17): a document of people on main. An order whose spec is missing waits for it, because an agent without its
// spec would do something else. Pure.
import { rulesOf } from '../../features/rules.ts';
import type { Files } from '../model/ledger/snapshot.ts';
import type { Order, OrdersDocument } from '../model/orders/order.ts';

/** Its path below `coordination/`; null = no spec, or one that lies elsewhere and is told by its address alone. */
export function specPath({ spec }: Pick<Order, 'spec'>): string | null {
  if (spec === null || /^[a-z][a-z0-9+.-]*:\/\//i.test(spec)) return null;
  return spec.replace(/^(?:\.\/)?(?:coordination\/)?/, '');
}

/** The id of its content; undefined = it is not there, or the address is not one of people's documents. */
export function specIn(path: string, files: Files): string | undefined {
  return /^specs\/.+\.md$/.test(path) ? files.get(path) : undefined;
}

const marked = new WeakMap<OrdersDocument, { readonly of: string; readonly document: OrdersDocument }>();

/** Marks orders whose kind needs its spec (those for agents) and whose spec is missing. If none lacks one, it returns the same object (C1). */
export function withMissingSpecs(orders: OrdersDocument, files: Files): OrdersDocument {
  const lacks = orders.orders.map((order) => missingSpec(order, files));
  if (orders.orders.every((order, at) => (order.lacks ?? null) === lacks[at])) return orders;
  const of = lacks.join('\n');
  const before = marked.get(orders);
  if (before?.of === of) return before.document;
  const document = { ...orders, orders: orders.orders.map((order, at) => withLack(order, lacks[at] ?? null)) };
  marked.set(orders, { of, document });
  return document;
}

function missingSpec(order: Order, files: Files): string | null {
  const path = rulesOf(order.work).needsSpec === true ? specPath(order) : null;
  return path === null || specIn(path, files) !== undefined ? null : path;
}

function withLack(order: Order, lacks: string | null): Order {
  const { lacks: _, ...own } = order;
  return lacks === null ? own : { ...own, lacks };
}
