// One push: written, journaled, sent, and its outcome taken into the journal. Every lane commit is in the journal before it is sent (R3). A lane push
// that was refused is seen here, and machine/sync-cycles.ts fetches and tries again; an answer that did not come decides nothing, because the next
// fetch tells (R5).
import { sealMark } from '../../core/cycle/detect-duplicate.ts';
import { withRefusedEdits, withSent } from '../../core/cycle/sent-edits.ts';
import type { JournalState, SentEdits } from '../../core/model/ledger/journal.ts';
import type {
  Changes,
  ClaimChange,
  DocumentsUpdate,
  LaneChange,
  PushReport,
  RefUpdate,
  Trouble,
} from '../../core/model/ledger/push.ts';
import { refusalWords } from '../../core/model/ledger/push.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import { measuredGapMs, withAccepted } from '../../core/presence/heartbeat.ts';
import { withPushAt } from '../../core/presence/push-budget.ts';
import type { Machine } from '../context.ts';
import { withAcceptance, withRefusal, withWholeRefusal } from './board-refusals.ts';
import type { Composed } from './build-push.ts';

/** How many pushed lane commits the journal keeps. R3 needs those that may still stand on the remote; more only help to explain a duplicate. */
const PUSHED_MAX = 200;

type Outcome = 'accepted' | 'refused' | 'unknown';

export interface PushOutcome {
  readonly state: JournalState;
  readonly lane: Outcome;
  /** Null = no such change was in the push. */
  readonly main: Outcome | null;
  readonly board: Outcome | null;
  /** Why the host refused the lane; null = it did not. */
  readonly laneRefusal: string | null;
  readonly trouble: Trouble | null;
  readonly pushes: number;
}

export interface PushTerms {
  /** False (C4a): a refused fold was built on a main that may have moved, and says nothing about the host's policy. */
  readonly isBaseFresh: boolean;
  /** H2: when this sync began, and the heartbeat that this machine aims at; null = the push measures no period. */
  readonly period: { readonly syncedAt: Instant; readonly targetMs: number } | null;
  /** R5: ids of people's edits that main gets with it. */
  readonly edits: readonly string[];
}

export async function pushChanges(
  machine: Machine,
  before: JournalState,
  composed: Composed,
  { isBaseFresh, period, edits }: PushTerms = { isBaseFresh: true, period: null, edits: [] },
): Promise<PushOutcome> {
  if (composed.changes?.lane == null) throw new Error('bug: pushChanges was called without changes');
  const { changes, seal } = sealed(machine, composed.changes);
  const updates = await machine.ledger.write(changes);
  machine.step('written');
  const lane = updates.find((update): update is DocumentsUpdate => update.what === 'lane');
  if (lane === undefined) throw new Error('bug: a push without a lane');
  const { beat, seq, updated } = composed;
  const at = machine.clock.now();
  const tried = {
    commit: lane.commit,
    at,
    gapMs: period === null ? null : measuredGapMs(before, at, period),
    ...(seal === null ? {} : { beat }),
  };
  const pushed = remembered(before.pushed, composed.changes.lane, lane.commit);
  const pushTimes = withPushAt(before.pushTimes, tried.at.wallMs);
  const seals = seal === null ? {} : { seals: [...(before.seals ?? []).slice(1 - PUSHED_MAX), sealMark(seal)] };
  const state = withSent({ ...before, seq, beat, updated, pushed, ...seals, pushTimes, tried }, sentIn(updates, edits));
  await machine.journal.save(state);
  machine.step('push-journaled');
  await machine.assertLocked();
  const report = await machine.ledger.push(updates);
  machine.step('pushed');
  const claims = updates.filter((update) => update.what === 'claim');
  if (claims.some((claim) => claim.commit !== null)) machine.step('claim-pushed');
  if (claims.some((claim) => claim.commit === null)) machine.step('claim-deleted');
  const first = outcomeOf(report, updates, state, isBaseFresh);
  if (!isRefusedWhole(report, updates)) return finish(machine, first);
  // R1a: one ref may have spoilt the whole push. Pushing lane and claims alone tells whether it was the board.
  await machine.assertLocked();
  const alone = [lane, ...claims];
  const again = await machine.ledger.push(alone);
  machine.step('pushed-alone');
  // What was refused with all the rest has not landed.
  const twice = { ...withRefusedEdits(state), pushTimes: withPushAt(pushTimes, tried.at.wallMs) };
  const second = outcomeOf(again, alone, twice, isBaseFresh);
  const both = { ...second, main: first.main, board: first.board, pushes: 2 };
  if (second.lane !== 'accepted' || !isBaseFresh) return finish(machine, both);
  return finish(machine, { ...both, state: withWholeRefusal(second.state, updates, report, tried.at) });
}

function sentIn(updates: readonly RefUpdate[], intentions: readonly string[]): SentEdits | null {
  const main = updates.find((update): update is DocumentsUpdate => update.what === 'main');
  if (main === undefined || main.expected === null || intentions.length === 0) return null;
  return { commit: main.commit, base: main.expected, intentions };
}

/** T5, T8: with the signatures of this machine, where it has a key. Without one, too, it has to know its own documents. */
function sealed(
  { believer, sealer, ledger }: Machine,
  changes: Changes,
): { readonly changes: Changes; readonly seal: string | null } {
  const { lane, claims = [] } = changes;
  if (lane !== null) believer?.mustKnowOwnWord();
  if (sealer === undefined || lane === null) return { changes, seal: null };
  const ids = [...lane.files].map(([path, it]) => [path, 'id' in it ? it.id : ledger.idOf(it.text)] as const);
  const { trailer, seal } = sealer.seal(lane, new Map(ids));
  const claim = (it: ClaimChange) =>
    it.kind === 'create' ? { ...it, message: sealer.sealClaim(it.name, it.message, lane) } : it;
  const message = `${lane.message}${trailer}`;
  return { changes: { ...changes, lane: { ...lane, message }, claims: claims.map(claim) }, seal };
}

/** The newest pushed commits, and the one on the remote: it stays known however many tries fail (R3). */
function remembered(pushed: readonly string[], { expected }: LaneChange, commit: string): readonly string[] {
  const last = pushed.slice(1 - PUSHED_MAX);
  const standing = expected !== null && pushed.includes(expected) && !last.includes(expected) ? [expected] : [];
  return [...standing, ...last, commit];
}

async function finish(machine: Machine, push: PushOutcome): Promise<PushOutcome> {
  await machine.journal.save(push.state);
  machine.step('outcome-journaled');
  return push;
}

/** `sent`: the state with which the push was sent. */
function outcomeOf(report: PushReport, updates: readonly RefUpdate[], sent: JournalState, isBaseFresh: boolean): PushOutcome {
  const of = (what: RefUpdate['what']): Outcome | null => {
    const update = updates.find((candidate) => candidate.what === what);
    if (update === undefined) return null;
    return report.kind === 'unknown' ? 'unknown' : (report.refs.get(update.ref)?.kind ?? 'unknown');
  };
  const lane = of('lane') ?? 'unknown';
  const laneAnswer =
    report.kind === 'unknown' ? undefined : report.refs.get(updates.find(({ what }) => what === 'lane')?.ref ?? '');
  const laneRefusal = laneAnswer?.kind === 'refused' ? refusalWords(laneAnswer) : null;
  const push = { lane, main: of('main'), board: of('board'), laneRefusal, pushes: 1 };
  if (report.kind === 'unknown' || sent.tried === null) {
    return { ...push, state: sent, trouble: report.kind === 'unknown' ? report.trouble : null };
  }
  let state = lane === 'accepted' ? withAccepted(sent, sent.tried) : lane === 'refused' ? { ...sent, tried: null } : sent;
  if (isRefusedWhole(report, updates)) return { ...push, state, trouble: null };
  for (const update of updates) {
    const outcome = report.refs.get(update.ref);
    if (outcome?.kind === 'accepted') state = withAcceptance(state, update);
    else if (outcome?.kind === 'refused' && isBaseFresh) state = withRefusal(state, update, outcome, sent.tried.at);
    if (update.what === 'claim' && outcome?.kind === 'refused' && isBaseFresh)
      state =
        update.commit === null
          ? withDeletionRefused(state, update.name)
          : withClaimRefused(state, update.name, refusalWords(outcome), sent.tried.at);
    if (update.what === 'main' && outcome?.kind === 'refused') state = withRefusedEdits(state);
  }
  return { ...push, state, trouble: null };
}

function withClaimRefused(state: JournalState, name: string, detail: string, at: Instant): JournalState {
  const { claimsRefused = {} } = state;
  const times = (claimsRefused[name]?.times ?? 0) + 1;
  return { ...state, claimsRefused: { ...claimsRefused, [name]: { times, at, detail } } };
}

function withDeletionRefused(state: JournalState, name: string): JournalState {
  const times = (state.deletionsRefused[name] ?? 0) + 1;
  return { ...state, deletionsRefused: { ...state.deletionsRefused, [name]: times } };
}

function isRefusedWhole(report: PushReport, updates: readonly RefUpdate[]): boolean {
  return (
    report.kind === 'answered' && updates.length > 1 && updates.every((update) => report.refs.get(update.ref)?.kind === 'refused')
  );
}
