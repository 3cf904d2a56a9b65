// F1: the machine that first sees a person's push answers it on the board at that look. Pure. A hash ranks the machines: nobody is elected, and
// machines that look at the same moment do not all push.
import { hash } from '../base/hash.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import { isOver } from '../presence/elapsed.ts';
import { liveMachines } from '../presence/gone.ts';

/** The next machine answers after this time, one look (H3), if none before it did. */
const ANSWER_WAIT_MS = 15_000;

/** The state with the newest commit of main if a person made it and nobody has answered; the same state if nothing is new (C3). */
export function observeUnanswered(state: JournalState, snapshot: Snapshot, now: Instant): JournalState {
  const commit = unansweredCommit(snapshot);
  if (commit === (state.unanswered?.commit ?? null)) return state;
  return { ...state, unanswered: commit === null ? null : { commit, at: now } };
}

/** A push that was made with this commit in view carried a fold, even if the host refused that (R0, F1, R2); but that of a join, which has none (I1.1). */
function unansweredCommit({ main: { commit, byMachine }, lanes, machines }: Snapshot): string | null {
  if (commit === null || byMachine) return null;
  const hasJustJoined = (number: number) => {
    const view = machines.get(number);
    return view !== undefined && view.copy?.instance !== view.document.instance;
  };
  return [...lanes].some(([number, { parent }]) => parent === commit && !hasJustJoined(number)) ? null : commit;
}

/** Milliseconds until this machine answers, 0 or less = now; null = there is nothing to answer. `shownAt`: when the lanes were last looked at. */
export function answerInMs(state: JournalState, snapshot: Snapshot, now: Instant, shownAt: Instant): number | null {
  const { unanswered, machine } = state;
  if (unanswered === null || unanswered.commit !== snapshot.main.commit) return null;
  const place = (one: number) => hash(`${unanswered.commit} ${one}`);
  const before = liveMachines(snapshot, state, shownAt).filter((one) => place(one) < place(machine)).length;
  const waitMs = before * ANSWER_WAIT_MS;
  return isOver(unanswered.at, now, waitMs) ? 0 : waitMs - (now.monotonicMs - unanswered.at.monotonicMs);
}
