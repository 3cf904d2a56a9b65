// Whether an order has ended, and when. Pure.
import { latest } from '../base/time.ts';
import { END_STATES } from '../model/orders/run.ts';
import type { StatusOrder } from '../model/status/status.ts';

/** Nothing of it follows any more. A schedule has the state of its last time, and goes on. */
export function isOver({ state }: Pick<StatusOrder, 'state'>): boolean {
  return END_STATES.some((end) => end === state);
}

/** ISO 8601 UTC, by the clock of the machine that was last; null = it goes on, or nobody says when it ended. */
export function endedAt(order: StatusOrder): string | null {
  if (!isOver(order)) return null;
  const last = latest([order, ...Object.values(order.machines ?? {})].map(({ finishedAt = '' }) => finishedAt));
  return last === '' ? null : last;
}
