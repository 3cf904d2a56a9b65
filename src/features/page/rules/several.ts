// What a person can do with several chosen orders at once, and what takes an act back. Pure.
import { shellWord } from '../../../core/base/shell-word.ts';
import { isOver, isRepeated } from '../../../core/orders/order-end.ts';
import { listedId } from '../../../core/runs/occurrence-name.ts';
import { entryOf, type StatusOrder } from './snapshot.ts';

export const SEVERAL = ['retry', 'cancel', 'remove', 'uncancel'] as const;
export type SeveralKind = (typeof SEVERAL)[number];

export interface SeveralAct {
  readonly kind: Exclude<SeveralKind, 'uncancel'>;
  readonly orders: readonly string[];
  readonly command: string;
}

type Orders = readonly (readonly [id: string, order: StatusOrder])[];

/** Of those that are chosen, what goes with which; an act that goes with none is not there. A step goes with its chain. */
export function actsForSeveral(chosen: Orders): readonly SeveralAct[] {
  const whole = chosen.filter(([, { chain }]) => chain === undefined);
  const hasEnded = (order: StatusOrder) => isOver(order) && !isRepeated(order);
  const acts = [
    actOn(
      'retry',
      'coord retry',
      chosen.filter(([, order]) => hasEnded(order)),
    ),
    actOn(
      'cancel',
      'coord cancel',
      chosen.filter(([, order]) => !hasEnded(order) && order.state !== 'CANCELLED'),
    ),
    actOn('remove', 'coord order remove', whole),
  ];
  return acts.filter(({ orders }) => orders.length > 0);
}

/** The orders of a machine's runs, each once: what runs may be one time of a schedule or a trigger. */
export function ordersOfRuns(runs: readonly string[], orders: Readonly<Record<string, StatusOrder>>): Orders {
  return [...new Set(runs.map(listedId))].flatMap((id) => {
    const order = entryOf(orders, id);
    return order === undefined ? [] : [[id, order] as const];
  });
}

function actOn(kind: SeveralAct['kind'], command: string, chosen: Orders): SeveralAct {
  const orders = chosen.map(([id]) => id);
  return { kind, orders, command: [command, ...orders.map(shellWord)].join(' ') };
}

/** Those of them whose cancelling can be taken back as if it had never been: nothing of them had begun. */
export function takenBack(cancelled: Orders): readonly string[] {
  return cancelled.flatMap(([id, { state }]) => (state === 'QUEUED' || state === 'ASSIGNED' || state === 'BLOCKED' ? [id] : []));
}
