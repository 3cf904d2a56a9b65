// What of a machine's word nobody waits for (F1): what it has claimed, how far it has read, whom it saw when, how much it uses, how often it beats.
// Pure. All of it stands in the lane, which machines read; people read it on the board with the next fold.
import { sameValue } from '../base/same-value.ts';
import type { MachineView } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';

/** F1: how long main may lack what nobody waits for, as a daemon knows. */
export interface FoldTerms {
  /** Main may lack for now what others have said. */
  mayLack(now: Instant): boolean;
  /** What main lacks of this machine's own is nothing that anybody waits for, and it may for now. */
  mayLackMine(now: Instant): boolean;
  /** It lacks nothing that anybody waits for, however long it has. */
  isMineQuiet(): boolean;
}

type Word = Pick<MachineView, 'document' | 'results'>;

export function isQuietNews(before: Word, after: Word): boolean {
  return sameValue(told(before), told(after));
}

function told({ document, results }: Word) {
  const { seq, beat, updated, heartbeatMs, usage, seen, cursors, peopleRead, ...more } = document;
  const { claimed, ...runs } = results;
  return { document: more, results: runs };
}
