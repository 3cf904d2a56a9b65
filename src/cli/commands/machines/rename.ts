// coord rename
import { EXIT } from '../../../errors.ts';
import { rename } from '../../../operations/machine/rename.ts';
import { mustBeSynced } from '../../../operations/sync/sync.ts';
import type { Context } from '../../context.ts';
import { plainCell } from '../../output/table.ts';

export async function run(context: Context, name: string): Promise<number> {
  const folder = context.fleet();
  const { machine, from, to, sync } = await context.busy('syncing', rename(await context.world(), folder, name));
  if (from === to) context.out(`machine ${machine} is named ${to} already`);
  else {
    context.out(`machine ${machine} is now named ${to}`);
    const orders = Object.values(sync.view?.orders ?? {}).filter((order) => order.assign.toLowerCase() === from.toLowerCase());
    if (orders.length > 0)
      context.note(context.paint.yellow(`! orders for ${plainCell(from, 100)} wait for a machine of that name`));
  }
  if (sync.trouble === null) mustBeSynced(sync);
  else context.note(context.paint.yellow(`! recorded here, not on the remote yet: ${sync.trouble.message}; coord sync says it`));
  return EXIT.done;
}
