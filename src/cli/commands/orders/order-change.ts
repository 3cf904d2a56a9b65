// coord order set, coord order remove, coord cancel, coord retry
import { shellWord } from '../../../core/base/shell-word.ts';
import type { Options } from '../../../documents/orders/order-field.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { cancelOrder, editOrders, findOrder, freshView, setOrder } from '../../../operations/orders/edit-orders.ts';
import { retryOrder } from '../../../operations/orders/retry-order.ts';
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

export async function remove(context: Context, id: string): Promise<number> {
  const folder = context.fleet();
  const world = await context.world();
  const before = findOrder(await freshView(world, folder), id);
  const report = await context.busy('syncing', editOrders(world, folder, [{ kind: 'remove', id }]));
  const effect =
    before.state === 'IN_PROGRESS'
      ? `it runs on ${before.machine ?? 'several machines'}, which stops it at its next sync`
      : `it was ${before.state}`;
  context.out(`removed ${id} from ORDERS.json · ${effect}`);
  warnUnsent(context, report);
  return EXIT.done;
}

export async function cancel(context: Context, id: string): Promise<number> {
  const folder = context.fleet();
  const { before, ...report } = await context.busy('syncing', cancelOrder(await context.world(), folder, id));
  if (before.schedule !== undefined && before.state !== 'IN_PROGRESS') context.out(`cancelled ${id}: it will not run again`);
  else if (['COMPLETED', 'FAILED', 'CANCELLED'].includes(before.state))
    context.out(`${id} had ended already: ${before.state}; it will not run again`);
  else if (before.state === 'IN_PROGRESS' && report.view.orders[id]?.state !== 'IN_PROGRESS')
    context.out(`cancelled ${id}: it was stopped here`);
  else if (before.state === 'IN_PROGRESS')
    context.out(`${consequence(context, report.view, id, 'cancelled')} · it is stopped at that machine's next sync`);
  else context.out(`cancelled ${id}: it will not start`);
  warnUnsent(context, report);
  return EXIT.done;
}

interface RetryWords {
  readonly edit?: boolean;
  readonly resume?: true | string;
}

export async function retry(context: Context, id: string, { edit = false, resume }: RetryWords): Promise<number> {
  const folder = context.fleet();
  if (edit && !(context.isTerminal && process.stdin.isTTY === true))
    throw new CoordError(
      'USAGE',
      '--edit needs a terminal for the editor, found none',
      `edit ORDERS.json, or: coord retry ${shellWord(id)}`,
    );
  const retrying = retryOrder(await context.world(), folder, id, { edit, resume: resume ?? null });
  // The editor has the terminal.
  const { generation, ...report } = await (edit ? retrying : context.busy('syncing', retrying));
  context.out(`${consequence(context, report.view, id, 'queued')} · generation ${generation}`);
  warnUnsent(context, report);
  return EXIT.done;
}
