// A person's edit of ORDERS.json as the smallest change of its text (D5): order, comments, layout and every other order stay
// byte for byte. What cannot be done safely is not done at all; every result is read again before it is handed out.
import { sameValue } from '../../core/base/same-value.ts';
import type { EntryAsIs, FieldBefore, Json, OrderEdit } from '../../core/model/ledger/intention.ts';
import { faultText } from '../../core/model/status/fault.ts';
import { blockJson, inlineJson, isSpaced } from '../json/json-layout.ts';
import { appendItem, type Container, cutItem, type Place } from '../json/json-list-edit.ts';
import { type JsonArray, type JsonNode, type JsonObject, memberOf, toValue } from '../json/json-node.ts';
import { ORDERS_PATH } from '../paths.ts';
import { type Used, usedBy } from '../templates/uses.ts';
import { isTooLarge } from '../text/limits.ts';
import { applySplices, type Splice } from '../text/text-splice.ts';
import { idValue, readOrdersText, saidIds, saidNodes, stepIds, stepNodes, stepWork } from './step-nodes.ts';

export type EditOutcome =
  | { readonly kind: 'edited'; readonly text: string }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'cannot'; readonly reason: string };

/** What init lays down. */
export const NEW_ORDERS_TEXT = `{
  "$schema": "./schemas/orders.schema.json",
  "version": 1,
  "orders": []
}
`;

/** Applies one edit; an edit that is there already is `unchanged`, so saying it again does no harm (R5). */
export function applyOrderEdit(text: string, edit: OrderEdit): EditOutcome {
  const file = readFile(text);
  if ('kind' in file) return file;
  const splices = splicesFor(text, file, edit);
  if (!Array.isArray(splices)) return splices;
  return readAgain(applySplices(text, splices), expectedOrders(file, edit));
}

/** `text`: after an edit. It is one only if it reads as it was to. */
export function readAgain(text: string, expected: readonly Json[]): EditOutcome {
  if (isTooLarge(text)) return cannot(`${ORDERS_PATH} would have more than 1 MiB: coord order clean takes out what has ended`);
  const after = readFile(text);
  if ('kind' in after) return after;
  if (sameValue(ordersOf(after), expected)) return { kind: 'edited', text };
  return cannot(`the layout of ${ORDERS_PATH} does not let coord change it safely; please edit it by hand`);
}

export interface OrdersFile {
  readonly root: JsonObject;
  /** Null when the file has no list of orders yet. */
  readonly list: JsonArray | null;
}

function cannot(reason: string): Extract<EditOutcome, { kind: 'cannot' }> {
  return { kind: 'cannot', reason };
}

export function readFile(text: string): OrdersFile | Extract<EditOutcome, { kind: 'cannot' }> {
  const { root, faults } = readOrdersText(text);
  const fault = faults.find((it) => it.level === 'fault');
  if (root === null) return cannot(fault === undefined ? `${ORDERS_PATH} cannot be read` : faultText(fault));
  if (root.kind !== 'object') return cannot(`${ORDERS_PATH} is no object: { "orders": [ … ] }`);
  if (root.badKeys.length > 0 && fault !== undefined) return cannot(faultText(fault));
  const orders = memberOf(root, 'orders')?.value;
  if (orders !== undefined && orders.kind !== 'array') return cannot(`"orders" in ${ORDERS_PATH} is no list`);
  return { root, list: orders ?? null };
}

function splicesFor(text: string, file: OrdersFile, edit: OrderEdit): Splice[] | Exclude<EditOutcome, { kind: 'edited' }> {
  const items = file.list?.items ?? [];
  if (edit.kind === 'remove' && edit.entry !== undefined) {
    const alike = itemsAlike(items, edit.entry);
    const [last] = alike.slice(edit.entry.left).reverse();
    if (last === undefined || file.list === null) return { kind: 'unchanged' };
    return cutItem(text, containerOf(file.list), items.indexOf(last));
  }
  const id = edit.kind === 'add' ? edit.order.id : edit.id;
  const found = items.filter((item) => idValue(item) === id);
  const step = found.length === 0 ? stepNode(items, id) : null;
  const entry = found[0] ?? step ?? undefined;
  if (found.length > 1) return cannot(`"${id}" is in ${ORDERS_PATH} ${found.length} times; please leave one of them`);
  if (edit.kind === 'add') {
    if (entry === undefined) return addSplices(text, file, [edit.order]);
    return isPlaced(toValue(entry), edit) ? { kind: 'unchanged' } : cannot(`there is an order "${id}" already`);
  }
  if (edit.kind === 'remove') {
    if (step !== null || (entry === undefined && usedBy(items, id) !== null))
      return cannot(`"${id}" is a step of a chain: take it out of "steps" by hand, or remove the chain as a whole`);
    if (entry === undefined || file.list === null) return { kind: 'unchanged' };
    return cutItem(text, containerOf(file.list), items.indexOf(entry));
  }
  const of = entry === undefined ? usedBy(items, id) : null;
  if (of !== null) return edit.kind === 'set' ? saidSplices(text, of, edit) : { kind: 'unchanged' };
  if (entry?.kind !== 'object') return cannot(`there is no order "${id}"`);
  if (edit.field === 'id') return cannot('an id is never changed: remove the order and add another');
  if (entry.badKeys.length > 0) return cannot(`the order "${id}" has a field twice, or one that is not allowed`);
  const member = memberOf(entry, edit.field);
  const now: FieldBefore = member === undefined ? [] : [toValue(member.value)];
  const wanted: FieldBefore = edit.kind === 'set' ? [edit.value] : [];
  if (sameValue(now, wanted)) return { kind: 'unchanged' };
  if (edit.work !== undefined && !sameValue(stepWork(entry), edit.work))
    return cannot(`"${id}" is a different step by now; give the steps ids: "${edit.field}" was not changed`);
  if (edit.was !== undefined && !sameValue(now, edit.was)) {
    return cannot(
      `"${edit.field}" of the order "${id}" was changed on both sides; the repo's ${now.length === 0 ? 'removal' : inlineJson(now[0], true)} stands`,
    );
  }
  if (edit.kind === 'set') return setSplices(text, entry, edit.field, edit.value);
  return member === undefined ? { kind: 'unchanged' } : cutItem(text, containerOf(entry), entry.members.indexOf(member));
}

/** The generation that it was given as it landed is no difference. */
function isPlaced(entry: Json, { order, again }: Extract<OrderEdit, { kind: 'add' }>): boolean {
  if (again !== true || typeof entry !== 'object' || entry === null) return sameValue(entry, order);
  const { generation: its = 1, ...there } = entry as Record<string, Json>;
  const { generation: own = 1, ...wanted } = order;
  return Number(its) >= Number(own) && sameValue(there, wanted);
}

/** In the manner of the last entry, one after the other. */
export function addSplices(
  text: string,
  { root, list }: OrdersFile,
  orders: readonly { readonly [field: string]: Json }[],
): Splice[] {
  const neighbour = list?.items.at(-1);
  const all = (place: Place, entry: (order: { readonly [field: string]: Json }) => string) =>
    orders.map(entry).join(place === null ? ', ' : `,${place.lineEnd}${place.indent}`);
  if (list !== null) {
    return appendItem(text, containerOf(list), (place) => {
      const block = neighbour !== undefined && place !== null && /[\r\n]/.test(sourceOf(text, neighbour));
      const isWide = neighbour === undefined || isSpaced(text, neighbour);
      return all(place, (order) =>
        block ? blockJson(order, place.indent, place.unit, place.lineEnd) : inlineJson(order, isWide),
      );
    });
  }
  return appendItem(
    text,
    containerOf(root),
    (place) => `"orders": ${listWith(place, (at) => all(at, (it) => inlineJson(it, true)))}`,
  );
}

function listWith(place: Place, entries: (place: Place) => string): string {
  if (place === null) return `[${entries(null)}]`;
  const { indent, unit, lineEnd } = place;
  const within = { ...place, indent: `${indent}${unit}` };
  return `[${lineEnd}${within.indent}${entries(within)}${lineEnd}${indent}]`;
}

function setSplices(text: string, entry: JsonObject, field: string, value: Json): Splice[] {
  const member = memberOf(entry, field);
  const spaced = isSpaced(text, entry);
  if (member === undefined) {
    const colon = spaced ? ': ' : ':';
    return appendItem(text, containerOf(entry), () => `${JSON.stringify(field)}${colon}${inlineJson(value, spaced)}`);
  }
  return [{ offset: member.value.offset, length: member.value.length, text: inlineJson(value, spaced) }];
}

type SetEdit = Extract<OrderEdit, { readonly kind: 'set' }>;
type Cannot = Extract<EditOutcome, { kind: 'cannot' }>;

/** O20: what people say of one step stands in `said`. */
function saidSplices(text: string, { entry, step }: Used, { field, value, was }: SetEdit): Splice[] | Cannot {
  const id = String(idValue(entry));
  if (entry.badKeys.length > 0) return cannot(`the order "${id}" has a field twice, or one that is not allowed`);
  if (was !== undefined && was.length > 0)
    return cannot(`"${field}" of the order "${id}.${step}" was changed on both sides; the repo's removal stands`);
  const said = memberOf(entry, 'said')?.value;
  const words = { id: step, [field]: value };
  if (said === undefined) return setSplices(text, entry, 'said', [words]);
  if (said.kind !== 'array') return cannot(`"said" of the order "${id}" is no list`);
  return appendItem(text, containerOf(said), () => inlineJson(words, isSpaced(text, entry)));
}

export function containerOf(node: JsonObject | JsonArray): Container {
  const items = node.kind === 'array' ? node.items : node.members;
  return { open: node.offset, close: node.offset + node.length - 1, items };
}

/** The step that is the order of this id; null = none, or more than one. */
function stepNode(items: readonly JsonNode[], id: string): JsonNode | null {
  const found = items.flatMap((item) => {
    const ids = stepIds(item);
    const said = saidIds(item);
    return [...stepNodes(item).filter((_, at) => ids[at] === id), ...saidNodes(item).filter((_, at) => said[at] === id)];
  });
  return found.length === 1 ? (found[0] ?? null) : null;
}

function itemsAlike(items: readonly JsonNode[], { is }: EntryAsIs): readonly JsonNode[] {
  return items.filter((item) => sameValue(toValue(item), is));
}

function sourceOf(text: string, node: JsonNode): string {
  return text.slice(node.offset, node.offset + node.length);
}

export function ordersOf({ list }: OrdersFile): Json[] {
  return (list?.items ?? []).map(toValue);
}

function expectedOrders(file: OrdersFile, edit: OrderEdit): Json[] {
  if (edit.kind === 'add') return [...ordersOf(file), edit.order];
  const items = file.list?.items ?? [];
  if (edit.kind === 'remove') {
    const cut = edit.entry === undefined ? null : itemsAlike(items, edit.entry).at(-1);
    return items.filter((item) => (cut === null ? idValue(item) !== edit.id : item !== cut)).map(toValue);
  }
  const edited = (node: JsonNode): Json => {
    const { [edit.field]: _before, ...others } = toValue(node) as Record<string, Json>;
    return edit.kind === 'set' ? { ...others, [edit.field]: edit.value } : others;
  };
  const isEntry = items.some((item) => idValue(item) === edit.id);
  const step = isEntry ? null : stepNode(items, edit.id);
  const of = isEntry || step !== null ? null : usedBy(items, edit.id);
  return items.map((item) => {
    if (idValue(item) === edit.id) return edited(item);
    const whole = toValue(item) as Record<string, Json>;
    if (of?.entry === item && edit.kind === 'set') {
      const said = { id: of.step, [edit.field]: edit.value };
      return { ...whole, said: [...saidNodes(item).map(toValue), said] };
    }
    for (const [field, nodes] of [['steps', stepNodes(item)] as const, ['said', saidNodes(item)] as const])
      if (step !== null && nodes.includes(step))
        return { ...whole, [field]: nodes.map((node) => (node === step ? edited(node) : toValue(node))) };
    return whole;
  });
}
