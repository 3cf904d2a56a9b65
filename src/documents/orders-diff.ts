// What a person changed in a copy of ORDERS.json, order by order and field by field (D5), so that it can be said again on top of
// whatever main holds by then. Comments, layout and the order of entries are nobody's edit and are not looked at.
import { type Fault, faultPlace, faultSentence } from '../core/model/fault.ts';
import type { FieldBefore, Json, OrderEdit } from '../core/model/intention.ts';
import { memberOf, toValue } from './json-node.ts';
import { readJson } from './json-text.ts';
import { ORDERS_PATH } from './paths.ts';
import { sameJson } from './same-json.ts';
import { WORK_FIELDS } from './step-nodes.ts';

export type OrdersDiff =
  | { readonly kind: 'edits'; readonly edits: readonly OrderEdit[] }
  /** The copy is no list of orders, or one order cannot be told from another. */
  | { readonly kind: 'unclear'; readonly reason: string };

type Fields = { readonly [field: string]: Json };
type Entry = Fields & { readonly id: string };

/** `before`: the text that the person started from. A field that both sides change is main's in the end. */
export function diffOrders(before: string, after: string): OrdersDiff {
  const [old, now] = [entriesOf(before), entriesOf(after)];
  if (typeof old === 'string') return { kind: 'unclear', reason: old };
  if (typeof now === 'string') return { kind: 'unclear', reason: now };
  const edits: OrderEdit[] = [];
  for (const [id, entry] of now) {
    const past = old.get(id);
    if (past === undefined) edits.push({ kind: 'add', order: entry });
    else edits.push(...entryEdits(id, past, entry));
  }
  for (const id of old.keys()) if (!now.has(id)) edits.push({ kind: 'remove', id });
  return { kind: 'edits', edits };
}

/**
 * Where a chain has the steps that it had, each is an entry of its own: two people may change two of them. An id that a step gets, or
 * loses, is nobody's edit of one field: the steps are taken as a whole then.
 */
function entryEdits(id: string, past: Entry, entry: Entry): OrderEdit[] {
  const [old, now] = [stepsOf(id, past), stepsOf(id, entry)];
  if (old === null || now === null || !sameJson(namesOf(old), namesOf(now))) return fieldEdits(id, past, entry);
  const within = [...now].flatMap(([step, value]) => stepEdits(step, old.get(step) ?? value, value));
  const { steps: _old, ...before } = past;
  const { steps: _now, ...after } = entry;
  return [...fieldEdits(id, before, after), ...within];
}

/** Of each step the order that it is, and whether it says so itself. */
function namesOf(steps: ReadonlyMap<string, Fields>): Json[] {
  return [...steps].map(([id, step]) => [id, step.id ?? null]);
}

/** Of one without an id: what it does (which says `was` for itself) changes last, because the other edits are of that work. */
function stepEdits(step: string, past: Fields, now: Fields): OrderEdit[] {
  const edits = fieldEdits(step, past, now);
  if (past.id !== undefined) return edits;
  const isWork = (edit: OrderEdit) => 'field' in edit && WORK_FIELDS.includes(edit.field);
  const work = WORK_FIELDS.map((field) => past[field] ?? null);
  const others = edits.filter((edit) => !isWork(edit)).map((edit) => ({ ...edit, work }));
  return [...others, ...edits.filter(isWork)];
}

/** By the ids of the orders that they are; null = it has none, or they cannot be told from each other. */
function stepsOf(id: string, { steps }: Entry): ReadonlyMap<string, Fields> | null {
  if (!Array.isArray(steps)) return null;
  const found = new Map<string, Fields>();
  for (const [at, step] of steps.entries()) {
    if (typeof step !== 'object' || step === null || Array.isArray(step)) return null;
    found.set(`${id}.${typeof step.id === 'string' ? step.id : at + 1}`, step);
  }
  return found.size === steps.length ? found : null;
}

function fieldEdits(id: string, past: Fields, entry: Fields): OrderEdit[] {
  const fields = new Set([...Object.keys(past), ...Object.keys(entry)]);
  return [...fields].flatMap((field): OrderEdit[] => {
    const was: FieldBefore = Object.hasOwn(past, field) ? [past[field] ?? null] : [];
    if (!Object.hasOwn(entry, field)) return [{ kind: 'unset', id, field, was }];
    const value = entry[field] ?? null;
    return sameJson(was, [value]) ? [] : [{ kind: 'set', id, field, value, was }];
  });
}

/** Entries by id, or why they cannot be told. */
function entriesOf(text: string): Map<string, Entry> | string {
  const { root, faults } = readJson(text, ORDERS_PATH);
  const fault = faults.find((candidate) => candidate.level === 'fault');
  if (root === null || fault !== undefined) return fault === undefined ? 'no orders in it' : sentenceOf(fault);
  const list = root.kind === 'object' ? memberOf(root, 'orders')?.value : undefined;
  if (list?.kind !== 'array') return `expected a list "orders", found none`;
  const entries = new Map<string, Entry>();
  for (const [at, item] of list.items.entries()) {
    const value = toValue(item);
    if (!isEntry(value)) return `order ${at + 1} has no id`;
    if (entries.has(value.id)) return `the id "${value.id}" stands there twice`;
    entries.set(value.id, value);
  }
  return entries;
}

function isEntry(value: Json): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'id' in value && typeof value.id === 'string';
}

function sentenceOf(fault: Fault): string {
  return `${faultPlace(fault)}: ${faultSentence(fault)}`;
}
