// Adds thousands of entries to ORDERS.json at once (D5): what adding each would make, with one reading of the text. Pure.
import type { Json, OrderEdit } from '../../../core/model/ledger/intention.ts';
import type { JsonNode } from '../../json/json-node.ts';
import { applySplices } from '../../text/text-splice.ts';
import { addSplices, ordersOf, readAgain, readFile } from '../apply-edit.ts';
import { idValue, readOrdersText, saidIds, stepIds } from '../step-nodes.ts';

export type Entry = Extract<OrderEdit, { readonly kind: 'add' }>['order'];

/**
 * Adds those that `add` would add, one after the other, and says which. It adds none where all of them find no room: `add` says of each what stands
 * in its way.
 */
export function addEntries(
  text: string,
  orders: readonly Entry[],
): { readonly text: string; readonly added: ReadonlySet<Entry> } {
  const none = { text, added: new Set<Entry>() };
  if (orders.length === 0) return none;
  const file = readFile(text);
  if ('kind' in file) return none;
  const items = file.list?.items ?? [];
  const taken = new Set<Json | undefined>(items.flatMap(idsIn));
  const added = new Set<Entry>();
  for (const order of orders) {
    if (taken.has(order.id)) continue;
    added.add(order);
    for (const id of idsIn(readOrdersText(JSON.stringify(order)).root)) taken.add(id);
  }
  if (added.size === 0) return none;
  const outcome = readAgain(applySplices(text, addSplices(text, file, [...added])), [...ordersOf(file), ...added]);
  return outcome.kind === 'edited' ? { text: outcome.text, added } : none;
}

/** Of an entry: its own, and those of the orders that are its steps. */
function idsIn(entry: JsonNode | null): readonly (Json | undefined)[] {
  return entry === null ? [] : [idValue(entry), ...stepIds(entry), ...saidIds(entry)];
}
