// A person's edit in two words, as people know it from the command that made it. Pure.
import { firstFew } from '../base/counted.ts';
import type { EditWait, OrderEdit, PersonEdit } from '../model/ledger/intention.ts';
import { editedIds } from './edit-parts.ts';

/** More are counted: the words stand in one line. */
const NAMED_MAX = 3;

/** `add build`, `cancel build`, `remove a, b, c and 4 more`. */
export function editWords(edit: PersonEdit): string {
  return `${verbOf(edit)} ${firstFew(editedIds(edit), NAMED_MAX)}`;
}

/** What stands between an edit that waits and main. */
export function waitWords(wait: EditWait): string {
  return wait.kind === 'fix'
    ? `a person has to fix ${wait.what}`
    : 'git on this computer was too slow to look whether edits from here are on main';
}

function verbOf(edit: PersonEdit): string {
  if (edit.kind === 'change') return edit.fields.map(verbOfField).find((verb) => verb !== null) ?? 'change';
  if (edit.kind === 'document' || edit.kind === 'put') return 'change';
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
  if (edit.kind === 'remove') return edit.kind;
  return edit.kind === 'set' ? (VERBS[edit.field] ?? null) : null;
}
