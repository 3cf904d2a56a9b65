// O21.2: what agents cost while this clock was ahead stands on days that come yet, and would hold agents here until they are over. Pure (C1).
import { isoTime } from '../base/time.ts';
import { CLOCKS_DIFFER_MS } from '../decide/due-occurrences.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { Spent } from '../model/machines/spending.ts';
import { saidTimeMs } from '../presence/known-time.ts';
import { withDaysAheadOn } from '../runs/spending.ts';

/** What nobody else says is believed of days beyond this. */
const ALONE_MS = 31 * 86_400_000;

/** The same state object where no day lies ahead, or this clock may be behind. */
export function observeSpent(state: JournalState, snapshot: Snapshot, now: Instant): JournalState {
  const { spent } = state;
  const today = isoTime(now.wallMs).slice(0, 10);
  if (spent === undefined || !Object.keys(spent).some((day) => day > today)) return state;
  return isBehind(state, spent, snapshot, now) ? state : { ...state, spent: withDaysAheadOn(spent, today) };
}

/** A computer without a clock of its own begins in 1970. Where nobody else says what time it is, a day that is kept does. */
function isBehind(state: JournalState, spent: Spent, snapshot: Snapshot, now: Instant): boolean {
  const said = saidTimeMs(snapshot, state, now);
  if (said !== null) return said > now.wallMs + CLOCKS_DIFFER_MS;
  const days = Object.keys(spent);
  const dayAt = (ms: number) => isoTime(ms).slice(0, 10);
  const hadOneBefore = days.some((day) => day < dayAt(now.wallMs));
  // One that begins some hours behind, or with the day on which it was switched off, is behind too.
  const isFarAhead = days.every((day) => day <= dayAt(now.wallMs) || day > dayAt(now.wallMs + ALONE_MS));
  return !hadOneBefore || !isFarAhead;
}
