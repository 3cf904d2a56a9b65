// One push: written, journaled, sent, and its outcome taken into the journal. Every lane commit is in the journal before it
// leaves (R3); an answer that did not come decides nothing, the next fetch tells (R5).
import type { Instant, JournalState } from '../core/model/journal.ts';
import type { PushReport, RefUpdate, Trouble } from '../core/model/push.ts';
import { atMostMs } from '../core/presence.ts';
import { isoTime } from '../core/time.ts';
import type { Composed } from './compose.ts';
import type { Machine } from './context.ts';

/** R3 needs those that may still stand on the remote; more are kept only to explain a duplicate. */
const PUSHED_MAX = 200;
/** H2: the median of so many gaps. */
const GAPS_MAX = 9;

export interface Said {
  readonly state: JournalState;
  readonly lane: 'accepted' | 'refused' | 'unknown';
  /** Null = no such change was in the push. */
  readonly main: 'accepted' | 'refused' | 'unknown' | null;
  readonly board: 'accepted' | 'refused' | 'unknown' | null;
  readonly trouble: Trouble | null;
  readonly pushes: number;
}

export async function say(machine: Machine, before: JournalState, composed: Composed, updated: string): Promise<Said> {
  if (composed.changes === null) throw new Error('say was called with nothing to say');
  const updates = await machine.ledger.write(composed.changes);
  machine.step('written');
  const lane = updates.find((update) => update.what === 'lane');
  if (lane === undefined) throw new Error('a push without a lane');
  const { beat, seq } = composed;
  const state = { ...before, seq, beat, updated, pushed: [...before.pushed, lane.commit].slice(-PUSHED_MAX) };
  await machine.journal.save(state);
  machine.step('push-journaled');
  await machine.assertLocked();
  const at = machine.clock.now();
  const report = await machine.ledger.push(updates);
  machine.step('pushed');
  const first = outcomes(report, updates, at, state, 1);
  if (!isRefusedWhole(report, updates)) return finish(machine, first);
  // R1a: one ref may have spoilt all. The lane alone tells whether it was the board.
  await machine.assertLocked();
  const again = await machine.ledger.push([lane]);
  const second = outcomes(again, [lane], at, state, 2);
  if (second.lane !== 'accepted') return finish(machine, { ...second, main: first.main, board: first.board });
  const detail = detailOf(report, updates);
  const boardRefused = { since: state.boardRefused?.since ?? isoTime(at.wallMs), detail, triedAt: at };
  return finish(machine, { ...second, main: first.main, board: first.board, state: { ...second.state, boardRefused } });
}

async function finish(machine: Machine, said: Said): Promise<Said> {
  await machine.journal.save(said.state);
  machine.step('outcome-journaled');
  return said;
}

function outcomes(report: PushReport, updates: readonly RefUpdate[], at: Instant, state: JournalState, pushes: number): Said {
  if (report.kind === 'unknown') {
    const of = (what: RefUpdate['what']) => (updates.some((update) => update.what === what) ? 'unknown' : null);
    return { state, lane: 'unknown', main: of('main'), board: of('board'), trouble: report.trouble, pushes };
  }
  const of = (what: RefUpdate['what']): Said['main'] => {
    const update = updates.find((candidate) => candidate.what === what);
    return update === undefined ? null : (report.refs.get(update.ref)?.kind ?? 'unknown');
  };
  const lane = of('lane') ?? 'unknown';
  const [main, board] = [of('main'), of('board')];
  const accepted = lane === 'accepted' ? acceptedState(state, updates, at) : state;
  const boardStands = main === 'accepted' || board === 'accepted';
  return { state: boardStands ? { ...accepted, boardRefused: null } : accepted, lane, main, board, trouble: null, pushes };
}

function acceptedState(state: JournalState, updates: readonly RefUpdate[], at: Instant): JournalState {
  const commit = updates.find((update) => update.what === 'lane')?.commit ?? '';
  const gaps =
    state.accepted === null ? state.pushGapsMs : [...state.pushGapsMs, atMostMs(state.accepted.at, at)].slice(-GAPS_MAX);
  return { ...state, accepted: { commit, at }, pushGapsMs: gaps };
}

function isRefusedWhole(report: PushReport, updates: readonly RefUpdate[]): boolean {
  return (
    report.kind === 'answered' && updates.length > 1 && updates.every((update) => report.refs.get(update.ref)?.kind === 'refused')
  );
}

function detailOf(report: PushReport, updates: readonly RefUpdate[]): string {
  if (report.kind !== 'answered') return report.trouble.message;
  const board = updates.find((update) => update.what !== 'lane');
  const outcome = board === undefined ? undefined : report.refs.get(board.ref);
  return outcome?.kind === 'refused' ? outcome.detail : 'refused';
}
