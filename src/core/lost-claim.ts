// O4: a claim that nobody can take over any more, whose holder is gone before its documents could say so: the ref alone knows. Who
// sees it says so, because the board is made of documents (D6), and people must not wait for a machine that never comes. Pure.
import { machineLabel } from './assignment.ts';
import type { AttemptFact, Attempts } from './attempts.ts';
import type { Order } from './model/order.ts';
import type { OrderState } from './model/run.ts';
import type { Outlook } from './outlook.ts';
import { runsOf } from './run-index.ts';

/** Why this order is tried no more, or null: it is, or its holder's own documents say what became of it. */
export function lostClaim(
  order: Order,
  { facts, higher }: Attempts,
  { machines }: Outlook,
  isGone: (fact: AttemptFact) => boolean,
) {
  const top = facts.at(-1);
  if (higher !== undefined || top === undefined || top.ended !== null || !isGone(top)) return null;
  const results = machines.get(top.machine)?.results;
  const told = results === undefined ? [] : [...results.claimed, ...runsOf(results, order.id).running];
  const isThis = (run: { readonly order: string; readonly generation: number; readonly attempt: number }) =>
    run.order === order.id && run.generation === order.generation && run.attempt === top.attempt;
  if (told.some(isThis)) return null;
  return `claimed by ${machineLabel(top.machine, machines)}${LOST}: coord retry ${order.id}`;
}

const LOST = ', which is lost; it may have run';

/** An order that stands still for that reason: a raised generation is the way on. */
export function isClaimLost({ state, reason = '' }: { readonly state: OrderState; readonly reason?: string }): boolean {
  return state === 'BLOCKED' && reason.includes(LOST);
}
