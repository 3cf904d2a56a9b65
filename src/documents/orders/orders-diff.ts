// Finds what a person changed in a copy of ORDERS.json, order by order and field by field (D5), so that it can be applied to whatever main
// holds by then. Comments, layout and the order of entries are no edits.
import { sameValue } from '../../core/base/same-value.ts';
import type { FieldBefore, Json, OrderEdit } from '../../core/model/ledger/intention.ts';
import { faultText } from '../../core/model/status/fault.ts';
import { isRecord } from '../json/is-record.ts';
import { memberOf, toValue } from '../json/json-node.ts';
import { WORK_FIELDS } from './order-fields.ts';
import { readOrdersText } from './step-nodes.ts';

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
  const added = without([...now.named.values(), ...now.nameless.map(({ value }) => value)], old.nameless);
  const bad = now.nameless.find(({ value }) => added.includes(value));
  if (bad !== undefined) return { kind: 'unclear', reason: bad.reason };
  // They are cut out first: the entry that takes their place may have their id.
  const edits: OrderEdit[] = mendedEdits(old.nameless, [...now.named.values(), ...now.nameless.map(({ value }) => value)]);
  for (const [id, entry] of now.named) {
    const past = old.named.get(id);
    if (past !== undefined) edits.push(...entryEdits(id, past, entry));
    else if (added.includes(entry)) edits.push({ kind: 'add', order: entry });
  }
  const kept = new Set([...now.named.keys(), ...now.nameless.map(({ value }) => idOf(value))]);
  for (const id of old.named.keys()) if (!kept.has(id)) edits.push({ kind: 'remove', id });
  return { kind: 'edits', edits };
}

/** Entries without an id of their own that are there no more. They are known by all that they say. */
function mendedEdits(old: readonly Nameless[], now: readonly Json[]): OrderEdit[] {
  const left = new Map<Json, number>();
  for (const { value } of old) {
    const alike = [...left.keys()].find((it) => sameValue(it, value));
    if (alike === undefined) left.set(value, now.filter((it) => sameValue(it, value)).length);
  }
  return [...left].flatMap(([entry, count]): OrderEdit[] => {
    const before = old.filter(({ value }) => sameValue(value, entry));
    const [{ name } = { name: '' }] = before;
    const gone = Array.from({ length: Math.max(0, before.length - count) }, (_, at) => before.length - 1 - at);
    return gone.map((stay) => ({ kind: 'remove', id: name, entry: { is: entry, left: stay } }));
  });
}

/** Those of the list that are in `others` no more, each taken once. */
function without(list: readonly Json[], others: readonly Nameless[]): readonly Json[] {
  const open = others.map(({ value }) => value);
  return list.filter((entry) => {
    const at = open.findIndex((it) => sameValue(it, entry));
    if (at >= 0) open.splice(at, 1);
    return at < 0;
  });
}

/**
 * Where a chain has the steps that it had, each is an entry of its own: two people may change two of them. An id that a step gets, or
 * loses, is nobody's edit of one field: the steps are taken as a whole then.
 */
function entryEdits(id: string, past: Entry, entry: Entry): OrderEdit[] {
  const [old, now] = [stepsOf(id, past), stepsOf(id, entry)];
  if (old === null || now === null || !sameValue(namesOf(old), namesOf(now))) return fieldEdits(id, past, entry);
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
    return sameValue(was, [value]) ? [] : [{ kind: 'set', id, field, value, was }];
  });
}

/** It has no id, or shares one, so no edit can name it. */
interface Nameless {
  readonly value: Json;
  /** What people read of it. */
  readonly name: string;
  readonly reason: string;
}

interface Entries {
  readonly named: ReadonlyMap<string, Entry>;
  readonly nameless: readonly Nameless[];
}

/** The entries, or why there are none to be told. */
function entriesOf(text: string): Entries | string {
  const { root, faults } = readOrdersText(text);
  const fault = faults.find((candidate) => candidate.level === 'fault');
  if (root === null || fault !== undefined) return fault === undefined ? 'no orders in it' : faultText(fault);
  const list = root.kind === 'object' ? memberOf(root, 'orders')?.value : undefined;
  if (list?.kind !== 'array') return `expected a list "orders", found none`;
  const values = list.items.map(toValue);
  const counts = new Map<string, number>();
  for (const value of values) if (isEntry(value)) counts.set(value.id, (counts.get(value.id) ?? 0) + 1);
  const named = new Map<string, Entry>();
  const nameless: Nameless[] = [];
  for (const [at, value] of values.entries()) {
    if (!isEntry(value)) nameless.push({ value, name: `order ${at + 1}`, reason: `order ${at + 1} has no id` });
    else if (counts.get(value.id) === 1) named.set(value.id, value);
    else nameless.push({ value, name: value.id, reason: `the id "${value.id}" stands there twice` });
  }
  return { named, nameless };
}

function idOf(value: Json): string | null {
  return isEntry(value) ? value.id : null;
}

function isEntry(value: Json): value is Entry {
  return isRecord(value) && typeof value.id === 'string';
}
