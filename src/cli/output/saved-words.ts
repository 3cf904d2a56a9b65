// Words for what was taken of an ORDERS.json that was saved here (D5.12).
import { ORDERS_PATH } from '../../documents/paths.ts';
import type { savedNotes } from '../../operations/sync/saved-edits.ts';
import { ago } from './table.ts';

/** `ORDERS.json saved here: remove keepme, change local2` */
export function savedLine(words: string, when = ''): string {
  return `${ORDERS_PATH} saved here${when}: ${words}`;
}

export function savedLines(notes: ReturnType<typeof savedNotes>, nowMs: number): readonly string[] {
  return notes.map(({ at, words }) => savedLine(words, `, ${ago(at, nowMs)}`));
}
