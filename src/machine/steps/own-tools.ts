// The tools of this machine, with those that orders ask for. They are found by name alone, so that no order makes it start anything.
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Self } from '../../core/model/machines/self.ts';
import { askedTools } from '../../core/orders/asked-tools.ts';
import type { Machine } from '../context.ts';

/** O10: where orders may run no commands, they do not learn what is installed either. */
export function withAskedTools(machine: Pick<Machine, 'installed'>, self: Self, { orders }: Pick<Snapshot, 'orders'>): Self {
  const asked = self.policy.allow.includes('shell') ? askedTools(orders.orders) : [];
  const found = asked.length === 0 ? [] : machine.installed(asked).filter((name) => !self.tools.includes(name));
  return found.length === 0 ? self : { ...self, tools: [...self.tools, ...found].sort() };
}
