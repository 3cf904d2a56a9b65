// Notes what this machine showed of an order before the command looked at the remote: a person's word for an order counts for what they saw
// of it (O4a).
import { shellWord } from '../../core/base/shell-word.ts';
import type { OrderChange } from '../../core/model/ledger/intention.ts';
import { isSeen, type SeenOrder, seenOrder } from '../../documents/orders/seen-order.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { readView, type View } from '../sync/view.ts';
import { awaitingStep } from './chain-edits.ts';
import { ordersHere } from './edit-orders.ts';

/** What an approval can name (`2.k3x9…`): the order as it is shown here now; null = there is none that waits for one. */
export function shownMark(folder: FleetFolder, view: View, id: string): string | null {
  const target = awaitingStep(view, id);
  if (!Object.hasOwn(view.orders, target) || view.orders[target]?.approval !== 'awaited') return null;
  const seen = shownHere(folder, view)(target);
  return seen === null ? null : markText(seen);
}

export function markText({ generation, mark }: SeenOrder): string {
  return `${generation}.${mark}`;
}

/** An order as it is listed here; null = it is not there, or cannot be read. */
export type Shown = (id: string) => SeenOrder | null;

/** As the last sync left it. The steps of templates the view tells: fleet.yaml alone does not say which version of a template an order has. */
export function shownHere(folder: FleetFolder, view: View | null = readView(folder)): Shown {
  const text = ordersHere(folder);
  return (id) => {
    const order = view !== null && Object.hasOwn(view.orders, id) ? view.orders[id] : undefined;
    if (order?.mark !== undefined) return { generation: order.generation ?? 1, mark: order.mark };
    return seenOrder(text, id);
  };
}

/** `before`: as it was shown here before the last sync. Throws FAILED where the order is something else by now. */
export function asSeen(folder: FleetFolder, before: Shown, id: string): NonNullable<OrderChange['seen']> {
  const now = shownHere(folder)(id);
  if (now === null)
    throw new CoordError(
      'FAILED',
      `order ${id} cannot be read in ORDERS.json: nothing was changed`,
      `coord order show ${shellWord(id)}`,
    );
  const shown = before(id);
  if (shown !== null && !isSeen(shown, now))
    throw new CoordError(
      'FAILED',
      `order ${id} was changed since this machine last showed it: nothing was done; look at it again, then repeat the command`,
      `coord order show ${shellWord(id)}`,
    );
  return { order: id, ...now };
}
