// Remembers the last derived statuses. In a running process most cycles see the same documents, and then the status is the same; one that speaks
// derives it of what stands and of what it says. Documents never change, so comparing objects is enough; remembering a pure function is invisible (C1).
import type { OrdersDocument } from '../model/orders/order.ts';
import type { StatusDocument } from '../model/status/status.ts';
import { deriveStatus, type StatusSources } from './derive-status.ts';

interface Derived {
  readonly parts: readonly unknown[];
  readonly status: StatusDocument;
}

type Memory = WeakMap<OrdersDocument, readonly Derived[]>;

/** Few for each ORDERS.json in use, the newest first; dropped with it. `here`: what this machine believes of it, where that is something else (T5). */
const memory: { readonly board: Memory; readonly here: Memory } = { board: new WeakMap(), here: new WeakMap() };
const KEPT = 4;

/** `deriveStatus` of the same sources. */
export function rememberedStatus(sources: StatusSources, of: keyof typeof memory = 'board'): StatusDocument {
  const last = memory[of];
  const seen = onlyComparable(sources);
  const parts = partsOf(seen);
  const known = last.get(sources.orders) ?? [];
  const before = known.find((it) => it.parts.length === parts.length && it.parts.every((part, at) => part === parts[at]));
  if (before !== undefined) return before.status;
  const status = deriveStatus(seen);
  last.set(sources.orders, [{ parts, status }, ...known.slice(0, KEPT - 1)]);
  return status;
}

/** Only the parts that `partsOf` compares, so the result can depend on nothing else. */
function onlyComparable(given: StatusSources): StatusSources {
  const { orders, ordersReadable, fleet, mail, more, faults, specs, sources } = given;
  const views = [...given.machines].map(([number, { document, results }]) => [number, { document, results }] as const);
  return {
    ...{ orders, ordersReadable, fleet, more, faults, sources },
    machines: new Map(views),
    mail: { machines: mail.machines },
    ...(specs === undefined ? {} : { specs }),
  };
}

/** Every part of the sources except `orders`. Numbers and texts are compared by value, all else by identity. */
function partsOf(seen: Omit<StatusSources, 'orders'>): readonly unknown[] {
  const { ordersReadable, fleet, machines, mail, more, faults, specs, sources } = seen;
  return [
    ...[ordersReadable, fleet, sources],
    // Faults are made anew for some snapshots, and they are few, so they are compared by value.
    JSON.stringify(faults),
    ...[...machines].flatMap(([number, { document, results }]) => [number, document, results]),
    ...(specs?.values() ?? []),
    ...[...mail.machines].flatMap(([from, logs]) => [from, ...[...logs].flat()]),
    ...Object.values<ReadonlyMap<number, unknown>>(more).flatMap((said) => [...said].flat()),
  ];
}
