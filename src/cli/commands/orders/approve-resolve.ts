// coord approve, coord order resolve
import { shellWord } from '../../../core/base/shell-word.ts';
import type { StatusOrder } from '../../../core/model/status/status.ts';
import { wholeOrders } from '../../../core/orders/chains.ts';
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { approveOrders, resolveOrder } from '../../../operations/orders/approve-resolve.ts';
import { syncedView, type View } from '../../../operations/sync/view.ts';
import type { Context } from '../../context.ts';
import { type AsJson, consequence, editJson, warnUnsent } from '../../output/consequence.ts';
import { orderLines } from '../../output/show-status.ts';

export async function approve(context: Context, ids: readonly string[], { json }: AsJson): Promise<number> {
  const folder = context.fleet();
  if (ids.length === 0) return listAwaited(context, json === true);
  const { orders, ...report } = await context.busy('syncing', approveOrders(await context.world(), folder, ids));
  if (json) context.out(editJson(report, orders));
  for (const { id, before } of json ? [] : orders)
    if (before.approval === 'given') context.out(`${id} was approved already: it is ${before.state}`);
    else context.out(consequence(context, report.view, id, 'approved'));
  warnUnsent(context, report);
  return EXIT.done;
}

/** What waits for a person's word; reads local files. */
function listAwaited(context: Context, asJson: boolean): number {
  const view = syncedView(context.fleet());
  const isAwaited = ({ approval, state }: StatusOrder) => approval === 'awaited' && (state === 'QUEUED' || state === 'BLOCKED');
  const isMeant = (order: StatusOrder) => [order, ...stepsOf(order, view)].some(isAwaited);
  if (asJson) {
    const awaited = wholeOrders(view.orders).filter(([, order]) => isMeant(order));
    context.out(visibleJson(JSON.stringify(Object.fromEntries(awaited), null, 2)));
    return EXIT.done;
  }
  const lines = orderLines(view, context, isMeant);
  for (const line of lines) context.out(line);
  if (lines.length === 0) context.out('no order waits for approval');
  return EXIT.done;
}

function stepsOf({ steps = [] }: StatusOrder, { orders }: View): readonly StatusOrder[] {
  return steps.flatMap((step) => orders[step] ?? []);
}

interface ResolveOptions extends AsJson {
  readonly completed?: boolean;
  readonly failed?: boolean;
  readonly note?: string;
}

export async function resolve(context: Context, id: string, { completed, failed, note, json }: ResolveOptions): Promise<number> {
  const folder = context.fleet();
  if ((completed ?? false) === (failed ?? false))
    throw new CoordError(
      'USAGE',
      `say how ${id} ended: --completed or --failed, one of them`,
      `coord order resolve ${shellWord(id)} --completed`,
    );
  if (note !== undefined && (note.length > 500 || /[\r\n\0]/.test(note)))
    throw new CoordError('USAGE', '--note: expected one line of at most 500 characters', 'coord order resolve --help');
  const word = { as: completed ? ('completed' as const) : ('failed' as const), note: note ?? null };
  const report = await context.busy('syncing', resolveOrder(await context.world(), folder, id, word));
  const order = report.view.orders[id];
  if (json) context.out(editJson(report, id));
  else context.out(`resolved ${id} as ${word.as}${order === undefined ? '' : ` · it is ${order.state}`}`);
  warnUnsent(context, report);
  return EXIT.done;
}
