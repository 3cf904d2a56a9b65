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
export class EntriesAlone {
  /** What was taken, by index: entries that were edited, and those that go. */
  readonly #anew = new Map<number, string>();
  readonly #gone = new Set<number>();
  readonly #text: string;
  readonly #list: JsonArray;
  readonly #indexes: ReadonlyMap<string, readonly number[]>;
  /** What an entry alone has before it. */
  readonly #head: string;
  /** What tells the layout: what stands before the list, or before its first entry. */
  readonly #tells: { readonly list: boolean; readonly first: boolean };

  constructor(text: string, list: JsonArray) {
    const lineEnd = lineEndOf(text);
    this.#text = text;
    this.#list = list;
    this.#indexes = indexesById(list.items);
    this.#head = `{${lineEnd}${indentUnit(text)}"orders": [${lineEnd}`;
    const [first = list] = list.items;
    this.#tells = { list: tellsLayout(text, list.offset), first: tellsLayout(text, first.offset) };
  }

  /** Null = more has to be looked at than one entry. */
  aloneFor(parts: readonly OrderEdit[]): Alone | null {
    const ids = parts.map(idNamedBy);
    const [index = null, ...more] = new Set(ids.flatMap((id) => this.#entriesOf(id)));
    if (parts.length === 0 || more.length > 0) return null;
    const alone = this.#aloneAt(index);
    const isSet = parts.every(({ kind }) => kind === 'set' || kind === 'unset');
    if (isSet) return this.#canSet(alone, ids) ? alone : null;
    const [part] = parts;
    if (parts.length > 1 || (part?.kind === 'remove' && part.entry !== undefined)) return null;
    return part?.kind === 'remove' || this.#areAll(ids) ? alone : null;
  }

  /** `edited`: null = the entry goes. */
  take({ index, before }: Alone, edited: string | null): void {
    if (index === null) return;
    if (edited === null) this.#gone.add(index);
    else this.#anew.set(index, edited.slice(before.length, -BEHIND.length));
  }

  /** The text with all that was taken. */
  whole(): EditOutcome {
    const expected = this.#list.items.flatMap((item, index) => {
      if (this.#gone.has(index)) return [];
      const file = this.#anew.has(index) ? readFile(this.#aloneAt(index).text) : null;
      return file === null ? [toValue(item)] : 'kind' in file ? [] : ordersOf(file);
    });
    return readAgain(withItems(this.#text, containerOf(this.#list), this.#anew, this.#gone), expected);
  }

  #aloneAt(index: number | null): Alone {
    const item = index === null ? undefined : this.#list.items[index];
    if (index === null || item === undefined) return { index: null, before: this.#head, text: `${this.#head}${BEHIND}` };
    const before = `${this.#head}${indentAt(this.#text, item.offset) ?? ''}`;
    const source = this.#anew.get(index) ?? this.#text.slice(item.offset, item.offset + item.length);
    return { index, before, text: `${before}${source}${BEHIND}` };
  }

  #canSet({ index, before, text: alone }: Alone, ids: readonly string[]): boolean {
    if (index === null) return true;
    if (!this.#tells.list && (!this.#tells.first || this.#gone.has(0))) return false;
    if (indentAt(this.#text, this.#list.items[index]?.offset ?? 0) !== null) return true;
    // Its line has others before it.
    return !/[\r\n]/.test(alone.slice(before.length)) && this.#areAll(ids);
  }

  #areAll(ids: readonly string[]): boolean {
    return ids.every((id) => this.#standing(id).length > 0);
  }

  /** The entry of that id, or else those that may have a step of that id. */
  #entriesOf(id: string): readonly number[] {
    const own = this.#standing(id);
    return own.length > 0 ? own : [...id.matchAll(/\./g)].flatMap(({ index }) => this.#standing(id.slice(0, index)));
  }

  #standing(id: string): readonly number[] {
    return (this.#indexes.get(id) ?? []).filter((index) => !this.#gone.has(index));
  }
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
