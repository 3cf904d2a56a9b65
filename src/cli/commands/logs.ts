// coord logs
import { visibleText } from '../../documents/escape-text.ts';
import { CoordError, EXIT } from '../../errors.ts';
import { stepWithLog } from '../../operations/chain-edits.ts';
import { findOrder } from '../../operations/edit-orders.ts';
import { followLog, newestLog } from '../../operations/run-log.ts';
import { leaveTheList } from '../../operations/run-orders.ts';
import { readView } from '../../operations/view.ts';
import type { Context } from '../context.ts';

export async function run(context: Context, named: string, options: { readonly follow?: boolean }): Promise<number> {
  const folder = context.fleet();
  const synced = readView(folder);
  const id = stepWithLog(synced, named);
  const local = newestLog(folder, id);
  if (local !== null) {
    const write = (text: string) => void process.stdout.write(context.isTerminal ? visibleText(text) : text);
    await followLog(local, options.follow === true, write);
    const read = readView(folder)?.orders[id];
    if (read !== undefined) await leaveTheList(await context.world(), folder, id, read);
    return EXIT.done;
  }
  const view = synced;
  if (view === null) throw new CoordError('LOCAL_STATE', `${folder.root} has never synced`, 'coord sync');
  const order = findOrder(view, id);
  const told = order.machines === undefined ? { [String(order.machine ?? '')]: order } : order.machines;
  let any = false;
  for (const [machine, one] of Object.entries(told)) {
    if (one.tail === undefined) continue;
    any = true;
    context.note(`last lines from machine ${machine}; the full log is there: coord logs ${id}`);
    context.out(visibleText(one.tail.trimEnd()));
  }
  if (!any)
    throw new CoordError(
      'NOT_FOUND',
      `order ${id} has no output here: it is ${order.state}${order.reason === undefined ? '' : `, ${order.reason}`}`,
      `coord wait ${id}`,
    );
  await leaveTheList(await context.world(), folder, id, order);
  return EXIT.done;
}
