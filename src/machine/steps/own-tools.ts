// The tools of this machine, with those that orders ask for. They are found by name alone, so that no order makes it start anything.
import { guarded } from '../../core/base/guarded.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Self } from '../../core/model/machines/self.ts';
import type { Order } from '../../core/model/orders/order.ts';
import { askedTools } from '../../core/orders/asked-tools.ts';
import { isScheduled, isTriggered } from '../../core/orders/occurrences.ts';
import { isOver } from '../../core/orders/order-end.ts';
import { orderStatus } from '../../core/status/order-status.ts';
import type { Machine } from '../context.ts';

/** O10: where orders may run no commands, they do not learn what is installed either. */
export function withAskedTools(
  machine: Pick<Machine, 'installed'>,
  self: Self,
  { orders, machines }: Pick<Snapshot, 'orders' | 'machines'>,
): Self {
  const goesOn = (order: Order) => isScheduled(order) || isTriggered(order) || !isOver(orderStatus(order, machines));
  // D4b: one that cannot be judged may go on.
  const isOpen = (order: Order) =>
    !order.cancelled &&
    guarded(
      () => goesOn(order),
      () => true,
    );
  const asked = self.policy.allow.includes('shell') ? askedTools(orders.orders, isOpen) : [];
  const found = asked.length === 0 ? [] : machine.installed(asked).filter((name) => !self.tools.includes(name));
  return found.length === 0 ? self : { ...self, tools: [...self.tools, ...found].sort() };
}
