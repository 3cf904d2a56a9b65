// Which entries of ORDERS.json have ended and can leave the list, and which stay though they have ended, because somebody needs them there. Pure.
import { parseTime } from '../base/time.ts';
import type { Order } from '../model/orders/order.ts';
import { type EndState, isEndState } from '../model/orders/run.ts';
import { watchedOrder } from '../model/orders/trigger.ts';
import type { StatusDocument, StatusOrder } from '../model/status/status.ts';
import { wholeOrders } from '../orders/chains.ts';
import { isEndUnknown } from '../orders/manual-resolution.ts';
import { endDoubt, endedAt, isOver, isRepeated } from '../orders/order-end.ts';

export interface EndedFilter {
  /** ISO 8601 UTC: those that ended before; null = whenever. */
  readonly before: string | null;
  /** Null = all ends, but none that needs a person. */
  readonly states: readonly EndState[] | null;
  /** A person named the states, and is shown what goes. */
  readonly isByPerson: boolean;
}

/** Why an order that has ended stays. */
export type KeptWhy = 'awaited' | 'doubted' | 'needsYou' | 'spec';

export interface EndedEntries {
  readonly gone: readonly EndedEntry[];
  readonly kept: readonly { readonly id: string; readonly why: KeptWhy }[];
}

export interface EndedEntry {
  readonly id: string;
  readonly before: StatusOrder;
}

/** Of an order, or of a step of a chain, what decides whether it can go. */
export type Listed = Pick<Order, 'id' | 'after' | 'on' | 'spec' | 'joiners'>;

/** What stands in ORDERS.json. */
export interface ListedEntries {
  /** Each entry that can be read, with its orders: of a chain, its steps. */
  readonly entries: ReadonlyMap<string, readonly Listed[]>;
  /** What the others name: that stays, until somebody has corrected them. */
  readonly unread: Iterable<string>;
}

export function endedEntries(
  status: Pick<StatusDocument, 'orders' | 'needsYou'>,
  { entries, unread }: ListedEntries,
  filter: EndedFilter,
): EndedEntries {
  const needed = new Set(status.needsYou.flatMap(({ order }) => order ?? []));
  const listed = wholeOrders(status.orders);
  const isChosen = chooser(listed, filter);
  const ended = listed.flatMap(([id, before]) => {
    const orders = entries.get(id);
    if (orders === undefined || !hasEnded(before, orders) || !isChosen(id, before)) return [];
    const steps = before.steps ?? [];
    const isAsked = [id, ...steps].some((it) => needed.has(it));
    // A chain says the same as the step that it is at, but not on which machines.
    const told = before.steps === undefined ? [before] : steps.flatMap((step) => status.orders[step] ?? []);
    return [{ id, before, why: endDoubt(before) === null ? whyKept(told, orders, filter, isAsked) : 'doubted' }];
  });
  const free = ended.flatMap(({ id, why }) => (why === null ? [id] : []));
  const leaving = namedByNone(status, { entries, unread }, free);
  const asked = ended.flatMap(({ id, why }) => (why === null ? [] : [{ id, why }]));
  const awaited = free.flatMap((id) => (leaving.has(id) ? [] : [{ id, why: 'awaited' as const }]));
  const gone = ended.filter(({ id }) => leaving.has(id)).map(({ id, before }) => ({ id, before }));
  return { gone, kept: [...asked, ...awaited] };
}

/** By entry: of a chain, its steps. */
export function ordersByEntry<O extends Order>(orders: readonly O[]): Map<string, readonly O[]> {
  const entries = new Map<string, O[]>();
  for (const order of orders) {
    const id = order.step?.chain ?? order.id;
    entries.set(id, [...(entries.get(id) ?? []), order]);
  }
  return entries;
}

/** Also where nobody here believes it (T5.6). A template goes on, and so does an order for machines that join later. */
function hasEnded(before: StatusOrder, orders: readonly Listed[]): boolean {
  return isEndState(before.state) && !isRepeated(before) && !orders.some(({ joiners }) => joiners);
}

/** Nobody says when an order ended that was cancelled before it began: it is as old as what stands behind it in the list, which was placed later. */
function chooser(listed: readonly (readonly [string, StatusOrder])[], { before, states }: EndedFilter) {
  const old = new Set<string>();
  let isOneBehind = false;
  for (const [id, order] of [...listed].reverse()) {
    const ended = isOver(order) ? endedAt(order) : null;
    const isOld: boolean = before === null || (ended === null ? isOneBehind : parseTime(ended) < parseTime(before));
    if (isOld) old.add(id);
    isOneBehind ||= ended !== null && isOld;
  }
  return (id: string, { state }: StatusOrder) => old.has(id) && (states === null || states.some((it) => it === state));
}

/**
 * `told`: of a chain, its steps. `isAsked`: it stands in needs-you. That a failure is seen to, the states say that are named; how a lost run ended,
 * only `coord order resolve`. That knows no order for all (O4b): such a one a person takes away, and nothing by itself (D11.3).
 */
function whyKept(
  told: readonly StatusOrder[],
  orders: readonly Listed[],
  { states, isByPerson }: EndedFilter,
  isAsked: boolean,
): KeptWhy | null {
  const isNamed = states?.some((state) => state === 'FAILED') === true;
  const isUnknown = (order: StatusOrder) =>
    order.machines === undefined
      ? isEndUnknown(order)
      : !(isNamed && isByPerson) && Object.values(order.machines).some(isEndUnknown);
  if (told.some(isUnknown) || (isAsked && !isNamed)) return 'needsYou';
  // `coord plan` would place it again, and its progress counts it.
  return orders.some(({ spec }) => spec !== null) ? 'spec' : null;
}

/**
 * Those of `going` that can leave the list together. What stays and names another one keeps it: what it comes after, and what its event is of.
 * Only what is cancelled waits for nobody.
 */
export function namedByNone(
  status: Pick<StatusDocument, 'orders'>,
  { entries, unread }: ListedEntries,
  going: Iterable<string>,
): ReadonlySet<string> {
  const entryOf = new Map(
    [...entries].flatMap(([entry, orders]) => [[entry, entry] as const, ...orders.map(({ id }) => [id, entry] as const)]),
  );
  const leaving = new Set(going);
  const staying = [...entries.keys()].filter((id) => !leaving.has(id) && status.orders[id]?.state !== 'CANCELLED');
  const keep = (named: string) => {
    const entry = entryOf.get(named);
    if (entry !== undefined && leaving.delete(entry)) staying.push(entry);
  };
  for (const named of unread) keep(named);
  for (let id = staying.pop(); id !== undefined; id = staying.pop())
    for (const named of (entries.get(id) ?? []).flatMap(namedBy)) keep(named);
  return leaving;
}

function namedBy({ after, on }: Listed): readonly string[] {
  const watched = on === undefined ? null : watchedOrder(on);
  return watched === null ? after : [...after, watched];
}
