// When is an attempt tried: it waits for its rank (O3), and between attempts, by this machine's clock. Pure.
import { hash } from '../base/hash.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Instant } from '../model/machines/instant.ts';
import { claimName } from '../model/orders/claim.ts';
import type { RunName } from '../model/orders/run.ts';
import { isOver } from '../presence/elapsed.ts';

const PAUSE_MS = 5_000;
export const PAUSE_MS_MAX = 600_000;

/** After so many failures in a row: doubled each time, capped. */
export const grownPauseMs = (failures: number): number =>
  failures < 1 ? 0 : Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** Math.min(failures - 1, 20));

/** Before an attempt that follows a failed one: a quarter more or less, so that machines do not meet. */
export function pauseMs(run: RunName, machine: number): number {
  if (run.attempt <= 1) return 0;
  const spread = 0.75 + (hash(`${claimName(run)} ${machine}`) % 1000) / 2000;
  return Math.round(grownPauseMs(run.attempt - 1) * spread);
}

/** Null = its turn has come; else since when it waits, for the journal. */
export function waitingSince(state: JournalState, run: RunName, now: Instant, waitMs: number): Instant | null {
  if (waitMs <= 0) return null;
  const since = dueSince(state, run, now);
  return isOver(since, now, waitMs) ? null : since;
}

export function dueSince(state: JournalState, run: RunName, now: Instant): Instant {
  return state.dueSince[claimName(run)] ?? now;
}
