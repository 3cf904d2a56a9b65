// What a person says of a chain is said of the step that it is at: steps are the orders, and their fields stand with them.
import type { OrderEdit } from '../core/model/intention.ts';
import type { StatusOrder } from '../core/model/status.ts';
import type { View } from './view.ts';

/** The order that an id means: of a chain, the step that it is at. */
export function stepAt(view: View, id: string): string {
  return orderOf(view, id)?.at ?? id;
}

/** Of a chain, the step that it is at; before that one has begun, the last one that has. */
export function stepWithLog(view: View | null, id: string): string {
  const order = view === null ? undefined : orderOf(view, id);
  if (view === null || order?.steps === undefined) return id;
  const { steps, at = id } = order;
  const begun = steps.slice(0, steps.indexOf(at) + 1).findLast((step) => orderOf(view, step)?.attempt !== undefined);
  return begun ?? at;
}

/** The first step that waits for a person's word; where none does, the one that it was given to. */
export function awaitingStep(view: View, id: string): string {
  const steps = orderOf(view, id)?.steps ?? [];
  const one = (approval: StatusOrder['approval']) => steps.find((step) => orderOf(view, step)?.approval === approval);
  return one('awaited') ?? one('given') ?? stepAt(view, id);
}

/**
 * Of a chain that has come to its end, all steps again; of one that stopped on its way, the step that it stopped at, and from there on.
 * Null = the order is neither chain nor step.
 */
export function chainRetry(
  view: View,
  id: string,
  { steps, chain, state }: StatusOrder,
): { readonly edits: readonly OrderEdit[]; readonly generation: number } | null {
  if (steps === undefined && chain === undefined) return null;
  const target = state === 'COMPLETED' ? id : stepAt(view, id);
  const { generation: listed = 1, reached = 0 } = orderOf(view, target) ?? {};
  // What ran under a higher generation than is listed stands: only a still higher one is new work.
  const generation = Math.max(listed, reached) + 1;
  const edits: OrderEdit[] = [{ kind: 'set', id: target, field: 'generation', value: generation }];
  // Either may have been cancelled, and a step runs if neither is.
  const cancelled = state === 'CANCELLED' ? [...new Set([target, chain ?? id])] : [];
  return {
    edits: [...edits, ...cancelled.map((one): OrderEdit => ({ kind: 'unset', id: one, field: 'cancelled' }))],
    generation,
  };
}

function orderOf(view: View, id: string): StatusOrder | undefined {
  return Object.hasOwn(view.orders, id) ? view.orders[id] : undefined;
}
