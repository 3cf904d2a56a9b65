// Which orders a person's edit names, and what it does to each of them. Pure.
import type { OrderChange, OrderEdit, PersonEdit } from '../model/ledger/intention.ts';

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
