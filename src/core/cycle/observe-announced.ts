// R3b: an announced shortening as this machine knows it. Guarantees that no clock but its own makes the time earlier at which it came to main: that of
// the commit is by the clock of who made it, which may be days behind. And that others hear once that it was seen.
import { isoTime, parseTime } from '../base/time.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';

/** From when on, and how much stays. */
export interface Announcement {
  readonly compactAt: string;
  readonly keepMs: number | null;
}

type Known = Pick<JournalState, 'announced'>;

/** The same state where nothing is new. */
export function observeAnnounced(known: JournalState, { fleet, main, lanes }: Snapshot, nowMs: number): JournalState {
  const { announced, ...state } = known;
  const { compactAt, keepHistoryMs: keepMs } = fleet;
  if (compactAt === null) return announced === undefined ? known : state;
  const before = knownOf(known, { compactAt, keepMs });
  if (before === null) {
    const lane = lanes.get(known.machine);
    const unsaid = lane === undefined || lane.parent === main.commit ? null : (known.accepted?.commit ?? lane.commit);
    return { ...state, announced: { compactAt, keepMs, at: isoTime(nowMs), unsaid } };
  }
  // What was seen in a future was seen by a clock that was ahead.
  return parseTime(before.at) <= nowMs ? known : { ...state, announced: { ...before, at: isoTime(nowMs) } };
}

/** `said`: the time of its commit, null = none is known; it counts only where it holds back, and is not ahead of this clock. */
export function cameToMainMs(known: Known, announcement: Announcement, said: string | null, nowMs: number): number {
  const seen = knownOf(known, announcement);
  const seenMs = seen === null ? nowMs : Math.min(nowMs, parseTime(seen.at));
  const saidMs = said === null ? seenMs : parseTime(said);
  return saidMs <= nowMs ? Math.max(seenMs, saidMs) : seenMs;
}

/** Whether others wait for a lane commit of this machine, whatever it says: it names the main that was in view (R0). */
export function mustTellSeen({ announced, accepted, machine }: JournalState, { lanes }: Pick<Snapshot, 'lanes'>): boolean {
  const unsaid = announced?.unsaid ?? null;
  if (unsaid === null || lanes.size < 2) return false;
  // C4a: fetches may still show the lane as it was before the last push.
  return lanes.get(machine)?.commit === unsaid && (accepted === null || accepted.commit === unsaid);
}

function knownOf({ announced }: Known, { compactAt, keepMs }: Announcement): NonNullable<Known['announced']> | null {
  return announced?.compactAt === compactAt && announced.keepMs === keepMs ? announced : null;
}
