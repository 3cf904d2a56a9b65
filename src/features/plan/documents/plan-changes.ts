// Says what has to change in ORDERS.json for a spec (D10). The spec owns the fields that it says; generation, cancelled, approved, resolved
// and what a person added stay. A field that an earlier version of the spec wrote, and that no version since says, is removed.
import { sameValue } from '../../../core/base/same-value.ts';
import type { FieldBefore, Json, OrderChange, OrderEdit } from '../../../core/model/ledger/intention.ts';
import type { SpecTask } from '../../../core/model/orders/spec.ts';
import type { StatusOrder, StatusRun } from '../../../core/model/status/status.ts';
import { openQuestion } from '../../../core/orders/questions.ts';
import { specPath } from '../../../core/orders/specs.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { memberOf, toValue } from '../../../documents/json/json-node.ts';
import { fieldsThat, WORK_FIELDS } from '../../../documents/orders/order-fields.ts';
import { readOrdersText } from '../../../documents/orders/step-nodes.ts';
import { TASK_ORDER_FIELDS } from './spec-fields.ts';
import type { Entry, PlannedTask } from './spec-orders.ts';

/** Where an order stands: nobody has begun it, it runs (or waits for its next attempt), or it has ended. */
export type Begun = 'no' | 'runs' | 'ended';

/** By what the board says: nobody has begun it, somebody goes on with it, or it has ended. What a person is asked is of the work as it was. */
export function begunOf(order: StatusOrder | undefined): Begun {
  if (order === undefined) return 'no';
  const runs: readonly StatusRun[] = [order, ...Object.values(order.machines ?? {})];
  if (runs.some(({ state }) => state === 'IN_PROGRESS') || openQuestion(order) !== null) return 'runs';
  if (order.startedAt === undefined && runs.every(({ startedAt }) => startedAt === undefined)) return 'no';
  return ['QUEUED', 'ASSIGNED'].includes(order.state) ? 'runs' : 'ended';
}

export interface PlanRow {
  /** `held`: it runs, and what the spec says anew waits until it has ended. `kept`: it is not the plan's to change. */
  readonly what: 'new' | 'changed' | 'held' | 'same' | 'done' | 'kept' | 'bad' | 'gone';
  readonly id: string | null;
  readonly title: string;
  readonly task: SpecTask | null;
  readonly entry: Entry | null;
  /** Names of fields that change, or that would. */
  readonly fields: readonly string[];
  /** It has ended, and other work is asked for now: it has to be run again for that. */
  readonly mustRerun: boolean;
  readonly edit: OrderEdit | OrderChange | null;
}

/** Of an order that runs, what is for people alone. */
const FOR_PEOPLE = fieldsThat(({ forPeople }) => forPeople === true);
/** Another value of one of these makes it other work. */
const MAKES_WORK = fieldsThat(({ changes }) => changes === 'work');
/** What the spec may have written and does not say any more. */
const MAY_GO = TASK_ORDER_FIELDS.filter((name) => !WORK_FIELDS.includes(name));

export type Fields = { readonly [field: string]: Json };

/** Entries of ORDERS.json by id, as they are written; null = it cannot be read. */
export function entriesIn(text: string): ReadonlyMap<string, Fields> | null {
  const { root, faults } = readOrdersText(text);
  if (root?.kind !== 'object' || faults.some(({ level }) => level === 'fault')) return null;
  const list = memberOf(root, 'orders')?.value;
  if (list?.kind !== 'array') return list === undefined ? new Map() : null;
  const entries = list.items.map(toValue).filter((it): it is Fields => isRecord(it));
  return new Map(entries.flatMap((it) => (typeof it.id === 'string' ? [[it.id, it] as const] : [])));
}

/** The spec that an entry is of, however its path is written (O17). */
export function specOf({ spec }: Fields): string | null {
  return typeof spec === 'string' ? specPath({ spec }) : null;
}

export interface PlanSources {
  readonly path: string;
  readonly prefix: string;
  readonly planned: readonly PlannedTask[];
  readonly listed: ReadonlyMap<string, Fields>;
  readonly begun: (id: string) => Begun;
  /** True if an earlier version of the spec had given this order this field with this value. */
  readonly wrote: (id: string, field: string, value: Json) => boolean;
}

export function planRows({ path, prefix, planned, listed, begun, wrote }: PlanSources): PlanRow[] {
  const named = new Set(planned.map(({ id }) => id));
  const rows = planned.map(({ task, id, entry }): PlanRow => {
    const row = { id, title: task.title, task, entry, fields: [], mustRerun: false, edit: null };
    const there = id === null ? undefined : listed.get(id);
    if (there === undefined && task.ticked) return { ...row, what: 'done' };
    if (entry === null) return { ...row, what: 'bad' };
    if (there === undefined) return { ...row, what: 'new', edit: { kind: 'add', order: entry } };
    if (specOf(there) !== path || there.steps !== undefined) return { ...row, what: 'kept' };
    return { ...row, ...changesOf(entry, there, begun(entry.id), wrote) };
  });
  const gone = [...listed].filter(([id, it]) => specOf(it) === path && id.startsWith(`${prefix}-`) && !named.has(id));
  return [
    ...rows,
    ...gone.map(([id, { title }]): PlanRow => {
      const words = typeof title === 'string' ? title : id;
      return { what: 'gone', id, title: words, task: null, entry: null, fields: [], mustRerun: false, edit: null };
    }),
  ];
}

function changesOf(
  entry: Entry,
  there: Fields,
  begun: Begun,
  wrote: PlanSources['wrote'],
): Pick<PlanRow, 'what' | 'fields' | 'mustRerun' | 'edit'> {
  const { id } = entry;
  const edits: OrderEdit[] = [];
  for (const [field, value] of Object.entries(entry)) {
    // It is this one, and stays as it is written.
    if (field === 'spec') continue;
    const was: FieldBefore = Object.hasOwn(there, field) ? [there[field] ?? null] : [];
    if (!sameValue(was, [value])) edits.push({ kind: 'set', id, field, value, was });
  }
  for (const field of [...WORK_FIELDS, ...MAY_GO]) {
    const value = there[field];
    if (value === undefined || field in entry) continue;
    if (WORK_FIELDS.includes(field) || wrote(id, field, value)) edits.push({ kind: 'unset', id, field, was: [value] });
  }
  const names = (of: readonly OrderEdit[]) => of.flatMap((edit) => ('field' in edit ? [edit.field] : []));
  const now = begun === 'runs' ? edits.filter((edit) => 'field' in edit && FOR_PEOPLE.includes(edit.field)) : edits;
  const later = edits.filter((edit) => !now.includes(edit));
  const edit: OrderChange | null = now.length === 0 ? null : { kind: 'change', id, fields: now };
  if (later.length > 0) return { what: 'held', fields: names(later), mustRerun: false, edit };
  const mustRerun = begun === 'ended' && names(edits).some((field) => MAKES_WORK.includes(field));
  return { what: edit === null ? 'same' : 'changed', fields: names(now), mustRerun, edit };
}
