// R1a, R2: what of a push beside the lane the host refuses. A refused fold is usually a stale one, and then the next fetch shows
// another base; refused again and again on the same base, it is the host's policy. No wording of the host's decides (R5).
import type { BoardTarget, Instant, JournalState } from '../core/model/journal.ts';
import type { PushReport, RefUpdate } from '../core/model/push.ts';
import { isoTime } from '../core/time.ts';

/** A mirror of a host may show an old base once more; three times it does not. */
const TIMES_MAX = 3;

export function withAcceptance(state: JournalState, { what }: RefUpdate): JournalState {
  if (what === 'lane') return state;
  const { [what]: _over, ...refusedOn } = state.refusedOn;
  const targets = (state.boardRefused?.targets ?? []).filter((target) => target !== what);
  const boardRefused = state.boardRefused === null || targets.length === 0 ? null : { ...state.boardRefused, targets };
  return { ...state, refusedOn, boardRefused };
}

/** One ref was refused and others were not. */
export function withRefusal(state: JournalState, update: RefUpdate, detail: string, at: Instant): JournalState {
  const { what, expected: base } = update;
  if (what === 'lane') return state;
  if (state.boardRefused?.targets.includes(what)) return refusing(state, [], detail, at);
  const known = state.refusedOn[what];
  const times = known?.base === base ? known.times + 1 : 1;
  const counted = { ...state, refusedOn: { ...state.refusedOn, [what]: { base, times } } };
  return times < TIMES_MAX ? counted : refusing(counted, [what], detail, at);
}

/** All was refused, and the lane alone was not. */
export function withWholeRefusal(
  state: JournalState,
  updates: readonly RefUpdate[],
  report: PushReport,
  at: Instant,
): JournalState {
  const boards = updates.filter((update) => update.what !== 'lane');
  const outcome = report.kind === 'answered' ? report.refs.get(boards[0]?.ref ?? '') : undefined;
  const detail = outcome?.kind === 'refused' ? outcome.detail : 'refused';
  const targets = boards.flatMap(({ what }) => (what === 'lane' ? [] : [what]));
  return refusing(state, targets, detail, at);
}

function refusing(state: JournalState, more: readonly BoardTarget[], detail: string, at: Instant): JournalState {
  const { since, targets } = state.boardRefused ?? { since: isoTime(at.wallMs), targets: [] };
  return { ...state, boardRefused: { since, detail, triedAt: at, targets: [...new Set([...targets, ...more])] } };
}
