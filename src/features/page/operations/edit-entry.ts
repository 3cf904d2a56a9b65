// Edits one order as ORDERS.json has it. What was changed goes as the edits of a saved file do (D5): a field that main has another value of by
// then stays main's, and the person is told.
import { createHash } from 'node:crypto';
import { shellWord } from '../../../core/base/shell-word.ts';
import { isOver, isRepeated } from '../../../core/orders/order-end.ts';
import { CoordError } from '../../../errors.ts';
import { checkedEdits } from '../../../operations/orders/edit-file.ts';
import { type EditReport, editOrders, findOrder, ordersHere } from '../../../operations/orders/edit-orders.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { entryPlace } from '../documents/entry-place.ts';
import type { EntryText } from '../documents/order-answers.ts';

/** Throws NOT_FOUND for an order that has no entry of its own, such as a step. */
export function entryText(folder: FleetFolder, id: string): EntryText {
  const { text } = entryIn(ordersHere(folder), id);
  return { text, seen: markOf(text) };
}

/** Throws USAGE with each fault where the text cannot go as it is, and FAILED where it changes nothing, or too late. */
export async function editEntry(world: World, folder: FleetFolder, id: string, { text, seen }: EntryText): Promise<EditReport> {
  const order = findOrder(folder, syncedView(folder), id);
  if (isOver(order) && !isRepeated(order))
    throw new CoordError('FAILED', `order ${id} has ended: it is ${order.state}`, `coord retry ${shellWord(id)}`);
  const base = ordersHere(folder);
  const before = entryIn(base, id);
  if (markOf(before.text) !== seen)
    throw new CoordError('FAILED', `order ${id} was changed meanwhile: open it again`, `coord order show ${shellWord(id)}`);
  const checked = checkedEdits(base, base.slice(0, before.from) + text + base.slice(before.to));
  if ('faults' in checked) throw new CoordError('USAGE', checked.faults.join('; '), null);
  if (checked.edits.length === 0) throw new CoordError('FAILED', `nothing of order ${id} was changed`, null);
  if (checked.edits.some((edit) => edit.kind === 'add' || edit.kind === 'remove' || edit.id !== id))
    throw new CoordError('USAGE', `expected the entry of ${id}, found another id or more entries`, 'coord order add');
  return editOrders(world, folder, checked.edits);
}

function entryIn(orders: string, id: string) {
  const place = entryPlace(orders, id);
  if (place === null) throw new CoordError('NOT_FOUND', `ORDERS.json has no one entry of ${id}`, 'coord edit');
  return { ...place, text: orders.slice(place.from, place.to) };
}

function markOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
