// R3: is another folder writing as this machine, or is this folder a copy? While it is so, the machine starts and pushes nothing. Pure.
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';

/** Null = nobody else writes as this machine, as far as this fetch shows. `computer`: UUID of the computer that this runs on. */
export function duplicateOf(state: JournalState, snapshot: Snapshot, computer: string | null): string | null {
  return computer === state.computer ? foreignLane(state, snapshot) : laneOrLast(state, snapshot);
}

/**
 * R3: the commit on this machine's lane, if this machine never tried to push it. A missing lane says nothing: after somebody else's commit, the
 * other folder may be there still, and knows what this one never saw.
 */
function foreignLane(state: JournalState, snapshot: Snapshot): string | null {
  const commit = snapshot.lanes.get(state.machine)?.commit ?? (state.duplicate || undefined);
  // T5: whoever wrote it has not this machine's key, so it is no other folder of it: the next push takes its place.
  if (snapshot.believed?.isOwnLaneForged === true) return null;
  if (commit === undefined || state.pushed.includes(commit)) return null;
  return commit;
}

/** In a folder that was copied to another computer, every commit on the lane is the other folder's, even if this journal lists it. */
function laneOrLast(state: JournalState, snapshot: Snapshot): string {
  return snapshot.lanes.get(state.machine)?.commit ?? state.accepted?.commit ?? '';
}
