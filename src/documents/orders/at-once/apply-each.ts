// Thousands of edits of ORDERS.json (D5): the text is read once for all that can be taken at once, not twice for each. Pure.
import { guarded } from '../../../core/base/guarded.ts';
import { utf8Bytes } from '../../../core/base/utf8.ts';
import type { OrderEdit } from '../../../core/model/ledger/intention.ts';
import { DOCUMENT_LIMITS } from '../../text/limits.ts';
import { applyOrderEdit, type EditOutcome, readFile } from '../apply-edit.ts';
import { addEntries, type Entry } from './add-entries.ts';
import { EntriesAlone, idNamedBy } from './entries-alone.ts';

interface How<T> {
  /** What an edit does to entries; none = it depends on more than those. */
  readonly partsOf: (edit: T) => readonly OrderEdit[];
  readonly apply: (text: string, edit: T) => EditOutcome;
}

interface Taken<T> {
  readonly text: string;
  readonly outcomes: readonly (readonly [edit: T, outcome: EditOutcome])[];
  readonly left: readonly T[];
}

/**
 * What becomes of each edit. The text in the end is, byte for byte, what `apply` makes of it edit by edit; where some were taken at once, each of those
 * says the text after all of them.
 */
export function* applyEach<T>(
  text: string,
  edits: readonly T[],
  partsOf: How<T>['partsOf'],
  apply: How<T>['apply'],
): Generator<readonly [edit: T, outcome: EditOutcome]> {
  const isWhole = (part: OrderEdit) => typeof idNamedBy(part) === 'string';
  // What is damaged is for `apply` to say.
  const partsIn = (edit: T) =>
    guarded(
      () => {
        const parts = partsOf(edit);
        return parts.every(isWhole) ? parts : [];
      },
      () => [],
    );
  const parts = new Map(edits.map((edit) => [edit, partsIn(edit)]));
  const how: How<T> = { partsOf: (edit) => parts.get(edit) ?? [], apply };
  let taken: Taken<T> = { text, outcomes: [], left: edits };
  while (taken.left.length > 0) {
    const { text: now, left } = taken;
    taken = guarded(
      () => takeSome(now, left, how),
      () => oneByOne(now, left, 1, how),
    );
    yield* taken.outcomes;
  }
}

/** The first ones, in the first way that takes any: those of single entries, new entries, or one by itself. */
function takeSome<T>(text: string, edits: readonly T[], how: How<T>): Taken<T> {
  const [first] = edits;
  if (first === undefined || edits.length === 1 || how.partsOf(first).length === 0) return oneByOne(text, edits, 1, how);
  const alone = takeAlone(text, edits, how);
  return alone.outcomes.length > 0 ? alone : takeNew(text, edits, how);
}

/** The first edits, as far as each concerns one entry alone. */
function takeAlone<T>(text: string, edits: readonly T[], how: How<T>): Taken<T> {
  const file = readFile(text);
  if ('kind' in file || file.list === null) return { text, outcomes: [], left: edits };
  const entries = new EntriesAlone(text, file.list);
  const outcomes: [T, EditOutcome][] = [];
  // No text on the way may be too large either.
  let bytesMost = utf8Bytes(text);
  for (const edit of edits) {
    const parts = how.partsOf(edit);
    const alone = entries.aloneFor(parts);
    if (alone === null) break;
    const outcome = how.apply(alone.text, edit);
    if (outcome.kind === 'edited') {
      bytesMost += Math.max(0, utf8Bytes(outcome.text) - utf8Bytes(alone.text));
      if (addedBy(parts) !== null || bytesMost > DOCUMENT_LIMITS.sizeBytesMax) break;
      entries.take(alone, parts[0]?.kind === 'remove' ? null : outcome.text);
    }
    outcomes.push([edit, outcome]);
  }
  const left = edits.slice(outcomes.length);
  if (outcomes.every(([, { kind }]) => kind !== 'edited')) return { text, outcomes, left };
  const whole = guarded<EditOutcome>(
    () => entries.whole(),
    (reason) => ({ kind: 'cannot', reason }),
  );
  if (whole.kind !== 'edited') return oneByOne(text, edits, outcomes.length, how);
  return {
    text: whole.text,
    outcomes: outcomes.map(([edit, outcome]) => [edit, outcome.kind === 'edited' ? whole : outcome]),
    left,
  };
}

/** The new entries before the first edit that is none: all that find room, or else each in its turn. */
function takeNew<T>(text: string, edits: readonly T[], how: How<T>): Taken<T> {
  const orders = edits.map((edit) => addedBy(how.partsOf(edit)));
  const other = orders.indexOf(null);
  const run = orders.slice(0, other === -1 ? edits.length : other).flatMap((order) => order ?? []);
  const { text: edited, added } = addEntries(text, run);
  if (added.size === 0) return oneByOne(text, edits, Math.max(run.length, 1), how);
  const isAdded = (_: T, at: number) => at < run.length && added.has(run[at] as Entry);
  return {
    text: edited,
    outcomes: edits.filter(isAdded).map((edit) => [edit, { kind: 'edited', text: edited }]),
    left: edits.filter((edit, at) => !isAdded(edit, at)),
  };
}

function oneByOne<T>(text: string, edits: readonly T[], count: number, { apply }: How<T>): Taken<T> {
  let now = text;
  const outcomes = edits.slice(0, count).map((edit) => {
    const outcome = apply(now, edit);
    if (outcome.kind === 'edited') now = outcome.text;
    return [edit, outcome] as const;
  });
  return { text: now, outcomes, left: edits.slice(count) };
}

/** The order, where placing it is all that is done. */
function addedBy([part, ...more]: readonly OrderEdit[]): Entry | null {
  return part?.kind === 'add' && more.length === 0 ? part.order : null;
}

/** Takes out entries, as `remove` does each of them; or none, where one of them cannot be. */
export function removeEntries(text: string, ids: readonly string[]): EditOutcome {
  let now = text;
  const removals = ids.map((id): OrderEdit => ({ kind: 'remove', id }));
  for (const [, outcome] of applyEach(text, removals, (edit) => [edit], applyOrderEdit)) {
    if (outcome.kind === 'cannot') return outcome;
    if (outcome.kind === 'edited') now = outcome.text;
  }
  return now === text ? { kind: 'unchanged' } : { kind: 'edited', text: now };
}
