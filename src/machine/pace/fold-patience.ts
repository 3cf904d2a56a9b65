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

/** A document that main has in this version, and in no newer one since then. */
interface Behind {
  readonly shown: string | undefined;
  readonly since: Instant;
}

export function createFoldPatience(): FoldPatience {
  /** By path. What somebody folds in time begins anew, whatever else main lacks by then. */
  let behind: ReadonlyMap<string, Behind> = new Map();
  let mineSince: Instant | null = null;
  return {
    mayLack: (now) => [...behind.values()].every(({ since }) => !isOver(since, now, PATIENCE_MS)),
    mayLackMine: (now) => mineSince !== null && !isOver(mineSince, now, PATIENCE_MS),
    isMineQuiet: () => mineSince !== null,
    ended({ push, seen }, now) {
      if (seen === null) return;
      const { board, leavesFold, lacksOnlyQuiet } = seen.composed;
      // F4: where machines fold onto a branch of its own, that branch is what lacks or has it.
      const answer = seen.snapshot.fleet.board === null ? push?.main : push?.board;
      const hasFolded = !leavesFold && answer === 'accepted';
      behind = hasFolded ? new Map() : stillBehind(behind, seen, now);
      if (push?.lane === 'accepted' && !hasFolded && lacksOnlyQuiet) mineSince ??= now;
      else if (push === null ? !board.lacksMine : hasFolded || !lacksOnlyQuiet) mineSince = null;
    },
  };
}

function stillBehind(
  before: ReadonlyMap<string, Behind>,
  { snapshot, composed }: NonNullable<CycleOutcome['seen']>,
  now: Instant,
): ReadonlyMap<string, Behind> {
  return new Map(
    [...composed.board.changes.keys()].map((path) => {
      const shown = snapshot.board.files.get(path);
      const known = before.get(path);
      return [path, known !== undefined && known.shown === shown ? known : { shown, since: now }];
    }),
  );
}
