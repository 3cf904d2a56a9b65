// Says which sleeping machines the orders with `wake` need (W4). Pure.
import { withMine } from '../../../core/decide/decision-context.ts';
import type { JournalState } from '../../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../../core/model/machines/instant.ts';
import type { Machines } from '../../../core/model/machines/machines.ts';
import type { Self } from '../../../core/model/machines/self.ts';
import type { Order } from '../../../core/model/orders/order.ts';
import type { Because } from '../../../core/model/orders/reason.ts';
import { assignmentOf, isShared } from '../../../core/orders/assignment.ts';
import { type Blockers, blockersOf } from '../../../core/orders/blockers.ts';
import { isTemplate, occurrenceOf } from '../../../core/orders/occurrences.ts';
import { codeOf } from '../../../core/orders/read-reason.ts';
import { toldOccurrences } from '../../../core/runs/occurrence-index.ts';
import { occurrenceId } from '../../../core/runs/occurrence-name.ts';
import { runsOf } from '../../../core/runs/run-index.ts';
import { orderStatus } from '../../../core/status/order-status.ts';
import { isAsleep, sendersTo } from './wake-route.ts';

export interface WakeCircumstances {
  readonly now: Instant;
  /** Before the fetch that showed the snapshot. */
  readonly fetchedAt: Instant;
}

interface Given extends WakeCircumstances {
  readonly snapshot: Snapshot;
  readonly state: JournalState;
  readonly self: Self;
  readonly machines: Machines;
  readonly holds: Blockers;
}

/** By machine, the first order that needs it. */
export function orderWakes(
  snapshot: Snapshot,
  state: JournalState,
  self: Self,
  when: WakeCircumstances,
): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  const asking = snapshot.ordersReadable ? snapshot.orders.orders.filter(({ wake }) => wake === true) : [];
  if (asking.length === 0) return found;
  const machines = withMine(snapshot, state, self);
  const given: Given = { ...when, snapshot, state, self, machines, holds: blockersOf(snapshot.orders, machines) };
  for (const listed of asking) {
    const order = isTemplate(listed) ? dueOccurrence(listed, given) : listed;
    const target = order === null || order.cancelled ? null : sleeperFor(order, given);
    if (target !== null && !found.has(target)) found.set(target, listed.id);
  }
  return found;
}

/** The occurrence that should run now, by this machine's clock: the sleeping machine makes it when it wakes (O12). */
function dueOccurrence(template: Order, { state, machines, now }: Given): Order | null {
  const dueAtMs = template.schedule?.newestAt(now.wallMs) ?? null;
  const sinceMs = state.schedules[template.id]?.sinceMs ?? Number.POSITIVE_INFINITY;
  const [newest] = toldOccurrences(template.id, machines);
  const isDue = dueAtMs !== null && dueAtMs > sinceMs && (newest === undefined || dueAtMs > newest.atMs);
  if (isDue) return occurrenceOf(template, occurrenceId(template.id, dueAtMs));
  return newest === undefined ? null : occurrenceOf(template, newest.id);
}

function sleeperFor(order: Order, given: Given): number | null {
  const { snapshot, state, self, machines, holds, fetchedAt } = given;
  // T6: one that is not believed here would not start either.
  if (order.assign.kind === 'all' || order.unknown !== undefined || order.unbelieved !== undefined) return null;
  const assignment = assignmentOf(order, machines);
  if (assignment.kind === 'nobody' || holds.of(order) !== null || !isOpen(order, assignment.machines, given)) return null;
  const { machines: meant } = assignment;
  // A shared order needs nobody woken while one that may run it lives.
  if (!meant.every((machine) => isAsleep(machine, snapshot, state, fetchedAt))) return null;
  const wakeable = meant.filter((machine) => {
    const document = snapshot.machines.get(machine)?.document;
    if ((document?.wake?.addresses ?? []).length === 0 || document?.state === 'PAUSED') return false;
    return (
      document?.allows.includes(order.work.kind) &&
      sendersTo(machine, snapshot, state, { own: self.wake ?? null, seenAt: fetchedAt }).length > 0
    );
  });
  return wakeable.length === 0 ? null : Math.min(...wakeable);
}

function isOpen(order: Order, meant: readonly number[], { machines, holds }: Given): boolean {
  const { state, machine } = orderStatus(order, machines);
  if (machine !== undefined && !isShared(order) && !meant.includes(machine)) return false;
  if (state !== 'BLOCKED') return state === 'QUEUED' || state === 'ASSIGNED' || state === 'IN_PROGRESS';
  // What it asked a person for before it fell asleep may have been given since.
  const asked = order.approved ? (holds.of({ ...order, approved: false })?.asks ?? null) : null;
  return asked !== null && meant.every((it) => saysOnly(it, order, asked, machines));
}

function saysOnly(machine: number, { id, generation }: Order, asked: Because, machines: Machines): boolean {
  const results = machines.get(machine)?.results;
  const waiting = results === undefined ? [] : runsOf(results, id).waiting;
  return waiting.some((it) => it.generation === generation && codeOf(it) === asked.code);
}
