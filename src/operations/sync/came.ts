// Says what a sync brought from elsewhere, by what was shown here before it and after it. Pure.
import { listedName } from '../../core/model/machines/machine-label.ts';
import type { OrderState } from '../../core/model/orders/run.ts';
import type { StatusOrder, StatusRun } from '../../core/model/status/status.ts';
import { wholeOrders } from '../../core/orders/chains.ts';
import { isOver } from '../../core/orders/order-end.ts';
import { listedId } from '../../core/runs/occurrence-name.ts';
import type { View } from './view.ts';

export interface Came {
  /** Orders whose end was not known here, those that did not complete first. `on`: `3 vm`; null = of no one machine. */
  readonly ended: readonly { readonly order: string; readonly state: OrderState; readonly on: string | null }[];
  /** Orders of the list that are otherwise new, changed or gone, without those that this machine acted on. */
  readonly changed: number;
}

export const NOTHING_CAME: Came = { ended: [], changed: 0 };

type Shown = Pick<View, 'orders' | 'machines' | 'self'>;

/** `own`: of what this machine started, stopped or ended in the sync; an occurrence stands for the order that is listed. Before the first view all is new, and nothing is listed. */
export function cameBetween(before: Shown | null, after: Shown, own: ReadonlySet<string>): Came {
  if (before === null) return NOTHING_CAME;
  const known = new Map(wholeOrders(before.orders));
  const listed = wholeOrders(after.orders);
  const ownListed = new Set([...own].map(listedId));
  const others = listed.filter(([id, order]) => !isOwn(id, order, ownListed));
  const moved = others.filter(([id, order]) => markOf(known.get(id)) !== markOf(order));
  const ended = moved.filter(([id, order]) => hasEndedElsewhere(known.get(id), order, after.self.machine));
  const ids = new Set(listed.map(([id]) => id));
  return {
    ended: ended
      .map(([order, { state, machine }]) => ({
        order,
        state,
        on: machine === undefined ? null : listedName(machine, after.machines),
      }))
      .sort((one, other) => Number(one.state === 'COMPLETED') - Number(other.state === 'COMPLETED')),
    changed: moved.length - ended.length + [...known.keys()].filter((id) => !ids.has(id)).length,
  };
}

function isOwn(id: string, { steps = [] }: StatusOrder, own: ReadonlySet<string>): boolean {
  return own.has(id) || steps.some((step) => own.has(step));
}

/** A cancellation is a person's word, and no end that a machine tells of. Of an order for all only what other machines say counts. */
function hasEndedElsewhere(before: StatusOrder | undefined, order: StatusOrder, me: number): boolean {
  if (!isOver(order) || order.state === 'CANCELLED' || order.machine === me) return false;
  if (order.machines === undefined) return true;
  const elsewhere = Object.entries(order.machines).filter(([machine]) => machine !== String(me));
  return elsewhere.some(([machine, run]) => runMark(before?.machines?.[machine]) !== runMark(run));
}

/** Without what time alone changes, such as a reason. */
function markOf(order: StatusOrder | undefined): string {
  if (order === undefined) return '';
  const { state, generation, attempt, machine, finishedAt, machines = {}, at } = order;
  const runs = Object.entries(machines).map(([number, run]) => [number, runMark(run)]);
  return JSON.stringify([state, generation, attempt, machine, finishedAt, at, runs]);
}

function runMark(run: StatusRun | undefined): string {
  return JSON.stringify([run?.state, run?.attempt, run?.finishedAt]);
}
