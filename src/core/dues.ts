// What is due on this machine without any news from the remote, in milliseconds from now: what a daemon wakes for between its looks
// (H3). A due that needs no fetch is pushed without one (C4a). Pure.
import type { Instant, JournalState } from './model/journal.ts';
import type { Snapshot } from './model/snapshot.ts';

/**
 * The next beat (H1) and the push that renews a lease (O5), the end of pauses between attempts and of a rank's wait (O3), the next
 * occurrence of each schedule (O12), the end of this machine's pause (P1). Some may be 0 or less: overdue.
 */
export declare function duesMs(snapshot: Snapshot, state: JournalState, now: Instant): readonly number[];
