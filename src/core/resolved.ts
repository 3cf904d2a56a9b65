// A person's word for what became of an order that nobody else can tell (O4): `resolved` in ORDERS.json, for one generation. It is
// binding: that generation never runs again. What is known counts more: a run that goes on, or a result with an exit code.
import type { Order } from './model/order.ts';
import type { StatusOrder, StatusRun } from './model/status.ts';

/** Nothing of this generation is started or claimed any more. */
export function isResolved({ resolved, generation, assign }: Pick<Order, 'resolved' | 'generation' | 'assign'>): boolean {
  return resolved !== null && resolved.generation === generation && assign.kind !== 'all';
}

/** It ended, and nobody can tell how: the machine was lost with it, or went down under it. */
export function isEndUnknown({ state, exitCode, reason }: StatusRun): boolean {
  return state === 'FAILED' && exitCode == null && (reason === 'interrupted' || (reason?.startsWith('lost with ') ?? false));
}

/** The same status where the word does not count. */
export function withWord(order: Order, status: StatusOrder): StatusOrder {
  if (order.resolved === null || !isResolved(order)) return status;
  const isKnown = ['IN_PROGRESS', 'COMPLETED', 'CANCELLED'].includes(status.state);
  if (isKnown || (status.state === 'FAILED' && status.exitCode != null)) return status;
  const { as, note } = order.resolved;
  return { ...status, state: as, reason: `resolved by a person${note === null ? '' : `: ${note}`}` };
}
