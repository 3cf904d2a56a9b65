// R3b: when an announced shortening came to main, as this machine knows it. Guarantees that no clock but its own makes that earlier: the time of the
// commit is by the clock of who made it, which may be days behind.
import { isoTime, parseTime } from '../base/time.ts';
import type { FleetSettings } from '../model/ledger/fleet.ts';
import type { JournalState } from '../model/ledger/journal.ts';

/** The same state where nothing is new. */
export function observeAnnounced(
  known: JournalState,
  { compactAt, keepHistoryMs: keepMs }: Pick<FleetSettings, 'compactAt' | 'keepHistoryMs'>,
  nowMs: number,
): JournalState {
  const { announced, ...state } = known;
  if (compactAt === null) return announced === undefined ? known : state;
  const isKnown = announced?.compactAt === compactAt && announced.keepMs === keepMs;
  // What was seen in a future was seen by a clock that was ahead.
  return isKnown && parseTime(announced.at) <= nowMs ? known : { ...state, announced: { compactAt, keepMs, at: isoTime(nowMs) } };
}

/** `said`: the time of its commit, null = none is known; it counts only where it holds back, and is not ahead of this clock. */
export function cameToMainMs(
  { announced }: Pick<JournalState, 'announced'>,
  { compactAt, keepMs }: { readonly compactAt: string; readonly keepMs: number | null },
  said: string | null,
  nowMs: number,
): number {
  const isKnown = announced?.compactAt === compactAt && announced.keepMs === keepMs;
  const seenMs = isKnown ? Math.min(nowMs, parseTime(announced.at)) : nowMs;
  const saidMs = said === null ? seenMs : parseTime(said);
  return saidMs <= nowMs ? Math.max(seenMs, saidMs) : seenMs;
}
