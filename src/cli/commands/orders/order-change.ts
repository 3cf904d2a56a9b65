// coord order set, coord order remove, coord cancel, coord retry
import { shellWord } from '../../../core/base/shell-word.ts';
import { isOver, isRepeated } from '../../../core/orders/order-end.ts';
import type { Options } from '../../../documents/orders/order-field.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { type Before, cancelOrders, removeOrders, setOrder } from '../../../operations/orders/edit-orders.ts';
import { retryOrders } from '../../../operations/orders/retry-order.ts';
import type { View } from '../../../operations/sync/view.ts';
import type { Context } from '../../context.ts';
import { fieldsFrom } from '../../input/order-options.ts';
import { consequence, warnUnsent } from '../../output/consequence.ts';

export async function set(context: Context, id: string, options: Options): Promise<number> {
  const folder = context.fleet();
  const fields = fieldsFrom(options, 'set');
  const names = Object.keys(fields);
  if (names.length === 0) throw new CoordError('USAGE', 'nothing to change', 'coord order set --help');
  const report = await context.busy('syncing', setOrder(await context.world(), folder, id, fields));
  context.out(consequence(context, report.view, id, `changed ${names.join(', ')} of`));
  warnUnsent(context, report);
  return EXIT.done;
}

export async function remove(context: Context, ids: readonly string[]): Promise<number> {
  const folder = context.fleet();
  const { orders, ...report } = await context.busy('syncing', removeOrders(await context.world(), folder, ids));
  for (const { id, before } of orders) {
    const effect =
      before.state === 'IN_PROGRESS'
        ? `it runs on ${before.machine ?? 'several machines'}, which stops it at its next sync`
        : `it was ${before.state}`;
    context.out(`removed ${id} from ORDERS.json · ${effect}`);
  }
  warnUnsent(context, report);
  return EXIT.done;
}

export async function cancel(context: Context, ids: readonly string[]): Promise<number> {
  const folder = context.fleet();
  const { orders, ...report } = await context.busy('syncing', cancelOrders(await context.world(), folder, ids));
  for (const order of orders) context.out(cancelled(context, report.view, order));
  warnUnsent(context, report);
  return EXIT.done;
}

function cancelled(context: Context, view: View, { id, before }: Before): string {
  if (isRepeated(before) && before.state !== 'IN_PROGRESS') return `cancelled ${id}: it will not run again`;
  if (isOver(before)) return `${id} had ended already: ${before.state}; it will not run again`;
  if (before.state !== 'IN_PROGRESS') return `cancelled ${id}: it will not start`;
  if (view.orders[id]?.state !== 'IN_PROGRESS') return `cancelled ${id}: it was stopped here`;
  return `${consequence(context, view, id, 'cancelled')} · it is stopped at that machine's next sync`;
}

interface RetryWords {
  readonly edit?: boolean;
  readonly resume?: true | string;
}

export async function retry(context: Context, ids: readonly string[], { edit = false, resume }: RetryWords): Promise<number> {
  const folder = context.fleet();
  const [id = ''] = ids;
  if (edit && ids.length > 1)
    throw new CoordError('USAGE', `--edit opens one order, found ${ids.length}`, `coord retry ${shellWord(id)} --edit`);
  if (edit && !(context.isTerminal && process.stdin.isTTY === true))
    throw new CoordError(
      'USAGE',
      '--edit needs a terminal for the editor, found none',
      `edit ORDERS.json, or: coord retry ${shellWord(id)}`,
    );
  const retrying = retryOrders(await context.world(), folder, ids, { edit, resume: resume ?? null });
  // The editor has the terminal.
  const { orders, ...report } = await (edit ? retrying : context.busy('syncing', retrying));
  for (const { id, generation } of orders)
    context.out(`${consequence(context, report.view, id, 'queued')} · generation ${generation}`);
  warnUnsent(context, report);
  return EXIT.done;
}
