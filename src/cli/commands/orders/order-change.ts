// coord order set, coord order remove, coord cancel, coord retry
import { shellWord } from '../../../core/base/shell-word.ts';
import type { Options } from '../../../documents/orders/order-field.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { cancelOrders, removeOrders, setOrder } from '../../../operations/orders/edit-orders.ts';
import { retryOrders } from '../../../operations/orders/retry-order.ts';
import { cancelledWords, removedWords } from '../../../operations/orders/taken-back.ts';
import type { Context } from '../../context.ts';
import { fieldsFrom } from '../../input/order-options.ts';
import { type AsJson, consequence, editJson, warnUnknownMachine, warnUnsent } from '../../output/consequence.ts';
import { plainCell } from '../../output/table.ts';

/** A reason is told whole. */
const WORDS_MAX = 800;

export async function set(context: Context, id: string, options: Options): Promise<number> {
  const folder = context.fleet();
  const fields = fieldsFrom(options, 'set');
  const names = Object.keys(fields);
  if (names.length === 0)
    throw new CoordError('USAGE', `say what to change of ${id}, such as --for or --title`, 'coord order set --help');
  const report = await context.busy('syncing', setOrder(await context.world(), folder, id, fields));
  if (options.json) context.out(editJson(report, id));
  else context.out(consequence(context, report.view, id, `changed ${names.join(', ')} of`));
  warnUnknownMachine(context, report.view, id, fields.assign);
  const { state, machine } = report.view.orders[id] ?? {};
  if (fields.assign !== undefined && state === 'IN_PROGRESS')
    context.note(
      context.paint.yellow(
        `! it has begun${machine === undefined ? '' : ` on ${machine}`} and goes on there; for another run: coord retry ${shellWord(id)}`,
      ),
    );
  warnUnsent(context, report);
  return EXIT.done;
}

export async function remove(context: Context, ids: readonly string[], { json }: AsJson): Promise<number> {
  const folder = context.fleet();
  const { orders, ...report } = await context.busy('syncing', removeOrders(await context.world(), folder, ids));
  if (json) context.out(editJson(report, orders));
  else for (const { id, before } of orders) context.out(plainCell(removedWords(report, id, before), WORDS_MAX));
  warnUnsent(context, report);
  return EXIT.done;
}

export async function cancel(context: Context, ids: readonly string[], { json }: AsJson): Promise<number> {
  const folder = context.fleet();
  const { orders, ...report } = await context.busy('syncing', cancelOrders(await context.world(), folder, ids));
  if (json) context.out(editJson(report, orders));
  for (const { id, before } of json ? [] : orders) {
    const head = consequence(context, report.view, id, 'cancelled');
    context.out(plainCell(cancelledWords(report, id, before, head), WORDS_MAX));
  }
  warnUnsent(context, report);
  return EXIT.done;
}

interface RetryWords extends AsJson {
  readonly edit?: boolean;
  readonly resume?: true | string;
}

export async function retry(
  context: Context,
  ids: readonly string[],
  { edit = false, resume, json }: RetryWords,
): Promise<number> {
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
  if (json) context.out(editJson(report, orders));
  for (const { id, generation } of json ? [] : orders)
    context.out(`${consequence(context, report.view, id, 'placed')} · generation ${generation}`);
  warnUnsent(context, report);
  return EXIT.done;
}
