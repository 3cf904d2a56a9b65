// O5: how long a run lives that another machine may take over. Pure.

import type { JournalState } from '../model/ledger/journal.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { ClaimTerms } from '../model/orders/claim.ts';
import type { RunLease } from '../model/orders/run-lease.ts';
import { atMostMs } from './elapsed.ts';

/** O5: what of a lease is used up when a push renews it, where no beat has come by then (a fleet that grew beats less often). */
export const LEASE_RENEWED_AT = 0.4;
/** O5: what of it is used up when that push goes whatever the budget says (machine/pace/push-priority.ts). */
export const LEASE_PRESSES_AT = 0.6;

/** O5: two thirds of the lease, so that the run is over well before an observer calls its machine lost. */
export function livesForMs({ leaseMs }: Pick<ClaimTerms, 'leaseMs'>): number {
  return Math.floor((leaseMs * 2) / 3);
}

/** The lease of a run that was started by such a claim; null = none: it is never taken over, or no push was accepted yet. */
export function leaseOf({ accepted }: Pick<JournalState, 'accepted'>, terms: ClaimTerms | undefined): RunLease | null {
  if (terms === undefined || terms.attempts === 1 || accepted === null) return null;
  return { from: accepted.at, forMs: livesForMs(terms) };
}

/**
 * Milliseconds until it is over, by whichever clock says less; none are left in another start of the computer, whose clocks cannot be
 * compared (and its runs died with it).
 */
export function leaseLeftMs({ from, forMs }: RunLease, now: Instant): number {
  return from.boot === now.boot ? Math.max(0, forMs - atMostMs(from, now)) : 0;
}

/** At the deadline itself it is over. */
export function isLeaseOver(lease: RunLease, now: Instant): boolean {
  return leaseLeftMs(lease, now) === 0;
}

/** O5: a push would keep a run of this machine alive, and so much of what the last one gave is used up (0 to 1). */
export function isLeaseUsedUp(state: JournalState, now: Instant, part: number): boolean {
  return state.active.some((run) => {
    const lease = leaseOf(state, run.claim);
    return lease !== null && leaseLeftMs(lease, now) <= lease.forMs * (1 - part);
  });
}
