// An order for one machine, or for all: no claim is needed (O1). Pure.
import { rulesOf } from '../../features/rules.ts';
import type { Instant } from '../model/machines/instant.ts';
import { type Machines, machineLabel } from '../model/machines/machines.ts';
import { claimName } from '../model/orders/claim.ts';
import type { Order } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import type { OlderRun } from '../model/orders/run.ts';
import { isEligible } from '../orders/assignment.ts';
import type { Blocker } from '../orders/blockers.ts';
import { isResolved } from '../orders/manual-resolution.ts';
import { because } from '../orders/reason-words.ts';
import { type Choice, serviceIn } from '../orders/service-choice.ts';
import { runsOf, tellersOf } from '../runs/run-index.ts';
import { attemptsOf, hasStarted, mayFollow } from '../runs/shared-attempts.ts';
import { type DecisionContext, isFactGone } from './decision-context.ts';
import { refusalOf } from './refusal.ts';
import { whyNoStart } from './refused-starts.ts';
import { dueSince, pauseMs, waitingSince } from './retry-delay.ts';
import { claimLeftBehind } from './stuck-claim.ts';
import type { Verdict } from './verdict.ts';

const NOTHING: Verdict = { kind: 'nothing' };

/** `choice`: where a call goes; null = it is no call. */
export function decideAssigned(order: Order, context: DecisionContext, freeSlots: number, choice: Choice | null): Verdict {
  const { snapshot, state, when } = context;
  const attempt = nextAttempt(order, context);
  if (attempt === null) {
    const why = claimLeftBehind(order, context);
    return why === null ? NOTHING : { kind: 'waits', state: 'BLOCKED', ...why };
  }
  const hold = hasStarted(pastHere(order, context)) ? null : context.holds.of(order);
  if (hold !== null) return held(order, hold);
  const waits = (state: 'ASSIGNED' | 'BLOCKED', why: Because): Verdict => ({ kind: 'waits', state, ...why });
  const refusal = refusalOf(order, context);
  if (refusal !== null) return waits('BLOCKED', refusal);
  const able = rulesOf(order.work).among?.(order, [state.machine], context.machines) ?? [];
  if ('code' in able) return waits('BLOCKED', able);
  if (choice?.kind === 'none') return waits('BLOCKED', choice.why);
  const unplaced = when.unplaced.get(order.id);
  if (unplaced !== undefined) return { kind: 'waits', ...unplaced };
  const run = { order: order.id, generation: order.generation, attempt };
  const refused = whyNoStart(state, run, when.now);
  if (refused !== null) return waits('BLOCKED', refused);
  const earlier = earlierRun(order, context);
  if (earlier !== null) return waits('ASSIGNED', earlier);
  const since = waitingSince(state, run, when.now, pauseMs(run, state.machine));
  const later = (since: Instant, why: Because): Verdict => ({ kind: 'later', name: claimName(run), since, why });
  if (since !== null) return later(since, because.retryDelay(attempt));
  if (freeSlots <= 0) return later(dueSince(state, run, when.now), because.slot());
  if (choice !== null && choice.kind !== 'service') return waits('ASSIGNED', choice.why);
  if (context.isTakingOver) return waits('ASSIGNED', because.startsNext());
  if (!snapshot.ordersReadable) return waits('BLOCKED', because.ordersUnreadable());
  return { kind: 'start', order, attempt, claim: null, ...serviceIn(choice) };
}

/**
 * Every machine computes a hold itself. It is reported only if a person is asked for something, so that the board shows it at once and not with
 * the next push. T6: whether an approval is signed is known to those alone that demand signatures.
 */
export function held(order: Order, { state, asks }: Blocker): Verdict {
  if (asks !== null && order.unsignedApproval === true) return { kind: 'waits', state, ...asks };
  return asks === null || order.assign.kind === 'all' ? NOTHING : { kind: 'waits', state, ...asks, hold: true };
}

/** The attempt that is due here, or null: not meant for this machine, running, or done with (O1, O8). */
function nextAttempt(order: Order, context: DecisionContext): number | null {
  const { state, machines } = context;
  if (order.cancelled || order.unknown !== undefined || isResolved(order)) return null;
  if (!isEligible(state.machine, order, machines)) return null;
  if (state.active.some((run) => run.order === order.id)) return null;
  if (order.assign.kind !== 'all' && isElsewhere(order, context)) return null;
  const own = machines.get(state.machine)?.results;
  if (own !== undefined && runsOf(own, order.id).ended.some((run) => run.generation > order.generation)) return null;
  return attemptAfter(pastHere(order, context), order.attempts);
}

/** What ended here of its generation. */
function pastHere({ id, generation }: Order, { state, machines }: DecisionContext): readonly OlderRun[] {
  const own = machines.get(state.machine)?.results;
  return own === undefined ? [] : runsOf(own, id).ended.filter((run) => run.generation === generation);
}

function attemptAfter(past: readonly OlderRun[], attemptsMax: number): number | null {
  if (!past.every(mayFollow)) return null;
  const last = past.reduce((highest, run) => Math.max(highest, run.attempt), 0);
  return last < attemptsMax ? last + 1 : null;
}

/**
 * S3: an order whose `assign` was edited after it started, or was claimed, stays where it is; moving it takes a raised
 * generation, and a lowered one changes nothing (O8).
 */
function isElsewhere(order: Order, { machines, state, claimsOf }: DecisionContext): boolean {
  const isThis = (run: { readonly generation: number }) => run.generation >= order.generation;
  if (claimsOf(order.id).some((claim) => claim.machine !== state.machine && isThis(claim))) return true;
  return tellersOf(order.id, machines).some((machine) => {
    const results = machines.get(machine)?.results;
    if (machine === state.machine || results === undefined) return false;
    const { running, ended } = runsOf(results, order.id);
    return [...running, ...ended].some(isThis);
  });
}

/**
 * O8: a raised generation waits until the older run, wherever it is, has ended or is lost, with its lease; a claim counts as started (O4). `all`
 * orders are each machine's own.
 */
function earlierRun(order: Order, context: DecisionContext): Because | null {
  const { machines, state, claimsOf } = context;
  if (order.assign.kind === 'all' || order.generation === 1) return null;
  const isGone = isFactGone(context);
  const { earlier } = attemptsOf(order, machines, claimsOf(order.id));
  const run = [...runningElsewhere(order, machines), ...earlier].find((it) => it.machine !== state.machine && !isGone(it));
  return run === undefined ? null : because.generation(run.generation, machineLabel(run.machine, machines));
}

/** What was for all before runs the same attempt on many machines. */
function runningElsewhere({ id, generation }: Order, machines: Machines) {
  return tellersOf(id, machines).flatMap((machine) => {
    const results = machines.get(machine)?.results;
    const run = results === undefined ? undefined : runsOf(results, id).running.find((it) => it.generation < generation);
    return run === undefined ? [] : [{ machine, generation: run.generation, terms: null }];
  });
}
