// H2: the gate between a daemon's cycles and its pushes. There is one for the life of a daemon. A one-shot sync has none, but its pushes are in the
// journal and count here. Holding a push back loses nothing: the next cycle composes it again from the journal.
import type { FoldTerms } from '../../core/cycle/quiet-news.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import { liveMachines } from '../../core/presence/gone.ts';
import {
  beatAfterMs,
  type PushPriority,
  pushesSeen,
  pushWaitMs,
  rememberedPushes,
  shareOf,
} from '../../core/presence/push-budget.ts';
import type { Clock } from '../../ports.ts';
import type { CycleOutcome } from '../outcome.ts';
import { createFoldPatience } from './fold-patience.ts';

/** A cycle that was woken for its turn comes to its push this much later at most, however short the turn is. */
const LATE_MS_MAX = 15_000;

export interface PushGate {
  /** Milliseconds until this push may be made; 0 = now. */
  waitMs(snapshot: Snapshot, state: JournalState, priority: PushPriority): number;
  /** From one beat to the next, as this machine's turns allow. */
  beatAfter(snapshot: Snapshot, state: JournalState): (heartbeatMs: number) => number;
  /** Told of each fetch that was answered, with the moment before it and what it showed. */
  looked(at: Instant, shown: Pick<Snapshot, 'lanes' | 'uncounted'>, machine: number): void;
  /** The last fetch. O4: between two fetches nobody is seen to stand still, however long that takes; null = there was none yet. */
  shownAt(): Instant | null;
  /** F1: how long main may lack what nobody waits for. */
  readonly folds: FoldTerms;
  /** Told at the end of each cycle. */
  ended(outcome: CycleOutcome): void;
}

export function createPushGate(clock: Clock, onEnded: (outcome: CycleOutcome) => void = () => {}): PushGate {
  let lookedAt: Instant | null = null;
  /** When the turn begins that a held push waits for, by the wall clock; null = nothing is held. */
  let turnAtMs: number | null = null;
  const shareIn = (snapshot: Snapshot, state: JournalState) =>
    shareOf(snapshot.fleet, liveMachines(snapshot, state, lookedAt ?? clock.now()), state.machine);
  /** The beats of the others' lanes as the last look showed them, and when they moved. */
  const beats = new Map<number, number>();
  let others: readonly number[] = [];
  const folds = createFoldPatience();
  return {
    folds,
    looked(at, { lanes, uncounted }, machine) {
      const outside = new Set(uncounted);
      const fromMs = lookedAt?.wallMs ?? at.wallMs;
      const moved: number[] = [];
      for (const [other, { beat }] of lanes) {
        if (other === machine || outside.has(other)) continue;
        moved.push(...pushesSeen(Math.max(0, beat - (beats.get(other) ?? beat)), fromMs, at.wallMs));
        beats.set(other, beat);
      }
      others = rememberedPushes([...others, ...moved], at.wallMs);
      lookedAt = at;
    },
    shownAt: () => lookedAt,
    waitMs(snapshot, state, priority) {
      const share = shareIn(snapshot, state);
      const now = clock.now();
      const lateMs = turnAtMs === null ? -1 : now.wallMs - turnAtMs;
      const hadTurn = lateMs >= 0 && lateMs <= LATE_MS_MAX;
      const waitMs = pushWaitMs({ own: state.pushTimes, others }, share, priority, now.wallMs, hadTurn);
      if (waitMs > 0) turnAtMs = now.wallMs + waitMs;
      return waitMs;
    },
    beatAfter(snapshot, state) {
      const share = shareIn(snapshot, state);
      return (heartbeatMs) => beatAfterMs(heartbeatMs, share);
    },
    ended(outcome) {
      if (outcome.push !== null) turnAtMs = null;
      folds.ended(outcome, clock.now());
      onEnded(outcome);
    },
  };
}
