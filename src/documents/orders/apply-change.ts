// A person's edit as one thing, all or none (D5): several fields of an order, or several orders that one command named. A retry with a
// change must not run the old work because half of it met another edit.
import type { OrderChange, OrderEdit } from '../../core/model/ledger/intention.ts';
import { NO_TEMPLATES, type TemplateSources } from '../../core/model/orders/template.ts';
import { changesIn } from '../../core/orders/edit-parts.ts';
import { freshSources } from '../templates/expand.ts';
import { applyOrderEdit, type EditOutcome } from './apply-edit.ts';
import { addEntries, type Entry } from './at-once/add-entries.ts';
import { applyEach, removeEntries } from './at-once/apply-each.ts';
import { isSeen, type SeenOrder, seenOrder, seenOrders } from './seen-order.ts';

const NO_SOURCES = freshSources(NO_TEMPLATES);

/** Applies one edit; one that is there already is `unchanged` (R5). If only a part of it is, somebody else has said that part. */
export function applyEntryEdit(text: string, edit: OrderEdit | OrderChange, sources: TemplateSources = NO_SOURCES): EditOutcome {
  if (edit.kind !== 'change') return applyOrderEdit(text, edit);
  if (edit.also === undefined) return applyChange(text, edit, (id) => seenOrder(text, id, sources));
  const changes = changesIn(edit);
  const outcome = changes.every(isRemoval) ? applyRemovals(text, changes, sources) : applyInTurn(text, changes, sources);
  if (outcome.kind !== 'cannot') return outcome;
  return { ...outcome, reason: `${outcome.reason}; nothing was done to any of the ${changes.length} orders` };
}

function applyInTurn(text: string, changes: readonly OrderChange[], sources: TemplateSources): EditOutcome {
  // There may be thousands of new orders: those that find no obstacle are added at once.
  const places = changes.flatMap((change) => placedBy(change) ?? []);
  const { text: begun, added } = addEntries(text, places);
  const isAdded = (place: Entry | null) => place !== null && added.has(place);
  const others = changes.filter((change) => !isAdded(placedBy(change)));
  let seen: Before | null = null;
  const before: Before = (id) => {
    seen ??= seenOrders(begun, sources);
    return seen(id);
  };
  let now = begun;
  const outcomes = applyEach(
    begun,
    others,
    ({ fields }) => fields,
    (there, change) => applyChange(there, change, before),
  );
  for (const [, outcome] of outcomes) {
    if (outcome.kind === 'cannot') return outcome;
    if (outcome.kind === 'edited') now = outcome.text;
  }
  return now === text ? { kind: 'unchanged' } : { kind: 'edited', text: now };
}

/** The order, where placing it is all that the change does. */
function placedBy({ fields: [field, ...more], seen }: OrderChange): Entry | null {
  return field?.kind === 'add' && more.length === 0 && seen === undefined ? field.order : null;
}

function isRemoval({ fields }: OrderChange): boolean {
  return fields.every((field) => field.kind === 'remove' && field.entry === undefined);
}

/** There may be thousands. */
function applyRemovals(text: string, changes: readonly OrderChange[], sources: TemplateSources): EditOutcome {
  const outcome = removeEntries(
    text,
    changes.flatMap(({ fields }) => fields.flatMap((field) => (field.kind === 'remove' ? [field.id] : []))),
  );
  if (outcome.kind !== 'edited') return outcome;
  const before = seenOrders(text, sources);
  // One that somebody else has removed is as it was to be.
  const other = changes.find(
    ({ seen }) => seen !== undefined && before(seen.order) !== null && !isSeen(seen, before(seen.order)),
  );
  return other?.seen === undefined ? outcome : changedSince(other.seen.order);
}

function changedSince(order: string): EditOutcome {
  return { kind: 'cannot', reason: `${order} was changed since you saw it; look at it again, then repeat the command` };
}

/** What the order of that id was before the command; null = it is not there, or cannot be read. */
type Before = (id: string) => SeenOrder | null;

function applyChange(text: string, edit: OrderChange, before: Before): EditOutcome {
  let now = text;
  let metHalf: string | null = null;
  for (const field of edit.fields) {
    const outcome = applyOrderEdit(now, field);
    if (outcome.kind === 'cannot') return outcome;
    if (outcome.kind === 'edited') now = outcome.text;
    else if (isChange(field)) metHalf ??= field.field;
  }
  if (now !== text && metHalf !== null)
    return {
      kind: 'cannot',
      reason: `"${metHalf}" of the order "${edit.id}" was changed on both sides; the repo's value stands`,
    };
  if (now === text) return { kind: 'unchanged' };
  const { seen } = edit;
  if (seen !== undefined && !isSeen(seen, before(seen.order))) return changedSince(seen.order);
  return { kind: 'edited', text: now };
}

/** It says from what to what: `set` alone, without what the person saw, is right on top of anything. */
function isChange(edit: OrderEdit): edit is Extract<OrderEdit, { readonly kind: 'set' | 'unset' }> {
  return (edit.kind === 'set' || edit.kind === 'unset') && edit.was !== undefined;
}
