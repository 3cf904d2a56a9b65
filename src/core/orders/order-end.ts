// Whether an order has ended, and when. Pure.
import { latest } from '../base/time.ts';
import { RETRY_HELPS } from '../model/orders/reason.ts';
import { isEndState } from '../model/orders/run.ts';
import type { StatusOrder } from '../model/status/status.ts';
import { openQuestion } from './questions.ts';

type Told = Pick<StatusOrder, 'state' | 'code' | 'reason' | 'machines'>;

/** Nothing of it follows any more, as far as this machine believes. A schedule has the state of its last time, and goes on. */
export function isOver(order: Told): boolean {
  return hasEnded(order) && endDoubt(order) === null;
}

/** T5.6: why the end that is told of it is none here: this machine does not believe who tells of it. Null = it is one, or there is none. */
export function endDoubt(order: Told): string | null {
  const told = [order, ...Object.values(order.machines ?? {})];
  return told.find((run) => run.code === 'doubted' && hasEnded(run))?.reason ?? null;
}

function hasEnded({ state }: Pick<StatusOrder, 'state'>): boolean {
  return isEndState(state);
}

/** A schedule, or an order with `on`: it goes on after each time. */
export function isRepeated({ schedule, on }: Pick<StatusOrder, 'schedule' | 'on'>): boolean {
  return schedule !== undefined || on !== undefined;
}

/** ISO 8601 UTC, by the clock of the machine that was last; null = it goes on, or nobody says when it ended. */
export function endedAt(order: StatusOrder): string | null {
  if (!isOver(order)) return null;
  const last = latest([order, ...Object.values(order.machines ?? {})].map(({ finishedAt = '' }) => finishedAt));
  return last === '' ? null : last;
}

/** `coord retry` takes it. */
export function mayBeRetried(order: StatusOrder): boolean {
  const { state, schedule, code } = order;
  // O18: instead of answering, a person may start it over.
  if (isOver(order) || endDoubt(order) !== null || openQuestion(order) !== null) return true;
  // A scheduled one runs now, whether or not it ever did.
  if (schedule !== undefined && state === 'QUEUED') return true;
  // Its reason says so.
  return state === 'BLOCKED' && code !== undefined && RETRY_HELPS.includes(code);
}
