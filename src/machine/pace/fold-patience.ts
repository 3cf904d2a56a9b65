// F1: how long a daemon lets main lack what nobody waits for. Kept in memory alone: a daemon that has just begun folds with its first push.
import type { FoldTerms } from '../../core/cycle/quiet-news.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import { isOver } from '../../core/presence/elapsed.ts';
import type { CycleOutcome } from '../outcome.ts';

/** As long as last-seen times may be old (F3). */
const PATIENCE_MS = 900_000;

export interface FoldPatience extends FoldTerms {
  ended(outcome: Pick<CycleOutcome, 'push' | 'seen'>, now: Instant): void;
}

export function createFoldPatience(): FoldPatience {
  let lacksSince: Instant | null = null;
  let mineSince: Instant | null = null;
  return {
    mayLack: (now) => lacksSince === null || !isOver(lacksSince, now, PATIENCE_MS),
    mayLackMine: (now) => mineSince !== null && !isOver(mineSince, now, PATIENCE_MS),
    isMineQuiet: () => mineSince !== null,
    ended({ push, seen }, now) {
      if (seen === null) return;
      const { board, leavesFold } = seen.composed;
      const folded = push !== null && !leavesFold;
      lacksSince = board.changes.size === 0 || (folded && push.main === 'accepted') ? null : (lacksSince ?? now);
      if (push?.lane === 'accepted' && leavesFold) mineSince ??= now;
      else if (folded || (push === null && !board.lacksMine)) mineSince = null;
    },
  };
}
