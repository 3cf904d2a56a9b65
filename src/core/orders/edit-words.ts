// A person's edit in two words, as people know it from the command that made it. Pure.
import type { OrderEdit, PersonEdit } from '../model/ledger/intention.ts';

/** `add build`, `cancel build`, `approve deploy`. */
export function editWords(edit: PersonEdit): string {
  return `${verbOf(edit)} ${edit.kind === 'add' ? edit.order.id : edit.id}`;
}

function verbOf(edit: PersonEdit): string {
  if (edit.kind === 'change') return edit.fields.map(verbOfField).find((verb) => verb !== null) ?? 'change';
  return edit.kind === 'set' || edit.kind === 'unset' ? (verbOfField(edit) ?? 'change') : edit.kind;
}

/** Which command writes this field. */
const VERBS: Readonly<Record<string, string>> = {
  cancelled: 'cancel',
  approved: 'approve',
  resolved: 'resolve',
  generation: 'retry',
};

function verbOfField(edit: OrderEdit): string | null {
  return edit.kind === 'set' ? (VERBS[edit.field] ?? null) : null;
}
