// coord order list --all: with the orders of the archive (D11), before those that stand in the list. Not part of the quick answer.
import { archivedNames, archivedOrders, archivedStatus } from '../../../operations/orders/archived-orders.ts';
import type { View } from '../../../operations/sync/view.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { Reading } from '../../context.ts';
import { run as list, type Options } from './order-list.ts';

export async function run(context: Reading, options: Options): Promise<number> {
  return list(context, options, withArchived);
}

function withArchived(view: View, folder: FleetFolder): View {
  // T11.5: whoever can push can write it.
  const mark = view.self.signed === true ? { reason: 'as the archive says, which nobody signs' } : {};
  const named = archivedNames(archivedOrders(folder), Object.keys(view.orders));
  const archived = named.map(([name, order]) => [name, { ...archivedStatus(order), ...mark }] as const);
  return { ...view, orders: { ...Object.fromEntries(archived), ...view.orders } };
}
