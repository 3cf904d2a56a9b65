// decide: what this machine does next, as a list of actions. Pure (C1). It looks at the snapshot, the journal and the local policy alone. The
// shell does the starting, stopping, claiming and reporting.
import { guarded } from '../base/guarded.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { Self } from '../model/machines/self.ts';
import { claimName, type OwnClaim } from '../model/orders/claim.ts';
import type { Order } from '../model/orders/order.ts';
import type { WaitingOrder } from '../model/orders/run.ts';
import { isShared } from '../orders/assignment.ts';
import { mayBeUnread } from '../orders/chains.ts';
import { pauseOf } from '../orders/pause.ts';
import { because } from '../orders/reason-words.ts';
import { asClaimed } from '../orders/routing.ts';
import { decideAssigned } from './decide-assigned.ts';
import { decideShared } from './decide-shared.ts';
import { type Circumstances, contextOf, type DecisionContext } from './decision-context.ts';
import { type Expanded, withOccurrences } from './due-occurrences.ts';
import { byTurn } from './fair-turns.ts';
import { type ServiceSlots, serviceSlots } from './service-slots.ts';
import { stopsOf } from './stops.ts';
import type { Action, Decision, Verdict } from './verdict.ts';

export function decide(snapshot: Snapshot, state: JournalState, self: Self, when: Circumstances): Decision {
  const context = contextOf(snapshot, state, self, when);
  const actions: Action[] = stopsOf(context);
  const waiting: WaitingOrder[] = [];
  const dueSince: Record<string, Instant> = {};
  if (state.duplicate !== null || snapshot.uncounted?.includes(state.machine))
    return { actions, waiting, dueSince: state.dueSince };
  if (state.leaving !== null) return { actions: [...actions, ...state.claims.map(unclaim)], waiting, dueSince };
  const due = withOccurrences(context);
  const isPaused = pauseOf(state, self.name, snapshot.fleet, when.now) !== null;
  // Claims that it has not started go back to the others.
  actions.push(...(isPaused ? state.claims.map(unclaim) : strayClaims(context, due)));
  waiting.push(...due.waiting);
  let freeSlots = self.policy.slots - state.active.length - state.claims.length + (when.spareSlots ?? 0);
  const services = serviceSlots(due.orders, state, self);
  for (const listed of byTurn(due.orders, state)) {
    const { id, generation } = listed;
    const verdict = guarded(
      () => judge(listed, context, services, freeSlots, isPaused),
      (why): Verdict => ({ kind: 'waits', state: 'BLOCKED', ...because.unjudged(why) }),
    );
    if (verdict.kind === 'nothing') continue;
    if (verdict.kind === 'waits') waiting.push(waitingFor(id, generation, verdict));
    else if (verdict.kind === 'later') {
      dueSince[verdict.name] = verdict.since;
      if (verdict.why !== null) waiting.push({ order: id, generation, state: 'ASSIGNED', ...verdict.why });
    } else {
      actions.push(verdict);
      // A confirmed claim has its slot and its service already.
      if (verdict.kind === 'unclaim' || (verdict.kind === 'start' && verdict.claim !== null)) continue;
      freeSlots -= 1;
      if (verdict.service !== undefined) services.take(verdict.service);
    }
  }
  // Without a fetch no turn was judged: attempts that waited go on waiting.
  return { actions, waiting, dueSince: when.fetchedAt === null ? { ...state.dueSince, ...dueSince } : dueSince };
}

function judge(listed: Order, context: DecisionContext, services: ServiceSlots, freeSlots: number, isPaused: boolean): Verdict {
  const order = asClaimed(listed, context.state);
  if (isPaused && isShared(order)) return { kind: 'nothing' };
  const choice = services.choiceFor(order);
  const judged = isShared(order)
    ? decideShared(order, context, freeSlots, choice)
    : decideAssigned(order, context, freeSlots, choice);
  return isPaused ? heldBack(judged) : judged;
}

/** Claims of orders that are not listed any more, or not shared. An entry that cannot be read is no removal (D4). */
function strayClaims({ snapshot, state }: DecisionContext, { orders, held }: Expanded): Action[] {
  const { refused } = snapshot.orders;
  if (!snapshot.ordersReadable) return [];
  // A claim whose order could not be judged is not given back either.
  const isKept = (order: Order) =>
    guarded(
      () => isShared(asClaimed(order, state)),
      () => true,
    );
  const shared = orders.filter(isKept).map((order) => order.id);
  const kept = new Set([...shared, ...held]);
  return state.claims.filter(({ order }) => !kept.has(order) && !mayBeUnread(order, refused)).map(unclaim);
}

/** The verdict of a paused machine: nothing starts, and its own state is the reason. */
function heldBack(verdict: Verdict): Verdict {
  if (verdict.kind === 'start' || (verdict.kind === 'waits' && verdict.state === 'ASSIGNED')) return { kind: 'nothing' };
  return verdict.kind === 'later' ? { ...verdict, why: null } : verdict;
}

type Waits = Extract<Verdict, { kind: 'waits' }>;

function waitingFor(order: string, generation: number, { state, reason, code, told, hold }: Waits): WaitingOrder {
  return {
    order,
    generation,
    state,
    reason,
    code,
    ...(told === undefined ? {} : { told }),
    ...(hold === undefined ? {} : { hold }),
  };
}

function unclaim(claim: OwnClaim): Action {
  return { kind: 'unclaim', name: claimName(claim) };
}
