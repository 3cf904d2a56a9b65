// O5: how long a run lives that another machine may take over, and how long its machine may be silent. Pure.
import type { JournalState } from '../model/ledger/journal.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { ClaimTerms } from '../model/orders/claim.ts';
import type { RunLease } from '../model/orders/run-lease.ts';
import { atMostMs } from './elapsed.ts';

/** O5: part of a lease after which a push renews it, if no beat came by then (a fleet that grew beats less often). */
export const LEASE_RENEWED_AT = 0.4;
/** O5: part of a lease after which that push goes whatever the budget says (machine/pace/push-priority.ts). */
export const LEASE_PRESSES_AT = 0.6;
/** C5: in less time no packing is begun. A short lease never leaves so much: half of what it leaves is enough then. */
const SPARE_MS_MIN = 10_000;

/** O5: two thirds of the lease, so that the run is over well before an observer calls its machine lost. */
export function livesForMs({ leaseMs }: Pick<ClaimTerms, 'leaseMs'>): number {
  return Math.floor((leaseMs * 2) / 3);
}

/** The lease of a run with these claim terms. Null = none: it is never taken over, or no push was accepted yet. */
export function leaseOf({ accepted }: Pick<JournalState, 'accepted'>, terms: ClaimTerms | undefined): RunLease | null {
  if (terms === undefined || terms.attempts === 1 || accepted === null) return null;
  return { from: accepted.at, forMs: livesForMs(terms) };
}

/**
 * Milliseconds until the lease is over, by the clock that shows less. After a restart of the computer 0: clocks cannot be compared then, and the
 * runs have died with it.
 */
export function leaseLeftMs({ from, forMs }: RunLease, now: Instant): number {
  return from.boot === now.boot ? Math.max(0, forMs - atMostMs(from, now)) : 0;
}

/** At the deadline itself it is over. */
export function isLeaseOver(lease: RunLease, now: Instant): boolean {
  return leaseLeftMs(lease, now) === 0;
}

/** O5: true if a run here lives by a lease of which at least this part (0 to 1) is used up. A push would renew it. */
export function isLeaseUsedUp(state: JournalState, now: Instant, part: number): boolean {
  return state.active.some((run) => {
    const lease = leaseOf(state, run.claim);
    return lease !== null && leaseLeftMs(lease, now) <= lease.forMs * (1 - part);
  });
}

/**
 * C5: how long this machine may do nothing else before a push presses, for what it has claimed: runs with a lease would end, and others called lost (O4).
 * 0 = too little to begin with anything. Null = it has claimed nothing, or no push was accepted for so long as that lives: there is nothing left to wait for.
 */
export function spareMs(
  { accepted, active, claims }: Pick<JournalState, 'accepted' | 'active' | 'claims'>,
  now: Instant,
): number | null {
  if (accepted === null) return null;
  const leftMs = (forMs: number) => leaseLeftMs({ from: accepted.at, forMs }, now);
  const lives = [...active.flatMap(({ claim }) => claim ?? []), ...claims].map(livesForMs).filter((forMs) => leftMs(forMs) > 0);
  if (lives.length === 0) return null;
  const pressesMs = Math.min(...lives) * LEASE_PRESSES_AT;
  return leftMs(pressesMs) < Math.min(SPARE_MS_MIN, pressesMs / 2) ? 0 : leftMs(pressesMs);
}
