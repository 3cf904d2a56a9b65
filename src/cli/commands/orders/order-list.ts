// coord order list
import type { StatusOrder } from '../../../core/model/status/status.ts';
import { wholeOrders } from '../../../core/orders/chains.ts';
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { isWanted, machineFor, type OrderFilter, statesOf } from '../../../operations/orders/order-filter.ts';
import { withProgressHere } from '../../../operations/sync/progress-here.ts';
import { syncedView, type View } from '../../../operations/sync/view.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { Reading } from '../../context.ts';
import { sinceOf } from '../../input/since.ts';
import { orderLines } from '../../output/show-status.ts';

export interface Options {
  readonly state?: string;
  readonly for?: string;
  readonly since?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `more`: adds the orders that left the list, where they are asked for. */
export async function run(context: Reading, options: Options, more?: (view: View, folder: FleetFolder) => View): Promise<number> {
  const folder = context.fleet();
  const here = withProgressHere(folder, syncedView(folder));
  const view = more?.(here, folder) ?? here;
  const filter = filterOf(options, view, context.nowMs());
  const isMeant = (order: StatusOrder) => isWanted(order, filter);
  if (options.json) {
    const orders = Object.entries(view.orders).filter(([, order]) => isMeant(order));
    context.out(visibleJson(JSON.stringify(Object.fromEntries(orders), null, 2)));
  } else {
    const lines = orderLines(view, context, isMeant);
    for (const line of lines) context.out(line);
    const count = wholeOrders(view.orders).length;
    if (lines.length === 0) context.out(count === 0 ? 'no orders' : `no such order among all ${count}`);
  }
  return EXIT.done;
}

function filterOf({ state, for: machine, since }: Options, view: View, nowMs: number): OrderFilter {
  return {
    states: state === undefined ? null : statesOf(state, 'coord order list'),
    machine: machine === undefined ? null : machineFor(machine, view),
    since: since === undefined ? null : sinceOf(since, nowMs, 'order list'),
  };
}
