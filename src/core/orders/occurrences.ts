// Templates and their occurrences: makes the order of an occurrence, and finds the entry in ORDERS.json for one that ran. Pure.
import type { Order, Schedule } from '../model/orders/order.ts';
import { MESSAGE_TRIGGERS_MAX, type OrderEvent, type Trigger } from '../model/orders/trigger.ts';
import { listedId } from '../runs/occurrence-name.ts';

/** An order that never runs itself: a schedule makes its occurrences, or events do. */
export type Scheduled = Order & { readonly schedule: Schedule };
export type Triggered = Order & { readonly on: Trigger };

export function isTemplate(order: Order): order is Scheduled | Triggered {
  return isScheduled(order) || isTriggered(order);
}

export function isScheduled(order: Order): order is Scheduled {
  return order.schedule !== null;
}

export function isTriggered(order: Order): order is Triggered {
  return order.on !== undefined;
}

const beyond = new WeakMap<readonly Order[], ReadonlySet<Order>>();

/** O19: it waits for messages, as many before it do. Each is compared with all messages, so the list is looked at up to a bound; a warning says so. */
export function isBeyond(order: Order, orders: readonly Order[]): boolean {
  if (order.on?.kind !== 'message') return false;
  const known = beyond.get(orders) ?? new Set(orders.filter(({ on }) => on?.kind === 'message').slice(MESSAGE_TRIGGERS_MAX));
  beyond.set(orders, known);
  return known.has(order);
}

const made = new WeakMap<Order, Map<string, Order>>();
const MADE_MAX = 300;

/** The same template, name and event give the same object. `event`: what a run of it is told. */
export function occurrenceOf(template: Order, id: string, event?: OrderEvent): Order {
  const known = made.get(template) ?? new Map<string, Order>();
  made.set(template, known);
  const key = event === undefined ? id : `${id} told`;
  const before = known.get(key);
  if (before !== undefined && before.event === event) return before;
  if (known.size >= MADE_MAX) known.clear();
  const { on: _, ...fields } = template;
  const order: Order = { ...fields, id, schedule: null, resolved: null, ...(event === undefined ? {} : { event }) };
  known.set(key, order);
  return order;
}

/** The entry in ORDERS.json that a run belongs to: its order, or the template of its occurrence; undefined = it is not listed any more. */
export function listedOrder(run: string, orders: readonly Order[]): Order | undefined {
  const id = listedId(run);
  return orders.find((order) => order.id === id && (id === run || isTemplate(order)));
}
