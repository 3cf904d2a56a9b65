// A person's edit of one order as one thing: several of its fields together, all or none (D5). A retry with a change must not run the
// old work because half of it met another edit.
import type { OrderChange, OrderEdit } from '../core/model/intention.ts';
import { applyOrderEdit, type EditOutcome } from './orders-edit.ts';

/** Applies one edit; one that is there already is `unchanged` (R5). */
export function applyEntryEdit(text: string, edit: OrderEdit | OrderChange): EditOutcome {
  if (edit.kind !== 'change') return applyOrderEdit(text, edit);
  let now = text;
  for (const field of edit.fields) {
    const outcome = applyOrderEdit(now, field);
    if (outcome.kind === 'cannot') return outcome;
    if (outcome.kind === 'edited') now = outcome.text;
  }
  return now === text ? { kind: 'unchanged' } : { kind: 'edited', text: now };
}
