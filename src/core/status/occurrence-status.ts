// What schedules and orders with `on` show alike: a template has the status of its newest occurrence. Pure.
import type { Machines } from '../model/machines/machines.ts';
import type { Order } from '../model/orders/order.ts';
import type { StatusOrder, StatusRun } from '../model/status/status.ts';
import { assignmentOf } from '../orders/assignment.ts';
import { because } from '../orders/reason-words.ts';

export const LAST_RUNS_MAX = 10;

/** Why no occurrence is waited for; null = one is. */
export function waitsForNone(order: Order, machines: Machines): StatusRun | null {
  if (order.cancelled) return { state: 'CANCELLED' };
  if (order.unknown !== undefined) return { state: 'BLOCKED', ...because.unknownField(order.unknown) };
  const assignment = assignmentOf(order, machines);
  return assignment.kind === 'nobody' ? { state: 'BLOCKED', ...assignment.why } : null;
}

/** The description comes from the template; the next occurrence does what is listed then. */
export function withoutDescription({
  assign: _assign,
  title: _title,
  generation: _generation,
  changed: _changed,
  ...status
}: StatusOrder): Omit<StatusOrder, 'assign' | 'title' | 'generation' | 'changed'> {
  return status;
}
