// Tells what was taken of an ORDERS.json that was saved here (D5.12): by the sync that took it, and, because that may have been a daemon's or
// cron's, once by the next `coord status` or `coord sync` that a person reads. An editor may have held a text from before an order came, and
// then its entry was removed without anybody meaning it.
import { rmSync } from 'node:fs';
import type { OrderEdit } from '../../core/model/ledger/intention.ts';
import { editWords } from '../../core/orders/edit-words.ts';
import { writeDurably } from '../../system/files/durable-file.ts';
import { readIfThere } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';

interface SavedNote {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly words: string;
}

/** So many removals, and other edits, are named; the others are counted. */
const NAMED_MAX = { removals: 100, others: 5 } as const;
/** Who has not looked for so long looks at the orders. */
const SHOWN_MS = 86_400_000;
const NOTES_MAX = 20;

/** `remove keepme, change local2`: what is gone comes first, where nothing cuts it off. */
export function savedWords(edits: readonly OrderEdit[]): string {
  const wordsOf = (isMeant: (edit: OrderEdit) => boolean) => [...new Set(edits.filter(isMeant).map(editWords))];
  const removals = wordsOf(({ kind }) => kind === 'remove');
  const others = wordsOf(({ kind }) => kind !== 'remove');
  return [...named(removals, NAMED_MAX.removals, 'removals'), ...named(others, NAMED_MAX.others, 'other edits')].join(', ');
}

function named(words: readonly string[], most: number, what: string): readonly string[] {
  return words.length <= most ? words : [...words.slice(0, most), `and ${words.length - most} more ${what}`];
}

/** Call before the saved text counts as taken: killed in between, it is taken and told again. */
export function noteSaved(folder: FleetFolder, note: SavedNote): void {
  const others = notesIn(folder).filter(({ words }) => words !== note.words);
  writeDurably(folder.saved, JSON.stringify([...others, note].slice(-NOTES_MAX)));
}

/** What nobody has been told of yet, the oldest first. */
export function savedNotes(folder: FleetFolder, nowMs: number): readonly SavedNote[] {
  return notesIn(folder).filter(({ at }) => nowMs - Date.parse(at) < SHOWN_MS);
}

export function markSavedTold(folder: FleetFolder): void {
  rmSync(folder.saved, { force: true });
}

function notesIn({ saved }: FleetFolder): readonly SavedNote[] {
  try {
    return JSON.parse(readIfThere(saved) ?? '[]') as SavedNote[];
  } catch {
    return [];
  }
}
