// An order that any of several machines may take: claimed, confirmed by a fetch, and only then started (O2, O3, O4). Pure.
import { isClaimRefused } from '../cycle/own-claims.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import { claimName, type OwnClaim } from '../model/orders/claim.ts';
import type { Order } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import { isEligible } from '../orders/assignment.ts';
import { isResolved } from '../orders/manual-resolution.ts';
import { because } from '../orders/reason-words.ts';
import { type Choice, serviceIn } from '../orders/service-choice.ts';
import { isOver } from '../presence/elapsed.ts';
import { isLeaseOver, leaseOf } from '../presence/run-lease.ts';
import { attemptsOf, hasCompleted, hasStarted, mayStart, nextClaimable } from '../runs/shared-attempts.ts';
import { held } from './decide-assigned.ts';
import { type DecisionContext, isFactGone } from './decision-context.ts';
import { rankWaitMs } from './ranking.ts';
import { refusalOf } from './refusal.ts';
import { whyNoStart } from './refused-starts.ts';
import { dueSince, pauseMs, waitingSince } from './retry-delay.ts';
import { stuckClaim } from './stuck-claim.ts';
import type { Verdict } from './verdict.ts';

const NOTHING: Verdict = { kind: 'nothing' };

/** `choice`: where a call goes; null = it is no call. */
export function decideShared(order: Order, context: DecisionContext, freeSlots: number, choice: Choice | null): Verdict {
  const { state, when } = context;
  // Nobody claims, confirms or gives up on what it cannot see.
  if (when.fetchedAt === null || context.isTakingOver) return NOTHING;
  const own = state.claims.find((claim) => claim.order === order.id);
  return own === undefined ? maybeClaim(order, context, freeSlots, choice) : confirmed(order, own, context, choice);
}

function maybeClaim(order: Order, context: DecisionContext, freeSlots: number, choice: Choice | null): Verdict {
  const { snapshot, state, machines, when } = context;
  if (order.cancelled || order.unknown !== undefined || isResolved(order) || !snapshot.ordersReadable) return NOTHING;
  if (state.active.some((run) => run.order === order.id)) return NOTHING;
  const isGone = isFactGone(context);
  const attempts = attemptsOf(order, machines, context.claimsOf(order.id));
  const attempt = nextClaimable(order, attempts, isGone);
  // Most orders of a long list.
  if (attempt === null && hasCompleted(attempts)) return NOTHING;
  if (attempts.earlier.some((run) => !isGone(run))) return NOTHING;
  const hold = attempt === null || hasStarted(attempts.facts.map(({ ended }) => ended)) ? null : context.holds.of(order);
  if (hold !== null) return order.unsignedApproval === true ? held(order, hold) : NOTHING;
  if (!isEligible(state.machine, order, machines)) return NOTHING;
  if (attempt === null) {
    const why = stuckClaim(order, attempts, context, isGone);
    return why === null ? NOTHING : { kind: 'waits', state: 'BLOCKED', ...why };
  }
  const refusal = refusalOf(order, context);
  if (refusal !== null) return { kind: 'waits', state: 'BLOCKED', ...refusal };
  if (choice?.kind === 'none') return { kind: 'waits', state: 'BLOCKED', ...choice.why };
  const unplaced = when.unplaced.get(order.id);
  if (unplaced !== undefined) return { kind: 'waits', ...unplaced };
  const run = { order: order.id, generation: order.generation, attempt };
  const refused = whyNoStart(state, run, when.now) ?? whyNoClaim(claimName(run), snapshot, state, when.now);
  if (refused !== null) return { kind: 'waits', state: 'BLOCKED', ...refused };
  const later = (since: Instant): Verdict => ({ kind: 'later', name: claimName(run), since, why: null });
  // A busy service or a full slot meanwhile does not set back its turn: they may never be free for that long.
  const isBusy = choice?.kind === 'busy';
  if (!isBusy && !isReady(choice)) return NOTHING;
  if (!isBusy && freeSlots <= 0) return later(dueSince(state, run, when.now));
  // Its rank is asked for last: that goes over all machines.
  const afterFailure = attempts.facts.at(-1)?.ended === null ? 0 : pauseMs(run, state.machine);
  const waitMs = afterFailure + rankWaitMs(state.machine, order, machines, (machine) => context.isGone(machine));
  if (isBusy) return waitMs > 0 ? later(dueSince(state, run, when.now)) : NOTHING;
  const since = waitingSince(state, run, when.now, waitMs);
  return since === null ? { kind: 'claim', order, attempt, ...serviceIn(choice) } : later(since);
}

/** O2: a claim that a fetch shows is checked once more before its run starts, because it may have been created on an old view. */
function confirmed(order: Order, own: OwnClaim, context: DecisionContext, choice: Choice | null): Verdict {
  const { snapshot, state, machines, when } = context;
  const name = claimName(own);
  const attempts = attemptsOf(order, machines, context.claimsOf(order.id));
  const isGone = isFactGone(context);
  const before = attempts.facts.flatMap(({ attempt, ended }) => (attempt < own.attempt ? [ended] : []));
  const isRight =
    !order.cancelled &&
    order.unknown === undefined &&
    order.generation === own.generation &&
    !isResolved(order) &&
    (hasStarted(before) || context.holds.of(order) === null) &&
    refusalOf(order, context) === null &&
    isReady(choice) &&
    !when.unplaced.has(order.id) &&
    isEligible(state.machine, order, machines) &&
    mayStart({ ...own, machine: state.machine }, attempts, isGone) &&
    attempts.earlier.every(isGone);
  if (!isRight) return { kind: 'unclaim', name };
  const isShown = snapshot.claims.get(name)?.nonce === own.nonce;
  // O5: a run that may be tried elsewhere must not start without a lease to live by; the next accepted push gives one.
  const lease = leaseOf(state, own);
  // And this fetch shows that push: a mirror that lags hides it, and may hide a later attempt that another machine has begun.
  const isLeaseShown = snapshot.lanes.get(state.machine)?.commit === state.accepted?.commit;
  const hasLease = own.attempts === 1 || (lease !== null && isLeaseShown && !isLeaseOver(lease, when.now));
  if (!isShown || !hasLease || !snapshot.ordersReadable) return NOTHING;
  return { kind: 'start', order, attempt: own.attempt, claim: own, ...serviceIn(choice) };
}

/** O14: a call that no service here can take now is left to the others. */
function isReady(choice: Choice | null): boolean {
  return choice === null || choice.kind === 'service';
}

/** A claim that the host refuses is tried again this often. */
const RETRY_MS = 3_600_000;

/** O2b: why an attempt cannot be claimed although it is free and due; null = it may be tried. `name`: of the claim, `train/1.2`. */
function whyNoClaim(name: string, { odd = [] }: Pick<Snapshot, 'odd'>, state: JournalState, now: Instant): Because | null {
  const path = `claims/${name}`;
  // Git holds no ref below another one.
  const inTheWay = odd.find((it) => it.path.startsWith(`${path}/`) || path.startsWith(`${it.path}/`));
  if (inTheWay !== undefined) return because.claimInTheWay(inTheWay.ref);
  const refused = state.claimsRefused?.[name];
  if (refused === undefined || !isClaimRefused(state, name) || isOver(refused.at, now, RETRY_MS)) return null;
  return because.claimRefused(refused.detail);
}
