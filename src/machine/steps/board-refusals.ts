// R1a, R2: refusals of refs beside the lane. A refused fold is usually stale, and then the next fetch shows another base. A fold that is refused again
// and again on the same base is refused by the host's policy. The host's wording decides nothing (R5).
import { isoTime } from '../../core/base/time.ts';
import type { BoardTarget, JournalState } from '../../core/model/ledger/journal.ts';
import type { PushReport, RefUpdate, Refusal } from '../../core/model/ledger/push.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import { isOver } from '../../core/presence/elapsed.ts';

/** R1a: how often a ref that the host refuses is tried again. */
const BOARD_RETRY_MS = 3_600_000;
/** Another machine may have been faster once more on the way to the host; three times on one base it was not. */
const TIMES_MAX = 3;

/** True when the host is not known to refuse it, or when it is time to ask again. */
export function mayBeTried({ boardRefused }: JournalState, target: BoardTarget, now: Instant): boolean {
  if (boardRefused === null || !boardRefused.targets.includes(target)) return true;
  return isOver(boardRefused.triedAt, now, BOARD_RETRY_MS);
}

/** The board lacks nothing of this machine any more (another machine has folded it): after the hour, the refusal is forgotten. */
export function withNothingMissing(state: JournalState, now: Instant): JournalState {
  const { boardRefused } = state;
  return boardRefused !== null && isOver(boardRefused.triedAt, now, BOARD_RETRY_MS) ? { ...state, boardRefused: null } : state;
}

export function withAcceptance(state: JournalState, update: RefUpdate): JournalState {
  const { what } = update;
  if (what === 'lane' || what === 'claim') return state;
  const { [what]: _over, ...refusedOn } = state.refusedOn;
  const targets = (state.boardRefused?.targets ?? []).filter((target) => target !== what);
  const boardRefused = state.boardRefused === null || targets.length === 0 ? null : { ...state.boardRefused, targets };
  const next = { ...state, refusedOn, boardRefused };
  const lane = state.pushed.at(-1);
  return what === 'main' ? { ...next, pushedMain: update.commit, ...(lane === undefined ? {} : { pushedMainLane: lane }) } : next;
}

/** One ref was refused and others were not. One that is stale says nothing of the host: a mirror that lags may show its old base for long. */
export function withRefusal(state: JournalState, update: RefUpdate, refusal: Refusal, at: Instant): JournalState {
  const { what, expected: base } = update;
  if (what === 'lane' || what === 'claim' || refusal.isStale) return state;
  if (state.boardRefused?.targets.includes(what)) return refusing(state, [], refusal, at);
  const known = state.refusedOn[what];
  const times = known?.base === base ? known.times + 1 : 1;
  const counted = { ...state, refusedOn: { ...state.refusedOn, [what]: { base, times } } };
  return times < TIMES_MAX ? counted : refusing(counted, [what], refusal, at);
}

/** The whole push was refused, and then the lane alone was accepted. */
export function withWholeRefusal(
  state: JournalState,
  updates: readonly RefUpdate[],
  report: PushReport,
  at: Instant,
): JournalState {
  const asked = updates.flatMap(({ what, ref }) => {
    const outcome = report.kind === 'answered' ? report.refs.get(ref) : undefined;
    const isBoard = what === 'main' || what === 'board';
    return isBoard && outcome?.kind === 'refused' && !outcome.isStale ? [{ what, outcome }] : [];
  });
  const [first] = asked;
  if (first === undefined) return state;
  const targets = asked.map(({ what }) => what);
  return refusing(state, targets, first.outcome, at);
}

function refusing(state: JournalState, more: readonly BoardTarget[], { detail, hint }: Refusal, at: Instant): JournalState {
  const { since, targets } = state.boardRefused ?? { since: isoTime(at.wallMs), targets: [] };
  return {
    ...state,
    boardRefused: {
      since,
      detail,
      ...(hint === undefined ? {} : { hint }),
      triedAt: at,
      targets: [...new Set([...targets, ...more])],
    },
  };
}
