// What is said of an order that a person cancelled or removed: what this machine knows of its runs, and no more.
import type { StatusOrder } from '../../core/model/status/status.ts';
import { isOver, isRepeated } from '../../core/orders/order-end.ts';
import type { EditReport } from '../../operations/orders/edit-orders.ts';
import type { Context } from '../context.ts';
import { consequence } from './consequence.ts';
import { plainCell } from './table.ts';

/** What came of the edit; `landed` false = others do not know of it yet. */
type Came = Pick<EditReport, 'view' | 'landed'>;

export function cancelledWords(context: Context, { view, landed }: Came, id: string, before: StatusOrder): string {
  const now = view.orders[id];
  const on = now === undefined ? [] : runningOn(now);
  const stops = landed ? `at ${on.length === 1 ? "that machine's" : 'their'} next sync` : 'once the remote knows';
  if (on.length === 1 && now?.machines === undefined)
    return `${consequence(context, view, id, 'cancelled')} · it is stopped ${landed ? stops : `there ${stops}`}`;
  if (on.length > 0) return `cancelled ${id}: it runs on ${on.join(', ')}, and is stopped there ${stops}`;
  if (isRepeated(before) && before.state !== 'IN_PROGRESS') return `cancelled ${id}: it will not run again`;
  if (isOver(before)) return `${id} had ended already: ${before.state}; it will not run again`;
  if (now === undefined) return `cancelled ${id}`;
  if (now.state !== 'CANCELLED' && isOver(now)) return `${id} ended by itself: ${stateOf(now)}; it will not run again`;
  const self = view.self.machine;
  if (now.state === 'CANCELLED' && runningOn(before).includes(self)) return `cancelled ${id}: it was stopped here`;
  if (now.state !== 'CANCELLED' || hasBegun(before) || hasBegun(now)) return `cancelled ${id}: it is ${stateOf(now)}`;
  // Nobody else starts what is for this machine alone.
  if (landed || before.machine === self) return `cancelled ${id}: it will not start`;
  return `cancelled ${id}: it will not start here; elsewhere it may, until the remote knows`;
}

export function removedWords({ view, landed }: Came, id: string, before: StatusOrder): string {
  return `removed ${id} from ORDERS.json · ${effectOf({ view, landed }, id, before)}`;
}

function effectOf({ view, landed }: Came, id: string, before: StatusOrder): string {
  const on = runningOn(before);
  const isStopped = on.includes(view.self.machine) && view.orders[id] === undefined;
  const others = isStopped ? on.filter((machine) => machine !== view.self.machine) : on;
  const stops = landed ? `at ${others.length === 1 ? 'its' : 'their'} next sync` : 'once the remote knows';
  const words = [
    ...(isStopped ? ['it was stopped here'] : []),
    ...(others.length > 0
      ? [`it runs on ${others.join(', ')}, which ${others.length === 1 ? 'stops' : 'stop'} it ${stops}`]
      : []),
  ];
  if (words.length > 0) return words.join('; ');
  return before.state === 'IN_PROGRESS' ? `it was ${stateOf(before)}` : `it was ${before.state}`;
}

/** An order for all is IN_PROGRESS also where some of them have ended and the others have not begun: then nothing runs. */
function runningOn({ state, machine, machines }: StatusOrder): readonly number[] {
  if (machines === undefined) return state === 'IN_PROGRESS' && machine !== undefined ? [machine] : [];
  return Object.entries(machines).flatMap(([number, run]) => (run.state === 'IN_PROGRESS' ? [Number(number)] : []));
}

/** An attempt of it is known, whatever became of that. */
function hasBegun({ attempt, machines = {} }: StatusOrder): boolean {
  return attempt !== undefined || Object.values(machines).some((run) => run.attempt !== undefined);
}

function stateOf({ state, reason }: StatusOrder): string {
  return plainCell(reason === undefined ? state : `${state}, ${reason}`, 600);
}
