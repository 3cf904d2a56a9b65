// coord machines remove
import { visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { removeFromFleet } from '../../../operations/machine/remove-machine.ts';
import type { Context } from '../../context.ts';

export async function run(context: Context, word: string): Promise<number> {
  const folder = context.fleet();
  const { machine, name, removed } = await context.busy('syncing', removeFromFleet(await context.world(), folder, word));
  const label = visibleText(`machine ${machine} ${name}`);
  if (!removed) {
    context.out(`${label} has left already`);
    return EXIT.done;
  }
  context.out(`removed ${label} from the fleet; its results, history and messages stay on the board`);
  context.out(`  should it come back, it halts; there: coord adopt`);
  return EXIT.done;
}
