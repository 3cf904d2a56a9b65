// What `coord status` lists of a large fleet: what moves or needs somebody, and the newest of the rest. The rest is counted, with the command that lists it.

import { isEndState } from '../../core/model/orders/run.ts';
import type { StatusOrder } from '../../core/model/status/status.ts';
import { wholeOrders } from '../../core/orders/chains.ts';
import type { View } from '../../operations/sync/view.ts';

const MACHINES_MAX = 30;
const ENDED_MAX = 20;

interface Selection {
  isShown(name: string): boolean;
  /** Null = all of it is shown. */
  readonly more: string | null;
}

/** By number: this machine, those that do not merely stand by or are not believed, and the first of the others. */
export function machinesShown({ machines, self }: Pick<View, 'machines' | 'self'>): Selection {
  const numbers = Object.keys(machines);
  const stirs = (number: string) =>
    Number(number) === self.machine || machines[number]?.state !== 'IDLE' || machines[number]?.doubted !== undefined;
  const shown = new Set([...numbers.filter(stirs), ...numbers.filter((number) => !stirs(number))].slice(0, MACHINES_MAX));
  const more = numbers.length - shown.size;
  return { isShown: (number) => shown.has(number), more: more === 0 ? null : `and ${more} more: coord machines` };
}

/** By id: all that have not ended, and those that ended last. */
export function ordersShown({ orders }: Pick<View, 'orders'>): Selection {
  const endedMs = ({ finishedAt = '' }: StatusOrder) => Date.parse(finishedAt) || 0;
  const ended = wholeOrders(orders).filter(([, { state }]) => isEndState(state));
  const old = ended.toSorted(([, one], [, other]) => endedMs(other) - endedMs(one)).slice(ENDED_MAX);
  const hidden = new Set(old.map(([id]) => id));
  return {
    isShown: (id) => !hidden.has(id),
    more: hidden.size === 0 ? null : `and ${hidden.size} more that ended: coord order list`,
  };
}
