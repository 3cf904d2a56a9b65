// Since when this machine knows each schedule, by its own clock. It makes no occurrence before that, or a schedule that is added in the morning
// would begin with last night's run. Pure; the same state object comes back if nothing changed (C3).
import type { JournalState, ScheduleSeen } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { Order } from '../model/orders/order.ts';
import { assignmentOf, isShared } from '../orders/assignment.ts';
import { mayBeUnread } from '../orders/chains.ts';
import { isScheduled } from '../orders/occurrences.ts';
import { liveMachines } from '../presence/gone.ts';
import { toldOccurrences } from '../runs/occurrence-index.ts';
import { runsOf } from '../runs/run-index.ts';
import { CLOCKS_DIFFER_MS } from './due-occurrences.ts';

export function seeSchedules(state: JournalState, snapshot: Snapshot, now: Instant): JournalState {
  const { orders, refused } = snapshot.orders;
  if (!snapshot.ordersReadable) return state;
  const kept = Object.entries(state.schedules).filter(([id]) => mayBeUnread(id, refused));
  const seen = orders.filter(isScheduled).map((order) => [order.id, seenNow(order, state, snapshot, now)] as const);
  const schedules: JournalState['schedules'] = Object.fromEntries([...kept, ...seen]);
  const ids = Object.keys(schedules);
  const isSame = ids.length === Object.keys(state.schedules).length && ids.every((id) => schedules[id] === state.schedules[id]);
  return isSame ? state : { ...state, schedules };
}

function seenNow(order: Order, state: JournalState, snapshot: Snapshot, now: Instant): ScheduleSeen {
  const { generation, cancelled, schedule } = order;
  const before = Object.hasOwn(state.schedules, order.id) ? state.schedules[order.id] : undefined;
  // T6.3: what nobody signed asks for nothing, now or once it is as it was.
  if (order.unbelieved !== undefined) return before ?? { of: '', generation: 1, sinceMs: now.wallMs };
  // While it is cancelled no occurrence is missed. The generation that ends this is a raised one.
  const of = cancelled ? '' : `${schedule?.timezone} ${schedule?.line}`;
  if (before === undefined) {
    const isAskedFor = generation > 1 && !cancelled && !hasBegun(order, snapshot);
    return { of, generation, sinceMs: isAskedFor ? 0 : now.wallMs };
  }
  // `coord retry`: the newest occurrence is to run now, however old it is.
  if (generation > before.generation && !cancelled) return { of, generation, sinceMs: 0 };
  // A clock that was ahead must not hold the schedule back for long, and one that is behind must not repeat what others did.
  const othersDoIt = () => isShared(order) && othersMay(order, state, snapshot, now);
  const isAhead = before.sinceMs > now.wallMs + CLOCKS_DIFFER_MS && !othersDoIt();
  return before.of === of && !isAhead ? before : { of, generation: before.generation, sinceMs: now.wallMs };
}

/** O12.3: of live machines. Where nobody may run it now, somebody may have. */
function othersMay(order: Order, state: JournalState, snapshot: Snapshot, now: Instant): boolean {
  const assignment = assignmentOf(order, snapshot.machines);
  const live = liveMachines(snapshot, state, now).filter((machine) => machine !== state.machine);
  return live.some((machine) => assignment.kind === 'nobody' || assignment.machines.includes(machine));
}

/** True: an occurrence has run, or runs, in this generation. */
function hasBegun({ id, generation }: Order, { machines }: Snapshot): boolean {
  const told = toldOccurrences(id, machines);
  return [...machines.values()].some(({ results }) =>
    told.some((it) => {
      const { running, ended } = runsOf(results, it.id);
      return [...running, ...ended].some((run) => run.generation >= generation);
    }),
  );
}
