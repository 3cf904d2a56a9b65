// Edits of thousands of entries of ORDERS.json (D5): the text is read once for all that can be taken at once, not twice for each. Pure.

import { guarded } from '../../core/base/guarded.ts';
import { utf8Bytes } from '../../core/base/utf8.ts';
import type { Json, OrderEdit } from '../../core/model/ledger/intention.ts';
import { indentAt, indentUnit, lineEndOf } from '../json/json-layout.ts';
import { withItems } from '../json/json-list-edit.ts';
import { type JsonArray, type JsonNode, toValue } from '../json/json-node.ts';
import { DOCUMENT_LIMITS } from '../text/limits.ts';
import { applySplices } from '../text/text-splice.ts';
import { addSplices, applyOrderEdit, containerOf, type EditOutcome, ordersOf, readAgain, readFile } from './apply-edit.ts';
import { idOf, idValue, readOrdersText, saidIds, stepIds } from './step-nodes.ts';

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

/** Takes out entries, as `remove` does each of them; or none, where one of them cannot be. */
export function removeEntries(text: string, ids: readonly string[]): EditOutcome {
  let now = text;
  const removals = ids.map((id): OrderEdit => ({ kind: 'remove', id }));
  for (const [, outcome] of applyEach(text, removals, (edit) => [edit], applyOrderEdit)) {
    if (outcome.kind === 'cannot') return outcome;
    if (outcome.kind === 'edited') now = outcome.text;
  }
  return now === text ? { kind: 'unchanged' } : { kind: 'edited', text: now };
}

/** What an edit does to entries; none = it depends on more than those. */
type PartsOf<T> = (edit: T) => readonly OrderEdit[];
type Apply<T> = (text: string, edit: T) => EditOutcome;

interface Taken<T> {
  readonly text: string;
  readonly outcomes: readonly (readonly [edit: T, outcome: EditOutcome])[];
  readonly left: readonly T[];
}

/**
 * What becomes of each edit. The text in the end is, byte for byte, what `apply` makes of it edit by edit; where some were taken at once, each of those
 * says the text after all of them.
 */
export function* applyEach<T>(
  text: string,
  edits: readonly T[],
  partsOf: PartsOf<T>,
  apply: Apply<T>,
): Generator<readonly [edit: T, outcome: EditOutcome]> {
  const isWhole = (part: OrderEdit) => typeof namedBy(part) === 'string';
  // What is damaged is for `apply` to say.
  const partsIn = (edit: T) =>
    guarded(
      () => {
        const parts = partsOf(edit);
        return parts.every(isWhole) ? parts : [];
      },
      () => [],
    );
  const parts = new Map(edits.map((edit) => [edit, partsIn(edit)]));
  let taken: Taken<T> = { text, outcomes: [], left: edits };
  while (taken.left.length > 0) {
    const { text: now, left } = taken;
    const many = guarded(
      () => takeMany(now, left, (edit) => parts.get(edit) ?? [], apply),
      () => null,
    );
    taken = many ?? oneByOne(now, left, 1, apply);
    yield* taken.outcomes;
  }
}

function namedBy(part: OrderEdit): string {
  return part.kind === 'add' ? part.order.id : part.id;
}

/** Null = the first has to be taken by itself. */
function takeMany<T>(text: string, left: readonly T[], partsOf: PartsOf<T>, apply: Apply<T>): Taken<T> | null {
  const [first] = left;
  if (first === undefined || left.length === 1 || partsOf(first).length === 0) return null;
  const alone = takeAlone(text, left, partsOf, apply);
  if (alone.outcomes.length > 0) return alone;
  const orders = left.map((edit) => addedBy(partsOf(edit)));
  const other = orders.indexOf(null);
  const run = orders.slice(0, other === -1 ? left.length : other).flatMap((order) => order ?? []);
  const { text: edited, added } = addEntries(text, run);
  if (added.size === 0) return oneByOne(text, left, Math.max(run.length, 1), apply);
  const isAdded = (_: T, at: number) => at < run.length && added.has(run[at] as Entry);
  return {
    text: edited,
    outcomes: left.filter(isAdded).map((edit) => [edit, { kind: 'edited', text: edited }]),
    left: left.filter((edit, at) => !isAdded(edit, at)),
  };
}

/** The order, where placing it is all that is done. */
function addedBy([part, ...more]: readonly OrderEdit[]): Entry | null {
  return part?.kind === 'add' && more.length === 0 ? part.order : null;
}

function oneByOne<T>(text: string, edits: readonly T[], count: number, apply: Apply<T>): Taken<T> {
  let now = text;
  const outcomes = edits.slice(0, count).map((edit) => {
    const outcome = apply(now, edit);
    if (outcome.kind === 'edited') now = outcome.text;
    return [edit, outcome] as const;
  });
  return { text: now, outcomes, left: edits.slice(count) };
}

/** The first edits, as far as each concerns one entry alone. */
function takeAlone<T>(text: string, edits: readonly T[], partsOf: PartsOf<T>, apply: Apply<T>): Taken<T> {
  const file = readFile(text);
  if ('kind' in file || file.list === null) return { text, outcomes: [], left: edits };
  const entries = entriesAlone(text, file.list);
  const outcomes: [T, EditOutcome][] = [];
  // No text on the way may be too large either.
  let bytesMost = utf8Bytes(text);
  for (const edit of edits) {
    const parts = partsOf(edit);
    const alone = entries.aloneFor(parts);
    if (alone === null) break;
    const outcome = apply(alone.text, edit);
    if (outcome.kind === 'edited') {
      bytesMost += Math.max(0, utf8Bytes(outcome.text) - utf8Bytes(alone.text));
      if (addedBy(parts) !== null || bytesMost > DOCUMENT_LIMITS.sizeBytesMax) break;
      entries.take(alone, parts[0]?.kind === 'remove' ? null : outcome.text);
    }
    outcomes.push([edit, outcome]);
  }
  if (outcomes.every(([, { kind }]) => kind !== 'edited')) return { text, outcomes, left: edits.slice(outcomes.length) };
  const whole = guarded<EditOutcome>(entries.whole, (reason) => ({ kind: 'cannot', reason }));
  if (whole.kind !== 'edited') return oneByOne(text, edits, outcomes.length, apply);
  return {
    text: whole.text,
    outcomes: outcomes.map(([edit, outcome]) => [edit, outcome.kind === 'edited' ? whole : outcome]),
    left: edits.slice(outcomes.length),
  };
}

/** A text with one entry, or with none: what is done to the entry comes out as in the whole text. `before`: what stands there before it. */
interface Alone {
  readonly index: number | null;
  readonly before: string;
  readonly text: string;
}

const BEHIND = ']}';

function entriesAlone(text: string, list: JsonArray) {
  const { items } = list;
  const anew = new Map<number, string>();
  const gone = new Set<number>();
  const indexes = new Map<string, number[]>();
  for (const [index, item] of items.entries()) {
    const id = String(idOf(item));
    const alike = indexes.get(id) ?? [];
    alike.push(index);
    indexes.set(id, alike);
  }
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
      const ids = parts.map(namedBy);
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

/** Whether line ends and indentation are told by what stands before an offset, so that no edit behind it changes them. */
function tellsLayout(text: string, offset: number): boolean {
  const before = text.slice(0, offset + 1);
  return [/\r?\n/, /^[ \t]+\S/m].every((it) => it.test(before) || !it.test(text));
}
