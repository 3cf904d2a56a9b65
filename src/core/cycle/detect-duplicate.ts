// R3: is another folder writing as this machine, or is this folder a copy? While it is so, the machine starts and pushes nothing. Pure.
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';

/** As much of a seal as the journal keeps. */
export function sealMark(seal: string): string {
  return seal.slice(0, 24);
}

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
  if (isNoOtherFolder(state, snapshot)) return null;
  if (commit === undefined || state.pushed.includes(commit)) return null;
  return commit;
}

/** In a folder that was copied to another computer, every commit on the lane is the other folder's, even if this journal lists it. */
function laneOrLast(state: JournalState, snapshot: Snapshot): string {
  return snapshot.lanes.get(state.machine)?.commit ?? state.accepted?.commit ?? '';
}

/**
 * T5: whoever put it there has not this machine's key, or it is a word of this folder that somebody put back, or into another commit. Its next
 * push takes the place. Another folder with the key goes on from what this one had accepted.
 */
function isNoOtherFolder({ machine, seals = [], accepted }: JournalState, { believed, lanes }: Snapshot): boolean {
  const seal = believed?.ownSeal;
  if (seal === undefined || seal === null) return seal === null;
  return seals.includes(sealMark(seal)) || (lanes.get(machine)?.beat ?? 0) < (accepted?.beat ?? 0);
}
