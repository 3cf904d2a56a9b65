// Templates and their occurrences: makes the order of an occurrence, and finds the entry in ORDERS.json for one that ran. Pure.
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

/** The entry in ORDERS.json that a run belongs to: its order, or the template of its occurrence; undefined = it is not listed any more. */
export function listedOrder(run: string, orders: readonly Order[]): Order | undefined {
  const id = listedId(run);
  return orders.find((order) => order.id === id && (id === run || isTemplate(order)));
}
