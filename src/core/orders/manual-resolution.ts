// Manual resolution: a person says how an order ended that coord cannot judge (O4), by `resolved` in ORDERS.json, for one generation. It is
// binding: that generation never runs again. Knowledge counts more: a run that goes on while its machine is not lost, or a result with an exit
// code.
import type { Machines } from '../model/machines/machines.ts';
import type { Order } from '../model/orders/order.ts';
import { assignWords, type StatusOrder, type StatusRun } from '../model/status/status.ts';
import { isReportedLost } from '../presence/gone.ts';
import { codeOf } from './read-reason.ts';
import { because } from './reason-words.ts';

/** True: nothing of this generation is started or claimed any more. */
export function isResolved({ resolved, generation, assign }: Pick<Order, 'resolved' | 'generation' | 'assign'>): boolean {
  return resolved !== null && resolved.generation === generation && assign.kind !== 'all';
}

/** It ended, and nobody can tell how: the machine was lost with it, or went down under it. */
export function isEndUnknown(run: StatusRun): boolean {
  const code = codeOf(run);
  return run.state === 'FAILED' && run.exitCode == null && (code === 'interrupted' || code === 'lost');
}

/** O4b: a person may say how it ended. Of an order for all nobody can, nor of a chain that is at such a step: it tells no machines of it. */
export function mayBeResolved(order: StatusOrder): boolean {
  const isForAll = order.machines !== undefined || (order.steps !== undefined && assignWords(order.assign).join() === 'all');
  return isEndUnknown(order) && !isForAll;
}

/** The state comes from a machine that others call lost, so nobody knows whether the run goes on there. */
function isOnLost({ machine }: Pick<StatusOrder, 'machine'>, machines: Machines): boolean {
  const document = machine === undefined ? undefined : machines.get(machine)?.document;
  return machine !== undefined && document !== undefined && isReportedLost(machine, document.beat, machines);
}

/** The same status if the resolution does not count. */
export function withWord(order: Order, status: StatusOrder, machines: Machines): StatusOrder {
  if (order.resolved === null || !isResolved(order)) return status;
  const isKnown =
    ['COMPLETED', 'CANCELLED'].includes(status.state) || (status.state === 'IN_PROGRESS' && !isOnLost(status, machines));
  if (isKnown || (status.state === 'FAILED' && status.exitCode != null)) return status;
  const { as, note } = order.resolved;
  return { ...status, state: as, ...because.resolved(note) };
}
