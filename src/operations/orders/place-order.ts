// Places new work: checked before it is recorded.
import { faultSentence } from '../../core/model/status/fault.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import { sync } from '../sync/sync.ts';
import { mustBeGoodOrder, type NewOrder, refused, TO_PLACE, templateFault } from './check-order.ts';
import { type EditReport, editOrders } from './edit-orders.ts';

/** Records it, then syncs. An id that has run before gets a new generation. Throws USAGE for what the board would refuse. */
export async function placeOrder(world: World, folder: FleetFolder, order: NewOrder): Promise<EditReport> {
  mustBeGoodOrder(order, TO_PLACE);
  if (templateFault(folder, order) !== null) {
    // The template may be newer than the last look.
    await sync(world, folder);
    const fault = templateFault(folder, order);
    if (fault !== null) throw refused(TO_PLACE, faultSentence(fault));
  }
  return editOrders(world, folder, [{ kind: 'add', order, again: true }]);
}
