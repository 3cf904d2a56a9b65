// H2: what stands between a daemon's cycles and its pushes. One for the life of a daemon; a one-shot sync has none. Holding a push
// back loses nothing: what it would have said comes from the journal, and the next cycle composes it anew.
import type { Instant, JournalState } from '../core/model/journal.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { liveMachines } from '../core/presence.ts';
import {
  type Bucket,
  beatAfterMs,
  type Pressure,
  pushWaitMs,
  type Share,
  shareOf,
  spent,
  startBucket,
} from '../core/push-budget.ts';
import type { Clock } from '../ports.ts';
import type { CycleOutcome } from './cycle.ts';

/** A cycle that was woken for its turn comes to its push so much later at most, be the turn as short as it may. */
const LATE_MS_MAX = 15_000;

export interface PushGate {
  /** Milliseconds until this push may be made; 0 = now. */
  waitMs(snapshot: Snapshot, state: JournalState, pressure: Pressure): number;
  /** From one beat to the next, as this machine's turns allow. */
  beatAfter(snapshot: Snapshot, state: JournalState): (heartbeatMs: number) => number;
  /** Told of each fetch that was answered, with the moment before it. */
  looked(at: Instant): void;
  /** O4: between two fetches nobody is seen to stand still, however long that takes; null = there was none yet. */
  shownAt(): Instant | null;
  /** Told at the end of each cycle: counts what it pushed. */
  ended(outcome: CycleOutcome): void;
}

export function createPushGate(clock: Clock, onEnded: (outcome: CycleOutcome) => void = () => {}): PushGate {
  let bucket: Bucket | null = null;
  let lookedAt: Instant | null = null;
  /** When the turn begins that a held push was told to wait for, by the wall clock; null = nothing is held. */
  let turnAtMs: number | null = null;
  const shareIn = (snapshot: Snapshot, state: JournalState) =>
    shareOf(snapshot.fleet, liveMachines(snapshot, state, lookedAt ?? clock.now()), state.machine);
  const bucketOf = (share: Share, state: JournalState): Bucket => {
    bucket ??= startBucket(share, state.accepted?.at ?? null, clock.now());
    return bucket;
  };
  return {
    looked: (at) => {
      lookedAt = at;
    },
    shownAt: () => lookedAt,
    waitMs(snapshot, state, pressure) {
      const share = shareIn(snapshot, state);
      const now = clock.now();
      const lateMs = turnAtMs === null ? -1 : now.wallMs - turnAtMs;
      const hadTurn = lateMs >= 0 && lateMs <= LATE_MS_MAX;
      const waitMs = pushWaitMs(bucketOf(share, state), share, pressure, now, hadTurn);
      if (waitMs > 0) turnAtMs = now.wallMs + waitMs;
      return waitMs;
    },
    beatAfter(snapshot, state) {
      const share = shareIn(snapshot, state);
      return (heartbeatMs) => beatAfterMs(heartbeatMs, share);
    },
    ended(outcome) {
      if (outcome.said !== null && outcome.seen !== null) {
        const share = shareIn(outcome.seen.snapshot, outcome.state);
        turnAtMs = null;
        bucket = spent(bucketOf(share, outcome.state), share, outcome.said.pushes, clock.now());
      }
      onEnded(outcome);
    },
  };
}
