// Takes orders that have ended off the list, except those that somebody still needs there. Their results stay (O8).
import type { OrderChange } from '../../core/model/ledger/intention.ts';
import { faultText } from '../../core/model/status/fault.ts';
import { together } from '../../core/orders/edit-parts.ts';
import {
  type EndedEntries,
  type EndedFilter,
  endedEntries,
  type Listed,
  ordersByEntry,
} from '../../core/status/ended-entries.ts';
import type { UseEntry } from '../../documents/orders/order-schema.ts';
import { parseOrders } from '../../documents/orders/orders.ts';
import { seenOrders } from '../../documents/orders/seen-order.ts';
import { unreadNames } from '../../documents/orders/unread-names.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import type { View } from '../sync/view.ts';
import { type EditReport, editOrders } from './edit-orders.ts';

export interface CleanPlan extends EndedEntries {
  readonly edits: readonly OrderChange[];
}

/** `text`: ORDERS.json, of the same sync as the view. Throws FAILED where it cannot be read. */
export function cleanPlan(view: Pick<View, 'orders' | 'needsYou'>, text: string, filter: EndedFilter): CleanPlan {
  const { value, faults } = parseOrders(text);
  if (value === null) {
    const fault = faults.find(({ level }) => level === 'fault');
    const why = fault === undefined ? 'ORDERS.json cannot be read here' : faultText(fault);
    throw new CoordError('FAILED', `nothing was removed: ${why}`, 'coord status');
  }
  const entries = new Map<string, readonly Listed[]>(ordersByEntry(value.orders));
  for (const { id, entry } of value.uses ?? []) entries.set(id, stepsIn(view, id, entry));
  const unread = unreadNames(text, [...value.orders, ...(value.uses ?? [])]);
  const { gone, kept } = endedEntries(view, { entries, unread }, filter);
  const seen = seenOrders(text);
  const edits = gone.map(({ id, before }): OrderChange => {
    const order = before.at ?? id;
    const { mark, generation = 1 } = view.orders[order] ?? before;
    const was = mark === undefined ? seen(order) : { generation, mark };
    return { kind: 'change', id, fields: [{ kind: 'remove', id }], ...(was === null ? {} : { seen: { order, ...was } }) };
  });
  return { gone, kept, edits };
}

/** Nothing is removed where one of them is other work by now, as when somebody has retried it. */
export async function cleanOrders(world: World, folder: FleetFolder, { edits }: CleanPlan): Promise<EditReport> {
  return editOrders(world, folder, together(edits));
}

/** Of an entry that takes a template the view tells the steps. */
function stepsIn({ orders }: Pick<View, 'orders'>, id: string, entry: UseEntry): readonly Listed[] {
  const { after = [], joiners = false } = entry;
  const spec = entry.spec ?? null;
  const steps = (Object.hasOwn(orders, id) ? orders[id]?.steps : undefined) ?? [];
  return [{ id, after, spec, joiners }, ...steps.map((step) => ({ id: step, after: orders[step]?.after ?? [], spec, joiners }))];
}
