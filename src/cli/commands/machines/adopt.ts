// coord adopt
import { visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { adopt } from '../../../operations/machine/adopt.ts';
import { mustBeSynced } from '../../../operations/sync/sync.ts';
import type { Context } from '../../context.ts';
import { syncLine } from '../look/sync.ts';

export async function run(context: Context): Promise<number> {
  const folder = context.fleet();
  const { machine, name, adopted, sync } = await context.busy('syncing', adopt(await context.world(), folder));
  const label = visibleText(`machine ${machine} ${name}`);
  if (!adopted || sync === null) {
    context.out(`nothing to adopt: nobody else writes as ${label}`);
    return EXIT.done;
  }
  context.out(`this folder is ${label}; what the other one wrote was taken over, and it halts at its next sync`);
  context.out(syncLine(sync));
  mustBeSynced(sync);
  return EXIT.done;
}
