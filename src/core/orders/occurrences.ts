// Templates and their occurrences: the order that an occurrence is, and what ORDERS.json says of one that ran. Pure.
import type { Order, Schedule } from '../model/orders/order.ts';
import { listedId } from '../runs/occurrence-name.ts';

/** An order with a schedule: it never runs itself. */
export type Template = Order & { readonly schedule: Schedule };

export function isTemplate(order: Order): order is Template {
  return order.schedule !== null;
}

const made = new WeakMap<Order, Map<string, Order>>();
const MADE_MAX = 100;

/** The same template and name give the same object. */
export function occurrenceOf(template: Order, id: string): Order {
  const known = made.get(template) ?? new Map<string, Order>();
  made.set(template, known);
  const before = known.get(id);
  if (before !== undefined) return before;
  if (known.size >= MADE_MAX) known.clear();
  const order: Order = { ...template, id, schedule: null, resolved: null };
  known.set(id, order);
  return order;
}

/** What ORDERS.json says of a run: its order, or the template of its occurrence; undefined = nothing any more. */
export function listedOrder(run: string, orders: readonly Order[]): Order | undefined {
  const id = listedId(run);
  return orders.find((order) => order.id === id && (id === run || isTemplate(order)));
}
