// Edits of thousands of entries of ORDERS.json at once (D5): the text is read once for all of them, not once for each. Pure.
import type { Json, OrderEdit } from '../../core/model/ledger/intention.ts';
import { withoutItems } from '../json/json-list-edit.ts';
import { type JsonNode, toValue } from '../json/json-node.ts';
import { applySplices } from '../text/text-splice.ts';
import { addSplices, containerOf, type EditOutcome, idOf, ordersOf, readAgain, readFile, splicesFor } from './apply-edit.ts';
import { readOrdersText, saidIds, stepIds } from './step-nodes.ts';

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
  return entry === null ? [] : [idOf(entry), ...stepIds(entry), ...saidIds(entry)];
}

/** Takes out entries, as `remove` does each of them; the text is read once for all. */
export function removeEntries(text: string, ids: readonly string[]): EditOutcome {
  const file = readFile(text);
  if ('kind' in file) return file;
  const items = file.list?.items ?? [];
  const indexes = new Map<Json | undefined, number[]>();
  for (const [index, item] of items.entries()) indexes.set(idOf(item), [...(indexes.get(idOf(item)) ?? []), index]);
  const gone = new Set<number>();
  for (const id of ids) {
    const found = indexes.get(id) ?? [];
    // One that is not to be taken out, or that is not there, is for `remove` to say.
    const [index] = found;
    if (found.length === 1 && index !== undefined) gone.add(index);
    else {
      const outcome = splicesFor(text, file, { kind: 'remove', id });
      if (!Array.isArray(outcome) && outcome.kind === 'cannot') return outcome;
    }
  }
  if (file.list === null || gone.size === 0) return { kind: 'unchanged' };
  const kept = items.filter((_, index) => !gone.has(index)).map(toValue);
  return readAgain(withoutItems(text, containerOf(file.list), gone), kept);
}
