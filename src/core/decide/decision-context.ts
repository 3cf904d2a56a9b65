// The input of decide: one fetch, the journal and the local policy. What this machine knows of itself replaces its lane, which may be behind, or
// which somebody else wrote: by its name and tags it takes orders (T5.3).
// Pure; made once for each decision.
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { Machines } from '../model/machines/machines.ts';
import type { Self } from '../model/machines/self.ts';
import type { ClaimView } from '../model/orders/claim.ts';
import type { Because } from '../model/orders/reason.ts';
import type { WaitingOrder } from '../model/orders/run.ts';
import { type Blockers, blockersOf } from '../orders/blockers.ts';
import { saidServices } from '../orders/service-report.ts';
import { isMachineGone } from '../presence/gone.ts';
import { hasEnded } from '../runs/journal-retention.ts';
import { runsOf } from '../runs/run-index.ts';
import { serviceLoads } from '../runs/service-loads.ts';
import { type AttemptFact, byOrder } from '../runs/shared-attempts.ts';

export interface Circumstances {
  readonly now: Instant;
  /** The moment before the fetch of this snapshot began: what it does not show may have happened since (O4). Null = offline: nobody can be called lost. */
  readonly fetchedAt: Instant | null;
  /** Decide as if there were this many more slots, to find out which orders have no place. Absent = none. */
  readonly spareSlots?: number;
  /** Orders that this computer could not place in this cycle, and why: they wait, and take no slot. */
  readonly unplaced: ReadonlyMap<string, Because & Pick<WaitingOrder, 'state'>>;
}

export interface DecisionContext {
  readonly snapshot: Snapshot;
  readonly state: JournalState;
  readonly self: Self;
  readonly when: Circumstances;
  readonly machines: Machines;
  readonly holds: Blockers;
  claimsOf(order: string): readonly ClaimView[];
  /** The machine has left, is lost, or was never there: its claims and runs do not end by themselves (O4). */
  isGone(machine: number, leaseMs?: number): boolean;
  /** R3, I2: the lane still shows an earlier instance, which may act until this one has replaced it. */
  readonly isTakingOver: boolean;
}

export function contextOf(snapshot: Snapshot, state: JournalState, self: Self, when: Circumstances): DecisionContext {
  const index = byOrder(openClaims(snapshot));
  const machines = withMine(snapshot, state, self);
  return {
    snapshot,
    state,
    self,
    when,
    machines,
    holds: blockersOf(snapshot.orders, machines),
    claimsOf: (order) => index.get(order) ?? [],
    isGone: (machine, leaseMs = 0) => isMachineGone(machine, snapshot, state, when.fetchedAt, leaseMs),
    isTakingOver: (snapshot.machines.get(state.machine)?.document.instance ?? state.instance) !== state.instance,
  };
}

/**
 * R8: without those of machines that count no more, and that say how it ended: none of them will delete its claim. T5.2: where signatures are
 * demanded, what such a machine says lets nothing go.
 */
function openClaims({ claims, uncountedRuns, believed }: Snapshot): Snapshot['claims'] {
  if (uncountedRuns === undefined || believed !== undefined) return claims;
  const isOver = (claim: ClaimView) => {
    const results = uncountedRuns.get(claim.machine);
    return results !== undefined && hasEnded(claim, runsOf(results, claim.order).ended);
  };
  return new Map([...claims].filter(([, claim]) => !isOver(claim)));
}

export function isFactGone(context: DecisionContext): (fact: Pick<AttemptFact, 'machine' | 'terms'>) => boolean {
  return ({ machine, terms }) => context.isGone(machine, terms?.leaseMs);
}

/** The snapshot with what this machine knows of itself in place of its lane, which may be behind. */
export function withMine(snapshot: Snapshot, state: JournalState, self: Self): Machines {
  const mine = snapshot.machines.get(state.machine);
  if (mine === undefined) return snapshot.machines;
  const { active, ended, older, before } = state;
  const results = { ...mine.results, running: active, claimed: state.claims, ended, older, before };
  const { name, tags, tools, policy } = self;
  const own = { name, tags, tools, allows: policy.allow, slots: policy.slots, load: active.length };
  const document = { ...mine.document, ...own, programs: saidServices(self.services, serviceLoads(state)) };
  return new Map(snapshot.machines).set(state.machine, { ...mine, document, results });
}
