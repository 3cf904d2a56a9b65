// Takes orders that have ended off the list, except those that somebody still needs there. Their results stay (O8).
import { parseTime } from '../../core/base/time.ts';
import type { OrderChange } from '../../core/model/ledger/intention.ts';
import type { Order, OrdersDocument } from '../../core/model/orders/order.ts';
import type { EndState } from '../../core/model/orders/run.ts';
import { faultText } from '../../core/model/status/fault.ts';
import type { StatusOrder } from '../../core/model/status/status.ts';
import { wholeOrders } from '../../core/orders/chains.ts';
import { together } from '../../core/orders/edit-parts.ts';
import { isEndUnknown } from '../../core/orders/manual-resolution.ts';
import { endedAt, isOver, isRepeated } from '../../core/orders/order-end.ts';
import type { UseEntry } from '../../documents/orders/order-schema.ts';
import { parseOrders } from '../../documents/orders/orders.ts';
import { seenOrders } from '../../documents/orders/seen-order.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import type { View } from '../sync/view.ts';
import { type Before, type EditReport, editOrders } from './edit-orders.ts';

export interface CleanFilter {
  /** ISO 8601 UTC: those that ended before; null = whenever. */
  readonly before: string | null;
  /** Null = all ends, but none that needs a person. */
  readonly states: readonly EndState[] | null;
}

/** Why an order that has ended stays. */
export type KeptWhy = 'awaited' | 'needsYou' | 'spec';

export interface CleanPlan {
  readonly gone: readonly Before[];
  readonly kept: readonly { readonly id: string; readonly why: KeptWhy }[];
  readonly edits: readonly OrderChange[];
}

/** `text`: ORDERS.json, of the same sync as the view. Throws FAILED where it cannot be read. */
export function cleanPlan(view: Pick<View, 'orders' | 'needsYou'>, text: string, filter: CleanFilter): CleanPlan {
  const { value, faults } = parseOrders(text);
  if (value === null) {
    const fault = faults.find(({ level }) => level === 'fault');
    const why = fault === undefined ? 'ORDERS.json cannot be read here' : faultText(fault);
    throw new CoordError('FAILED', `nothing was removed: ${why}`, 'coord status');
  }
  const entries = entriesOf(value);
  for (const { id, entry } of value.uses ?? []) entries.set(id, stepsIn(view, id, entry));
  const asked = new Set(view.needsYou.flatMap(({ order }) => order ?? []));
  const ended = wholeOrders(view.orders).flatMap(([id, before]) => {
    const orders = entries.get(id);
    const isMeant = orders !== undefined && hasEnded(before, orders) && isChosen(before, filter);
    return isMeant
      ? [
          {
            id,
            before,
            why: whyKept(
              before,
              orders,
              filter,
              [id, ...(before.steps ?? [])].some((it) => asked.has(it)),
            ),
          },
        ]
      : [];
  });
  const kept = new Map<string, KeptWhy>(ended.flatMap(({ id, why }) => (why === null ? [] : [[id, why]])));
  keepAwaited(
    view,
    entries,
    ended.map(({ id }) => id),
    kept,
  );
  const gone = ended.filter(({ id }) => !kept.has(id));
  const seen = seenOrders(text);
  const edits = gone.map(({ id, before }): OrderChange => {
    const order = before.at ?? id;
    const { mark, generation = 1 } = view.orders[order] ?? before;
    const was = mark === undefined ? seen(order) : { generation, mark };
    return { kind: 'change', id, fields: [{ kind: 'remove', id }], ...(was === null ? {} : { seen: { order, ...was } }) };
  });
  return { gone, kept: [...kept].map(([id, why]) => ({ id, why })), edits };
}

/** Nothing is removed where one of them is other work by now, as when somebody has retried it. */
export async function cleanOrders(world: World, folder: FleetFolder, { edits }: CleanPlan): Promise<EditReport> {
  return editOrders(world, folder, together(edits));
}

type Listed = Pick<Order, 'id' | 'after' | 'spec' | 'joiners'>;

/** Each entry that can be read, with its orders: of a chain, its steps. */
function entriesOf({ orders }: OrdersDocument): Map<string, readonly Listed[]> {
  const entries = new Map<string, Listed[]>();
  for (const order of orders) {
    const id = order.step?.chain ?? order.id;
    entries.set(id, [...(entries.get(id) ?? []), order]);
  }
  return entries;
}

/** Of an entry that takes a template the view tells the steps. */
function stepsIn({ orders }: Pick<View, 'orders'>, id: string, entry: UseEntry): readonly Listed[] {
  const { after = [], joiners = false } = entry;
  const spec = entry.spec ?? null;
  const steps = (Object.hasOwn(orders, id) ? orders[id]?.steps : undefined) ?? [];
  return [{ id, after, spec, joiners }, ...steps.map((step) => ({ id: step, after: orders[step]?.after ?? [], spec, joiners }))];
}

/** A template goes on, and so does an order for machines that join later. */
function hasEnded(before: StatusOrder, orders: readonly Listed[]): boolean {
  return isOver(before) && !isRepeated(before) && !orders.some(({ joiners }) => joiners);
}

function isChosen(order: StatusOrder, { before, states }: CleanFilter): boolean {
  if (states !== null && !states.some((state) => state === order.state)) return false;
  const ended = endedAt(order);
  return before === null || (ended !== null && parseTime(ended) < parseTime(before));
}

/** `isAsked`: it stands in needs-you. That a failure is seen to, a person says by naming the state; how a lost run ended, only `coord order resolve`. */
function whyKept(order: StatusOrder, orders: readonly Listed[], { states }: CleanFilter, isAsked: boolean): KeptWhy | null {
  if (isEndUnknown(order) || (isAsked && states?.some((state) => state === 'FAILED') !== true)) return 'needsYou';
  // `coord plan` would place it again, and its progress counts it.
  return orders.some(({ spec }) => spec !== null) ? 'spec' : null;
}

/** What stays may run, or run again: what it comes after stays with it. */
function keepAwaited(
  view: Pick<View, 'orders'>,
  entries: ReadonlyMap<string, readonly Listed[]>,
  ended: readonly string[],
  kept: Map<string, KeptWhy>,
): void {
  const entryOf = new Map(
    [...entries].flatMap(([entry, orders]) => [[entry, entry] as const, ...orders.map(({ id }) => [id, entry] as const)]),
  );
  const leaving = new Set(ended.filter((id) => !kept.has(id)));
  const open = [...entries.keys()].filter((id) => !leaving.has(id) && isOpen(view.orders[id]));
  for (let id = open.pop(); id !== undefined; id = open.pop())
    for (const after of (entries.get(id) ?? []).flatMap((order) => order.after)) {
      const entry = entryOf.get(after);
      if (entry === undefined || !leaving.delete(entry)) continue;
      kept.set(entry, 'awaited');
      if (isOpen(view.orders[entry])) open.push(entry);
    }
}

/** It has not ended well, or goes on. */
function isOpen(order: StatusOrder | undefined): boolean {
  return order === undefined || isRepeated(order) || (order.state !== 'COMPLETED' && order.state !== 'CANCELLED');
}
