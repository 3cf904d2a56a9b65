// The orders of ORDERS.json as entries of a search: by all words that people wrote into them.
import { isRecord } from '../../documents/json/is-record.ts';
import { toValue } from '../../documents/json/json-node.ts';
import { readOrdersText } from '../../documents/orders/step-nodes.ts';
import type { SearchEntry } from './search-entry.ts';

const VALUES_MAX = 2_000;

export function orderEntries(text: string): readonly SearchEntry[] {
  const { root } = readOrdersText(text);
  const value = root === null ? null : toValue(root);
  const orders = isRecord(value) && Array.isArray(value.orders) ? value.orders : [];
  return orders.flatMap((order) => orderEntry(order) ?? []);
}

export function orderEntry(order: unknown): SearchEntry | null {
  if (!isRecord(order) || typeof order.id !== 'string') return null;
  const { id, title, ...more } = order;
  const name = typeof title === 'string' ? title : '';
  return { kind: 'order', id, machine: null, at: null, title: name, text: wordsIn(more).join('\n') };
}

function wordsIn(value: unknown): string[] {
  const words: string[] = [];
  const rest: unknown[] = [value];
  while (rest.length > 0 && words.length < VALUES_MAX) {
    const next = rest.pop();
    if (typeof next === 'string') words.push(next);
    else if (typeof next === 'object' && next !== null) rest.push(...Object.values(next).reverse());
  }
  return words;
}
