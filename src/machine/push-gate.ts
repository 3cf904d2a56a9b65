// H2: what stands between a daemon's cycles and its pushes. One for the life of a daemon; a one-shot sync has none. Holding a push
// back loses nothing: what it would have said comes from the journal, and the next cycle composes it anew.
import type { JournalState } from '../core/model/journal.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { liveMachines } from '../core/presence.ts';
import { type Bucket, type Pressure, pushWaitMs, type Share, shareOf, spent, startBucket } from '../core/push-budget.ts';
import type { Clock } from '../ports.ts';

export interface PushGate {
  /** This machine's part of the budget, by what it sees now. */
  share(snapshot: Snapshot, state: JournalState): Share;
  /** Milliseconds until this push may be made; 0 = now. */
  waitMs(snapshot: Snapshot, state: JournalState, pressure: Pressure): number;
  /** So many pushes were sent, whatever became of them. */
  spent(snapshot: Snapshot, state: JournalState, pushes: number): void;
}

export function createPushGate(clock: Clock): PushGate {
  let bucket: Bucket | null = null;
  const share = (snapshot: Snapshot, state: JournalState) =>
    shareOf(snapshot.fleet, liveMachines(snapshot, state, clock.now()), state.machine);
  const bucketOf = (of: Share, state: JournalState): Bucket => {
    bucket ??= startBucket(of, state.accepted?.at ?? null, clock.now());
    return bucket;
  };
  return {
    share,
    waitMs(snapshot, state, pressure) {
      const mine = share(snapshot, state);
      return pushWaitMs(bucketOf(mine, state), mine, pressure, clock.now());
    },
    spent(snapshot, state, pushes) {
      const mine = share(snapshot, state);
      bucket = spent(bucketOf(mine, state), mine, pushes, clock.now());
    },
  };
}
