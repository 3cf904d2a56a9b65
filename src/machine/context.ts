// The input of a cycle: the ports, the identity of this machine, and what a running process keeps between cycles.
import type { HubSight } from '../core/model/ledger/hub-sight.ts';
import type { JournalState } from '../core/model/ledger/journal.ts';
import type { Snapshot } from '../core/model/ledger/snapshot.ts';
import type { Instant } from '../core/model/machines/instant.ts';
import type { Self } from '../core/model/machines/self.ts';
import type { Woken } from '../core/model/machines/waking.ts';
import type { Order } from '../core/model/orders/order.ts';
import type { Because } from '../core/model/orders/reason.ts';
import type {
  ArtifactRef,
  Believer,
  Clock,
  Journal,
  LaneSealer,
  Ledger,
  ProgramBoxes,
  Random,
  Runner,
  RunSpec,
  Waker,
} from '../ports.ts';
import type { ParseCache } from './reading/parse-cache.ts';

export interface Machine {
  readonly ledger: Ledger;
  readonly runner: Runner;
  readonly journal: Journal;
  /** Absent = this machine wakes no others. */
  readonly waker?: Waker;
  /** Absent = nothing of this machine travels. */
  readonly artifactRef?: ArtifactRef;
  /** Absent = this machine demands no signatures. */
  readonly believer?: Believer;
  /** Absent = this machine has no key. */
  readonly sealer?: LaneSealer;
  readonly clock: Clock;
  readonly random: Random;
  readonly cache: ParseCache;
  readonly boxes: ProgramBoxes;
  /** Read for each cycle: the owner may have changed the policy. */
  self(): Promise<Self>;
  /** Which of these executables are on the PATH of runs. Starts none of them. */
  installed(names: readonly string[]): readonly string[];
  /** The spec of an order's run on this computer, or why it cannot run here now (O10). `service`: the local service that a call goes to. */
  place(
    order: Order,
    attempt: number,
    key: string,
    self: Self,
    service: string | null,
  ): Promise<RunSpec | { readonly blocked: Because }>;
  /** Takes secrets and terminal codes out of a run's output. */
  clean(text: string): string;
  /** Throws if the cycle's lock is no longer this process's (C7); called right before a push. */
  assertLocked(): Promise<void>;
  /** Named points of the cycle, for tests that kill it there. */
  step(name: string): void;
}

/** What a feature does in a cycle, after the actions that were decided; features/steps.ts lists them. */
export interface FeatureStep {
  /** Its mishap: what does not happen where coord trips over it (D4b). */
  readonly failing: string;
  /** The state that it returns is in the journal. */
  perform(machine: Machine, state: JournalState, sight: Sight): Promise<StepDone>;
}

/** What a cycle goes by. */
export interface Sight {
  /** As this machine believes it. */
  readonly snapshot: Snapshot;
  readonly self: Self;
  /** Null = nothing was fetched now. */
  readonly fetchedAt: Instant | null;
  readonly hub: HubSight;
}

interface StepDone {
  readonly state: JournalState;
  readonly woken: readonly Woken[];
}
