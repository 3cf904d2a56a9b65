// Turns what a person says of a chain into an edit of the step that it is at: steps are the orders, and have the fields.
import { shellWord } from '../../core/base/shell-word.ts';
import type { OrderChange, OrderEdit } from '../../core/model/ledger/intention.ts';
import type { StatusOrder } from '../../core/model/status/status.ts';
import { CoordError } from '../../errors.ts';
import type { View } from '../sync/view.ts';

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
 * Of a chain that has come to its end, all steps again; else the step that it stopped at, or the one that is named, and those behind it
 * that have begun: what they made came of what runs again now. All or none of it. Null = the order is neither chain nor step.
 */
export function chainRetry(
  view: View,
  id: string,
  { steps, chain, state }: StatusOrder,
  resume: true | string | null = null,
): { readonly edit: OrderChange; readonly generation: number } | null {
  if (steps === undefined && chain === undefined) return null;
  const entry = chain ?? id;
  const all = orderOf(view, entry)?.steps ?? [];
  const isWhole = steps !== undefined && state === 'COMPLETED';
  if (isWhole && resume !== null)
    throw new CoordError(
      'USAGE',
      `${id} has ended: name the step that should continue`,
      `coord retry ${shellWord(all.at(-1) ?? entry)} --resume`,
    );
  const target = isWhole ? id : stepAt(view, id);
  const behind = all.slice(all.indexOf(target) + 1).filter((step) => hasBegun(orderOf(view, step)));
  const again = isWhole ? all : [target, ...behind];
  // What ran under a higher generation than is listed stands: only a still higher one is new work.
  const reached = again.map((step) => orderOf(view, step)).flatMap((it) => [it?.generation ?? 1, it?.reached ?? 0]);
  const generation = Math.max(...reached) + 1;
  const raised = (isWhole ? [id] : again).map(
    (one): OrderEdit => ({ kind: 'set', id: one, field: 'generation', value: generation }),
  );
  // A retry means that it should run, even if it was cancelled after it had ended. A step runs if neither it nor its chain is cancelled.
  const uncancelled = [entry, ...again].map((one): OrderEdit => ({ kind: 'unset', id: one, field: 'cancelled' }));
  // Nor does a word end the next generation already (O4b).
  const unresolved = again.map((one): OrderEdit => ({ kind: 'unset', id: one, field: 'resolved' }));
  // What comes behind it is done anew.
  const sessions = again.map((one) => sessionEdit(one, one === target ? resume : null));
  return { edit: { kind: 'change', id: entry, fields: [...raised, ...uncancelled, ...unresolved, ...sessions] }, generation };
}

/** O17: a plain retry begins afresh, whatever an earlier one said. */
export function sessionEdit(id: string, resume: true | string | null): Extract<OrderEdit, { readonly field: string }> {
  return resume === null ? { kind: 'unset', id, field: 'resume' } : { kind: 'set', id, field: 'resume', value: resume };
}

function hasBegun(order: StatusOrder | undefined): boolean {
  if (order === undefined) return false;
  const runs = [order, ...Object.values(order.machines ?? {})];
  // A person's word is an end without a run.
  return runs.some(({ attempt, state }) => attempt !== undefined || state === 'COMPLETED' || state === 'FAILED');
}

function orderOf(view: View, id: string): StatusOrder | undefined {
  return Object.hasOwn(view.orders, id) ? view.orders[id] : undefined;
}
