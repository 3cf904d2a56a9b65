// Which order gets a slot that several want: the highest priority, then the longest wait here, then the order of the list. Without the second rule,
// a schedule of every minute would keep everything below it waiting for ever. Pure.
import { parseTime } from '../base/time.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import { type Order, PRIORITIES } from '../model/orders/order.ts';
import { depthOf, isOccurrence, listedId } from '../runs/occurrence-name.ts';

export function byTurn(orders: readonly Order[], state: JournalState): readonly Order[] {
  const waits = waitingSinceMs(state);
  const starts = orders.some(({ id }) => isOfSchedule(id)) ? startsOf(state) : new Map<string, number>();
  // An occurrence waits for as long as its schedule has not run here: each one that comes due is new, its schedule is not.
  const ofSchedule = (id: string) => starts.get(id) ?? state.schedules[id]?.sinceMs;
  const turns = orders.map((order) => {
    const { id, generation, priority } = order;
    const since = isOfSchedule(id) ? ofSchedule(listedId(id)) : waits.get(`${id}/${generation}`);
    return { order, priority: PRIORITIES.indexOf(priority), since: since ?? Number.MAX_VALUE };
  });
  return turns.sort((a, b) => b.priority - a.priority || a.since - b.since).map(({ order }) => order);
}

/** One of a trigger is new with its event, and waits by itself. */
const isOfSchedule = (id: string): boolean => isOccurrence(id) && depthOf(id) === null;

/** By order and generation. */
function waitingSinceMs({ dueSince }: JournalState): ReadonlyMap<string, number> {
  return new Map(Object.entries(dueSince).map(([name, { wallMs }]) => [name.slice(0, name.lastIndexOf('.')), wallMs]));
}

/** When each schedule was started here last, as far as that is remembered. */
function startsOf({ active, ended }: JournalState): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  for (const { order, startedAt } of [...ended, ...active]) {
    if (!isOfSchedule(order)) continue;
    const id = listedId(order);
    starts.set(id, Math.max(starts.get(id) ?? 0, parseTime(startedAt)));
  }
  return starts;
}
