// O5: how long a run lives that another machine may take over. Pure.
import type { ClaimTerms } from './model/claim.ts';
import type { Instant, JournalState } from './model/journal.ts';
import type { RunLease } from './model/run-lease.ts';
import { atMostMs } from './presence.ts';

/** O5: two thirds of the lease, so that the run is over well before an observer calls its machine lost. */
export function livesForMs({ leaseMs }: Pick<ClaimTerms, 'leaseMs'>): number {
  return Math.floor((leaseMs * 2) / 3);
}

/** The lease of a run that was started by such a claim; null = none: it is never taken over, or no push was accepted yet. */
export function leaseOf({ accepted }: Pick<JournalState, 'accepted'>, terms: ClaimTerms | undefined): RunLease | null {
  if (terms === undefined || terms.attempts === 1 || accepted === null) return null;
  return { from: accepted.at, forMs: livesForMs(terms) };
}

/** What is left from the START of the last lane push known to be accepted, by whichever clock says less; 0 across boots. */
export function leaseLeftMs({ accepted }: Pick<JournalState, 'accepted'>, terms: ClaimTerms, now: Instant): number {
  if (accepted === null || accepted.at.boot !== now.boot) return 0;
  return Math.max(0, livesForMs(terms) - atMostMs(accepted.at, now));
}
