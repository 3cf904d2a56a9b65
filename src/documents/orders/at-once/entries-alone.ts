// Entries of ORDERS.json by themselves (D5): what an edit does to one entry is found out in a text that has no other. Pure.
import type { OrderEdit } from '../../../core/model/ledger/intention.ts';
import { indentAt, indentUnit, lineEndOf } from '../../json/json-layout.ts';
import { withItems } from '../../json/json-list-edit.ts';
import { type JsonArray, type JsonNode, toValue } from '../../json/json-node.ts';
import { containerOf, type EditOutcome, ordersOf, readAgain, readFile } from '../apply-edit.ts';
import { idOf } from '../step-nodes.ts';

/** A text with one entry, or with none: what is done to the entry comes out as in the whole text. `before`: what stands there before it. */
export interface Alone {
  readonly index: number | null;
  readonly before: string;
  readonly text: string;
}

const BEHIND = ']}';

/** The entries of a text, each to be edited by itself, and put together again. */
export function entriesAlone(text: string, list: JsonArray) {
  const { items } = list;
  const anew = new Map<number, string>();
  const gone = new Set<number>();
  const indexes = indexesById(items);
  const standing = (id: string) => (indexes.get(id) ?? []).filter((index) => !gone.has(index));
  /** The entry of that id, or else those that may have a step of that id. */
  const entriesOf = (id: string) => {
    const own = standing(id);
    return own.length > 0 ? own : [...id.matchAll(/\./g)].flatMap(({ index }) => standing(id.slice(0, index)));
  };
  const lineEnd = lineEndOf(text);
  const head = `{${lineEnd}${indentUnit(text)}"orders": [${lineEnd}`;
  const [beforeList, beforeFirst] = [list, items[0] ?? list].map(({ offset }) => tellsLayout(text, offset));
  const aloneAt = (index: number | null): Alone => {
    const item = index === null ? undefined : items[index];
    if (index === null || item === undefined) return { index: null, before: head, text: `${head}${BEHIND}` };
    const before = `${head}${indentAt(text, item.offset) ?? ''}`;
    const source = anew.get(index) ?? text.slice(item.offset, item.offset + item.length);
    return { index, before, text: `${before}${source}${BEHIND}` };
  };
  const canSet = ({ index, before, text: alone }: Alone, ids: readonly string[]): boolean => {
    if (index === null) return true;
    if (!beforeList && (!beforeFirst || gone.has(0))) return false;
    if (indentAt(text, items[index]?.offset ?? 0) !== null) return true;
    // Its line has others before it.
    return !/[\r\n]/.test(alone.slice(before.length)) && ids.every((id) => standing(id).length > 0);
  };
  return {
    /** Null = more has to be looked at than one entry. */
    aloneFor(parts: readonly OrderEdit[]): Alone | null {
      const ids = parts.map(idNamedBy);
      const [index = null, ...more] = new Set(ids.flatMap(entriesOf));
      if (parts.length === 0 || more.length > 0) return null;
      const alone = aloneAt(index);
      const isSet = parts.every(({ kind }) => kind === 'set' || kind === 'unset');
      if (isSet) return canSet(alone, ids) ? alone : null;
      const [part] = parts;
      if (parts.length > 1 || (part?.kind === 'remove' && part.entry !== undefined)) return null;
      return part?.kind === 'remove' || ids.every((id) => standing(id).length > 0) ? alone : null;
    },
    /** `edited`: null = the entry goes. */
    take({ index, before }: Alone, edited: string | null): void {
      if (index === null) return;
      if (edited === null) gone.add(index);
      else anew.set(index, edited.slice(before.length, -BEHIND.length));
    },
    whole(): EditOutcome {
      const expected = items.flatMap((item, index) => {
        if (gone.has(index)) return [];
        const file = anew.has(index) ? readFile(aloneAt(index).text) : null;
        return file === null ? [toValue(item)] : 'kind' in file ? [] : ordersOf(file);
      });
      return readAgain(withItems(text, containerOf(list), anew, gone), expected);
    },
  };
}

function indexesById(items: readonly JsonNode[]): ReadonlyMap<string, readonly number[]> {
  const indexes = new Map<string, number[]>();
  for (const [index, item] of items.entries()) {
    const id = String(idOf(item));
    const alike = indexes.get(id) ?? [];
    alike.push(index);
    indexes.set(id, alike);
  }
  return indexes;
}

/** Whether line ends and indentation are told by what stands before an offset, so that no edit behind it changes them. */
function tellsLayout(text: string, offset: number): boolean {
  const before = text.slice(0, offset + 1);
  return [/\r?\n/, /^[ \t]+\S/m].every((it) => it.test(before) || !it.test(text));
}

export function idNamedBy(part: OrderEdit): string {
  return part.kind === 'add' ? part.order.id : part.id;
}
