// The outcome of one cycle: what it did and saw.
import type { JournalState } from '../core/model/ledger/journal.ts';
import type { Trouble } from '../core/model/ledger/push.ts';
import type { Snapshot } from '../core/model/ledger/snapshot.ts';
import type { Instant } from '../core/model/machines/instant.ts';
import type { Self } from '../core/model/machines/self.ts';
import type { Woken } from '../core/model/machines/waking.ts';
import type { EndedRun } from '../core/model/orders/run.ts';
import type { Composed } from './steps/build-push.ts';
import type { PendingEdits } from './steps/pending-edits.ts';
import type { Performed } from './steps/perform.ts';
import type { PushOutcome } from './steps/push-changes.ts';

export interface CycleView {
  readonly snapshot: Snapshot;
  /** When it was read: nothing was decided before. */
  readonly now: Instant;
  readonly composed: Composed;
  readonly edits: PendingEdits;
}

export interface CycleOutcome {
  readonly state: JournalState;
  readonly self: Self;
  readonly started: readonly string[];
  readonly stopped: readonly string[];
  /** Runs whose end this cycle collected. */
  readonly finished: readonly EndedRun[];
  readonly waiting: Performed['waiting'];
  /** Null = this machine has never reached the remote. */
  readonly seen: CycleView | null;
  /** Messages that this cycle took in. */
  readonly received: number;
  /** W4: machines that it sent a packet to. */
  readonly woken: readonly Woken[];
  readonly push: PushOutcome | null;
  /** False = this rests on what an earlier fetch showed (C4a), or on nothing at all. */
  readonly fetched: boolean;
  /** Why the remote was not reached, or gave no clear answer; null = it did. */
  readonly trouble: Trouble | null;
  /** D4b: parts of the cycle that failed by a mistake in coord, each with the reason; the others went on. */
  readonly mishaps: readonly string[];
  /** H2: how long the gate holds back what there is to push; null = it holds nothing back. */
  readonly heldForMs: number | null;
}
