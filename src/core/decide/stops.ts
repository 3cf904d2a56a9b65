// Which runs here are to be stopped (O5, O8). Pure.
import { guarded } from '../base/guarded.ts';
import type { ActiveRun } from '../model/ledger/journal.ts';
import { claimName } from '../model/orders/claim.ts';
import type { StopReason } from '../model/orders/run.ts';
import { isShared } from '../orders/assignment.ts';
import { mayBeUnread } from '../orders/chains.ts';
import { listedOrder } from '../orders/occurrences.ts';
import { asClaimed } from '../orders/routing.ts';
import { runsOf } from '../runs/run-index.ts';
import { type AttemptFact, attemptsOf } from '../runs/shared-attempts.ts';
import type { DecisionContext } from './decision-context.ts';
import type { Action } from './verdict.ts';

/** An entry that cannot be read is no removal (D4). */
export function stopsOf(context: DecisionContext): Action[] {
  return context.state.active.flatMap((run): Action[] => {
    // A run whose order could not be judged goes on: a mistake of this program ends no run.
    const judge = () => reasonOf(run, context);
    const reason = run.stop === null ? guarded(judge, () => null) : null;
    return reason === null ? [] : [{ kind: 'stop', key: run.key, reason }];
  });
}

function reasonOf(run: ActiveRun, context: DecisionContext): StopReason | null {
  const { snapshot, machines, state } = context;
  const { orders, refused } = snapshot.orders;
  const order = listedOrder(run.order, orders);
  // Of an order that is for all by now, every machine has attempts of its own: those without a claim take nothing over.
  const isForAll = order?.assign.kind === 'all';
  const isTakenOver = () => {
    const { facts } = attemptsOf({ id: run.order, generation: run.generation }, machines, context.claimsOf(run.order));
    return facts.some((fact) => fact.attempt > run.attempt && (fact.terms !== null || !isForAll));
  };
  // O5: whatever else ORDERS.json says.
  if (run.claim !== undefined && isTakenOver()) return 'takenOver';
  if (state.leaving?.stop) return 'left';
  if (order === undefined) {
    return snapshot.ordersReadable && !mayBeUnread(run.order, refused) ? 'removed' : null;
  }
  if (order.cancelled) return 'cancelled';
  // T6: who may not start anything supersedes nothing either.
  if (order.unbelieved !== undefined) return null;
  if (run.claim === undefined && isShared(asClaimed(order, state)) && isRunByClaim(run, context)) return 'takenOver';
  return order.generation > run.generation ? 'superseded' : null;
}

/**
 * O8: a run that began here without a claim, before its order became a shared one, is stopped if another machine runs this attempt or a later one
 * by a claim. That run has a lease, and others count on it.
 */
function isRunByClaim(run: ActiveRun, { machines, state, claimsOf }: DecisionContext): boolean {
  const others = new Map([...machines].filter(([machine]) => machine !== state.machine));
  const claims = claimsOf(run.order).filter(({ machine }) => machine !== state.machine);
  const { facts } = attemptsOf({ id: run.order, generation: run.generation }, others, claims);
  const isRunning = ({ machine, attempt }: AttemptFact) => {
    const results = others.get(machine)?.results;
    const name = claimName({ ...run, attempt });
    return results !== undefined && runsOf(results, run.order).running.some((it) => claimName(it) === name);
  };
  return facts.some((fact) => fact.attempt >= run.attempt && fact.terms !== null && isRunning(fact));
}
