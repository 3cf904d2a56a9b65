// Does one thing to several orders in one push, as the command of that name does: all of them, or none.
import { together } from '../../../core/orders/edit-parts.ts';
import {
  cancelOrders,
  type EditReport,
  editOrders,
  findOrder,
  freshView,
  removeOrders,
} from '../../../operations/orders/edit-orders.ts';
import { retryOrders } from '../../../operations/orders/retry-order.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { SeveralKind } from '../rules/several.ts';

/** Throws for the first of them that it cannot be done to. */
export async function changeSeveral(
  world: World,
  folder: FleetFolder,
  act: SeveralKind,
  ids: readonly string[],
): Promise<EditReport> {
  switch (act) {
    case 'retry':
      return retryOrders(world, folder, ids, { edit: false, resume: null });
    case 'cancel':
      return cancelOrders(world, folder, ids);
    case 'remove':
      return removeOrders(world, folder, ids);
    default: {
      const view = await freshView(world, folder);
      for (const id of ids) findOrder(folder, view, id);
      return editOrders(world, folder, together(ids.map((id) => ({ kind: 'unset', id, field: 'cancelled' }))));
    }
  }
}
