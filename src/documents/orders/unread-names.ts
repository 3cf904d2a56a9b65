// What entries of ORDERS.json name that are not obeyed as they stand (D4.5, D4.6): a person who corrects one needs it there. Reads what the text says,
// whatever is wrong beside it, so that it takes in what the entry could mean; what an entry says of its work names nothing.
import type { Order } from '../../core/model/orders/order.ts';
import { type JsonNode, memberOf } from '../json/json-node.ts';
import { unknownField } from '../json/unknown-field.ts';
import { KNOWN_FIELDS } from './order-schema.ts';
import { idOf, readOrdersText } from './step-nodes.ts';

/** `read`: the orders that were made of the text; one with an unknown field counts as not read. */
export function unreadNames(text: string, read: readonly Pick<Order, 'id' | 'step' | 'unknown'>[]): ReadonlySet<string> {
  const entries = new Set(read.map(entryIdOf));
  for (const order of read) if ((order.unknown ?? []).length > 0) entries.delete(entryIdOf(order));
  return new Set(namesByEntry(text).flatMap(({ id, names }) => (entries.has(id ?? '') ? [] : names)));
}

/** What each entry names. `id`: as it says itself. */
export function namesByEntry(text: string): readonly { readonly id: string | null; readonly names: readonly string[] }[] {
  const { root } = readOrdersText(text);
  const list = root === null ? undefined : memberOf(root, 'orders')?.value;
  return (list?.kind === 'array' ? list.items : []).map((item) => ({ id: idOf(item), names: namesOf(item) }));
}

function entryIdOf({ id, step }: Pick<Order, 'id' | 'step'>): string {
  return step?.chain ?? id;
}

/** Of an entry, or of a step of it, or of a list where one should stand. */
function namesOf(entry: JsonNode): readonly string[] {
  if (entry.kind === 'array') return entry.items.flatMap(namesOf);
  if (entry.kind === 'scalar') return [];
  return entry.members.flatMap(({ key, value }) => {
    if (key === 'steps' || key === 'said') return namesOf(value);
    const unknown = unknownField(key, KNOWN_FIELDS);
    const field = unknown?.meant ?? key;
    // A field of which this version knows nothing may name orders too.
    const mayName = field === 'after' || field === 'on' || unknown?.meant === null;
    // `"after": "build, test"` is no list, and means two; `"on": "failed backup"` is no object, and means one.
    return mayName ? textsIn(value).flatMap((text) => [text, ...text.split(/[\s,;:]+/)]) : [];
  });
}

/** As ids are written: small. */
function textsIn(node: JsonNode): readonly string[] {
  if (node.kind === 'array') return node.items.flatMap(textsIn);
  if (node.kind === 'object') return node.members.flatMap(({ value }) => textsIn(value));
  return node.value === null ? [] : [String(node.value).trim().toLowerCase()];
}
