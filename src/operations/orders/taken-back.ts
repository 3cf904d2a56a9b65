// What is said of an order that a person cancelled or removed, by every face: what this machine knows of its runs, and no more. An edit is in force here,
// too, once main shows it: until then the order can start here.
import type { StatusOrder } from '../../core/model/status/status.ts';
import { isOver, isRepeated } from '../../core/orders/order-end.ts';
import type { EditReport } from './edit-orders.ts';

/** What came of the edit; `landed` false = others do not know of it yet. */
type Came = Pick<EditReport, 'view' | 'landed'>;

const UNTIL = 'until the remote knows';

/** `head`: what is known of the machine that has it, where there is one. */
export function cancelledWords({ view, landed }: Came, id: string, before: StatusOrder, head = `cancelled ${id}`): string {
  const now = view.orders[id];
  const on = now === undefined ? [] : runningOn(now);
  const stops = landed ? `at ${on.length === 1 ? "that machine's" : 'their'} next sync` : 'once the remote knows';
  if (on.length === 1 && now?.machines === undefined) return `${head} · it is stopped ${landed ? stops : `there ${stops}`}`;
  if (on.length > 0) return `cancelled ${id}: it runs on ${on.join(', ')}, and is stopped there ${stops}`;
  if (isRepeated(before) && before.state !== 'IN_PROGRESS')
    return `cancelled ${id}: ${landed ? 'it will not run again' : `it may run again ${UNTIL}`}`;
  if (isOver(before)) return `${id} had ended already: ${before.state}; it will not run again`;
  if (now === undefined) return `cancelled ${id}`;
  if (now.state !== 'CANCELLED' && isOver(now)) return `${id} ended by itself: ${stateOf(now)}; it will not run again`;
  return `cancelled ${id}: ${landed ? cancelledNow(view, before, now) : cancelledHere(view, before)}`;
}

function cancelledNow({ self }: Came['view'], before: StatusOrder, now: StatusOrder): string {
  if (now.state === 'CANCELLED' && runningOn(before).includes(self.machine)) return 'it was stopped here';
  if (now.state !== 'CANCELLED' || hasBegun(before) || hasBegun(now)) return `it is ${stateOf(now)}`;
  return 'it will not start';
}

function cancelledHere(view: Came['view'], before: StatusOrder): string {
  const on = runningOn(before);
  if (on.length > 0) return `it runs on ${on.join(', ')}, and is stopped there once the remote knows`;
  return isHeld(before) ? 'it will not start' : mayStart(view, before);
}

export function removedWords({ view, landed }: Came, id: string, before: StatusOrder): string {
  return `removed ${id} from ORDERS.json · ${effectOf({ view, landed }, id, before)}`;
}

function effectOf({ view, landed }: Came, id: string, before: StatusOrder): string {
  const on = runningOn(before);
  const isStopped = landed && on.includes(view.self.machine) && view.orders[id] === undefined;
  const others = isStopped ? on.filter((machine) => machine !== view.self.machine) : on;
  const stops = landed ? `at ${others.length === 1 ? 'its' : 'their'} next sync` : 'once the remote knows';
  const words = [
    ...(isStopped ? ['it was stopped here'] : []),
    ...(others.length > 0
      ? [`it runs on ${others.join(', ')}, which ${others.length === 1 ? 'stops' : 'stop'} it ${stops}`]
      : []),
  ];
  if (words.length > 0) return words.join('; ');
  const was = `it was ${before.state === 'IN_PROGRESS' ? stateOf(before) : before.state}`;
  const isDone = landed || isHeld(before) || (isOver(before) && !isRepeated(before));
  return isDone ? was : `${was}; ${mayStart(view, before)}`;
}

/** It is not on main itself: it never is before what was asked for after it. */
const isHeld = ({ code }: StatusOrder) => code === 'heldBack';

function mayStart({ self }: Came['view'], { machine }: StatusOrder): string {
  return `it may still start${machine === self.machine ? ' here' : ''} ${UNTIL}`;
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
  return reason === undefined ? state : `${state}, ${reason}`;
}
