// When a scheduled order comes next, by the clock of this computer.
import { parseTime } from '../../../core/base/time.ts';
import { nextDue } from '../../../documents/board/next-due.ts';
import { findOrder } from '../../../operations/orders/edit-orders.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

const TIMES = 5;

/** ISO 8601 UTC, the next one first; none of an order without a schedule, and of one that is cancelled. Throws NOT_FOUND. */
export function nextTimes(folder: FleetFolder, id: string, nowMs: number): readonly string[] {
  const { schedule, state } = findOrder(folder, syncedView(folder), id);
  const times: string[] = [];
  if (schedule === undefined || state === 'CANCELLED') return times;
  for (let afterMs = nowMs; times.length < TIMES; ) {
    const next = nextDue(schedule, afterMs);
    if (next === null) break;
    times.push(next);
    afterMs = parseTime(next);
  }
  return times;
}
