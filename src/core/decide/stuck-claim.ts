// O4: a claim that nobody can take over, and whose holder was gone before its documents could show it. Only the ref shows it. Every machine that
// may run the order reports it, because the board is made of documents (D6) and people must not wait for a machine that never comes. Pure.
import { machineLabel } from '../model/machines/machines.ts';
import type { Order } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import { isEligible } from '../orders/assignment.ts';
import { isResolved } from '../orders/manual-resolution.ts';
import { because } from '../orders/reason-words.ts';
import { isOccurrence, listedId } from '../runs/occurrence-name.ts';
import { runsOf, tellersOf } from '../runs/run-index.ts';
import type { AttemptFact, Attempts } from '../runs/shared-attempts.ts';
import type { DecisionContext } from './decision-context.ts';

/** Why this order is not tried any more; null: it is, or its holder's documents say how it ended. */
export function stuckClaim(
  order: Order,
  { facts, higher }: Attempts,
  { machines }: DecisionContext,
  isGone: (fact: AttemptFact) => boolean,
) {
  // O8: a lowered generation changes nothing.
  const top = higher ?? facts.at(-1);
  if (top === undefined || top.ended !== null || !isGone(top)) return null;
  const generation = higher?.generation ?? order.generation;
  const results = machines.get(top.machine)?.results;
  const told = results === undefined ? [] : [...results.claimed, ...runsOf(results, order.id).running];
  const isThis = (run: { readonly order: string; readonly generation: number; readonly attempt: number }) =>
    run.order === order.id && run.generation === generation && run.attempt === top.attempt;
  if (told.some(isThis)) return null;
  const who = machineLabel(top.machine, machines);
  if (higher !== undefined) return because.generationLowered(generation, who, listedId(order.id));
  // A person has no field in which to resolve a single occurrence.
  return because.claimLost(who, listedId(order.id), !isOccurrence(order.id));
}

/** The same for an order that was moved to this machine alone since: it may not take over (S3), and nobody else would report it. */
export function claimLeftBehind(order: Order, { state, machines, claimsOf, isGone }: DecisionContext): Because | null {
  const { id, generation } = order;
  if (order.assign.kind === 'all' || order.cancelled || order.unknown !== undefined || isResolved(order)) return null;
  if (!isEligible(state.machine, order, machines)) return null;
  // A machine that has begun it reports that itself.
  const isTold = (machine: number) => {
    const results = machines.get(machine)?.results;
    const { running, ended } = results === undefined ? { running: [], ended: [] } : runsOf(results, id);
    return [...running, ...ended].some((run) => run.generation >= generation);
  };
  if (tellersOf(id, machines).some(isTold)) return null;
  const claim = claimsOf(id).find(
    (it) => it.machine !== state.machine && it.generation >= generation && isGone(it.machine, it.leaseMs),
  );
  if (claim === undefined) return null;
  const now = machineLabel(state.machine, machines);
  return because.claimLeftBehind(machineLabel(claim.machine, machines), now, listedId(id));
}
