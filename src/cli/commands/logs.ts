// coord logs
import { visibleText } from '../../documents/escape-text.ts';
import { CoordError, EXIT } from '../../errors.ts';
import { stepWithLog } from '../../operations/chain-edits.ts';
import { findOrder } from '../../operations/edit-orders.ts';
import { followLog, newestLog } from '../../operations/run-log.ts';
import { readView } from '../../operations/view.ts';
import type { Context } from '../context.ts';

export async function run(context: Context, named: string, options: { readonly follow?: boolean }): Promise<number> {
  const folder = context.fleet();
  const id = stepWithLog(readView(folder), named);
  const local = newestLog(folder, id);
  if (local !== null) {
    const write = (text: string) => void process.stdout.write(context.isTerminal ? visibleText(text) : text);
    await followLog(local, options.follow === true, write);
    return EXIT.done;
  }
  const view = readView(folder);
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
  return EXIT.done;
}
