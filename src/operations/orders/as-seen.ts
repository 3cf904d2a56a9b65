// Notes what this machine showed of an order before the command looked at the remote: a person's word for an order counts for what they saw
// of it (O4a).
import { shellWord } from '../../core/base/shell-word.ts';
import type { OrderChange } from '../../core/model/ledger/intention.ts';
import { isSeen, type SeenOrder, seenOrder } from '../../documents/orders/seen-order.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { View } from '../sync/view.ts';
import { awaitingStep } from './chain-edits.ts';
import { ordersHere } from './edit-orders.ts';

/** What an approval can name (`2.k3x9…`): the order as it is shown here now; null = there is none that waits for one. */
export function shownMark(folder: FleetFolder, view: View, id: string): string | null {
  const target = awaitingStep(view, id);
  if (!Object.hasOwn(view.orders, target) || view.orders[target]?.approval !== 'awaited') return null;
  const seen = seenOrder(ordersHere(folder), target);
  return seen === null ? null : markText(seen);
}

export function markText({ generation, mark }: SeenOrder): string {
  return `${generation}.${mark}`;
}

/** `before`: ORDERS.json as it was shown here before the last sync. Throws FAILED where the order is something else by now. */
export function asSeen(folder: FleetFolder, before: string, id: string): NonNullable<OrderChange['seen']> {
  const now = seenOrder(ordersHere(folder), id);
  if (now === null)
    throw new CoordError(
      'FAILED',
      `order ${id} cannot be read in ORDERS.json: nothing was changed`,
      `coord order show ${shellWord(id)}`,
    );
  const shown = seenOrder(before, id);
  if (shown !== null && !isSeen(shown, now))
    throw new CoordError(
      'FAILED',
      `order ${id} was changed since this machine last showed it: nothing was done; look at it again, then repeat the command`,
      `coord order show ${shellWord(id)}`,
    );
  return { order: id, ...now };
}
