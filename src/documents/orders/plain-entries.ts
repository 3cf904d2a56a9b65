// The entries of ORDERS.json as they are written there, by id: what cannot be read as an order, and an id that stands there twice, is left out.
import type { Json } from '../../core/model/ledger/intention.ts';
import { isRecord } from '../json/is-record.ts';
import { memberOf, toValue } from '../json/json-node.ts';
import { readOrdersText } from './step-nodes.ts';

type PlainEntry = { readonly [field: string]: Json };

export function plainEntries(text: string): ReadonlyMap<string, PlainEntry> {
  const { root } = readOrdersText(text);
  const list = root?.kind === 'object' ? memberOf(root, 'orders')?.value : undefined;
  const entries = new Map<string, PlainEntry>();
  const twice = new Set<string>();
  for (const item of list?.kind === 'array' ? list.items : []) {
    const entry = toValue(item);
    if (!isRecord(entry) || typeof entry.id !== 'string') continue;
    if (entries.has(entry.id)) twice.add(entry.id);
    entries.set(entry.id, entry as PlainEntry);
  }
  for (const id of twice) entries.delete(id);
  return entries;
}
