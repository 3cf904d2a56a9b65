// Tells what was taken of an ORDERS.json that was saved here (D5.12): by the sync that took it, and, because that may have been a daemon's or
// cron's, once by the next `coord status` or `coord sync` that a person reads. An editor may have held a text from before an order came, and
// then its entry was removed without anybody meaning it.
import { rmSync } from 'node:fs';
import type { OrderEdit } from '../../core/model/ledger/intention.ts';
import { editWords } from '../../core/orders/edit-words.ts';
import { writeDurably } from '../../system/files/durable-file.ts';
import { jsonIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';

interface SavedNote {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly words: string;
}

/** So many characters of removals, and so many other edits, are named; the rest is counted. A line that is shown has 1,000. */
const REMOVALS_CHARACTERS_MAX = 600;
const OTHERS_MAX = 5;
const NOTES_MAX = 20;

/** `remove keepme, change local2`: what is gone comes first, where nothing cuts it off. `stay`: what is not added, with the generation that would run again. */
export function savedWords(edits: readonly OrderEdit[], stay: ReadonlyMap<string, number>): string {
  const taken = edits.filter((edit) => edit.kind !== 'add' || !stay.has(edit.order.id));
  const wordsOf = (isMeant: (edit: OrderEdit) => boolean) => [...new Set(taken.filter(isMeant).map(editWords))];
  const removals = wordsOf(({ kind }) => kind === 'remove');
  const others = wordsOf(({ kind }) => kind !== 'remove');
  const told = removals.findIndex((_, at) => removals.slice(0, at + 1).join(', ').length > REMOVALS_CHARACTERS_MAX);
  const removalsMax = told < 0 ? removals.length : told;
  const first = named(removals, removalsMax, 'removals');
  return [...first, ...stayWords([...stay]), ...named(others, OTHERS_MAX, 'other edits')].join(', ');
}

function stayWords([first, ...others]: readonly (readonly [id: string, next: number])[]): readonly string[] {
  if (first === undefined) return [];
  if (others.length > 0)
    return [`${others.length + 1} orders stay in the archive (to run one again, save it with a higher "generation")`];
  const [id, next] = first;
  return [`${id} stays in the archive (to run it again, save it with "generation": ${next})`];
}

function named(words: readonly string[], most: number, what: string): readonly string[] {
  return words.length <= most ? words : [...words.slice(0, most), `and ${words.length - most} more ${what}`];
}

/** Call before the saved text counts as taken: killed in between, it is taken and told again. */
export function noteSaved(folder: FleetFolder, note: SavedNote): void {
  const others = savedNotes(folder).filter(({ words }) => words !== note.words);
  writeDurably(folder.saved, JSON.stringify([...others, note].slice(-NOTES_MAX)));
}

/** What nobody has been told of yet, the oldest first. */
export function savedNotes({ saved }: FleetFolder): readonly SavedNote[] {
  return (jsonIn(saved) ?? []) as SavedNote[];
}

/** `told`: what was shown; a sync may have noted more meanwhile. */
export function markSavedTold(folder: FleetFolder, told: readonly SavedNote[]): void {
  if (told.length === 0) return;
  const left = savedNotes(folder).filter((note) => !told.some(({ at, words }) => note.at === at && note.words === words));
  if (left.length === 0) rmSync(folder.saved, { force: true });
  else writeDurably(folder.saved, JSON.stringify(left));
}
