// Which orders a person's edit names, and what it does to each of them. Pure.
import type { Json, OrderChange, OrderEdit, PersonEdit } from '../model/ledger/intention.ts';

/** A value with more characters of JSON is long. */
const BRIEF_MAX = 200;
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

/** What it does to which orders, with `…` for each long value: for a report, which is kept long after the edit. */
export function inBrief(edit: PersonEdit): PersonEdit {
  if (edit.kind === 'spec' || edit.kind === 'document') return { ...edit, text: '' };
  if (edit.kind === 'put') return { ...edit, value: brief(edit.value) };
  if (edit.kind === 'change') return briefChange(edit);
  return edit.kind === 'pause' || edit.kind === 'resume' ? edit : briefField(edit);
}

function briefChange({ also, ...edit }: OrderChange): OrderChange {
  return { ...edit, fields: edit.fields.map(briefField), ...(also === undefined ? {} : { also: also.map(briefChange) }) };
}

function briefField(edit: OrderEdit): OrderEdit {
  switch (edit.kind) {
    case 'add':
      return { ...edit, order: { ...briefly(edit.order), id: edit.order.id } };
    case 'remove':
      return edit.entry === undefined ? edit : { ...edit, entry: { ...edit.entry, is: brief(edit.entry.is) } };
    default: {
      const { was, work: _, ...said } = edit;
      const [before] = was ?? [];
      const told = before === undefined ? {} : { was: [brief(before)] as const };
      return said.kind === 'set' ? { ...said, ...told, value: brief(said.value) } : { ...said, ...told };
    }
  }
}

const brief = (value: Json): Json => (JSON.stringify(value).length > BRIEF_MAX ? '…' : value);

const briefly = (fields: Readonly<Record<string, Json>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, brief(value)]));

/** Of a report of an edit that was lost then. */
export function isToldStill({ at }: { readonly at: string }, nowMs: number): boolean {
  return nowMs - Date.parse(at) < TOLD_MS;
}
