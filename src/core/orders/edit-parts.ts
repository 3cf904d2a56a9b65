// Which orders a person's edit names, and what it does to each of them. Pure.
import { parseTime } from '../base/time.ts';
import type { Json, OrderChange, OrderEdit, PersonEdit } from '../model/ledger/intention.ts';

/** A value with more characters of JSON is long. */
const BRIEF_MAX = 200;
const EDITS_WITHIN: ReadonlySet<string> = new Set(['fields', 'also', 'order', 'entry']);
/** Reports of lost edits are forgotten after this time: a person who still wants the edit has repeated it. */
const TOLD_MS = 86_400_000;

/** Of a command for several orders, one change each. */
export function changesIn(edit: OrderChange): readonly OrderChange[] {
  return [edit, ...(edit.also ?? [])];
}

export function editParts(edit: PersonEdit): readonly OrderEdit[] {
  if (edit.kind === 'change') return changesIn(edit).flatMap(({ fields }) => fields);
  return ['pause', 'resume', 'spec', 'document', 'put'].includes(edit.kind) ? [] : [edit as OrderEdit];
}

/** Of an edit of another document, what it names there. */
export function editedIds(edit: PersonEdit): readonly string[] {
  if (edit.kind === 'change') return changesIn(edit).map(({ id }) => id);
  if (edit.kind === 'put') return [edit.order];
  return [edit.kind === 'add' ? edit.order.id : edit.id];
}

/** One edit of all of them: it lands whole or not at all. */
export function together(edits: readonly (OrderEdit | OrderChange)[]): readonly PersonEdit[] {
  const [first, ...also] = edits.map(
    (edit): OrderChange => (edit.kind === 'change' ? edit : { kind: 'change', id: editedIds(edit)[0] ?? '', fields: [edit] }),
  );
  return first === undefined || also.length === 0 ? edits : [{ ...first, also }];
}

/**
 * What it does to which orders, with `…` for each long value and without what it was made on: for a report, which is kept long after the edit.
 * Whatever its shape: one that is damaged is reported too.
 */
export function inBrief(edit: PersonEdit): PersonEdit {
  return brief(edit as unknown as Json) as unknown as PersonEdit;
}

function brief(value: Json): Json {
  if (isList(value)) return value.map(brief);
  if (value === null || typeof value !== 'object') return value;
  const said = Object.entries(value).filter(([name]) => !['was', 'work'].includes(name));
  return Object.fromEntries(said.map(([name, it]) => [name, EDITS_WITHIN.has(name) ? brief(it) : short(it)]));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const short = (value: Json): Json => ((JSON.stringify(value) ?? '').length > BRIEF_MAX ? '…' : value);

/** Of a report of an edit that was lost then. */
export function isToldStill({ at }: { readonly at: string }, nowMs: number): boolean {
  return nowMs - parseTime(at) < TOLD_MS;
}
