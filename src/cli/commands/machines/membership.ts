// coord adopt, coord machines remove, coord rename
import { numberedName } from '../../../core/model/machines/machine-label.ts';
import { assignWords } from '../../../core/model/status/status.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { adopt } from '../../../operations/machine/adopt.ts';
import { removeFromFleet } from '../../../operations/machine/remove-machine.ts';
import { rename as renameMachine } from '../../../operations/machine/rename.ts';
import { mustBeSynced } from '../../../operations/sync/sync.ts';
import type { Context } from '../../context.ts';
import { askedAgain } from '../../input/confirm.ts';
import { warnUnsaid } from '../../output/consequence.ts';
import { plainCell } from '../../output/table.ts';
import { takenWords } from '../../output/taken-words.ts';
import { syncLine } from '../look/sync.ts';

export async function adoptFolder(context: Context): Promise<number> {
  const folder = context.fleetHere();
  const { machine, name, adopted, removedBy, sync } = await context.busy('syncing', adopt(await context.world(), folder));
  const label = visibleText(`machine ${numberedName(machine, name)}`);
  if (!adopted || sync === null) {
    context.out(`nothing to adopt: no other folder writes as ${label}`);
    return EXIT.done;
  }
  context.out(
    removedBy === null
      ? `this folder is ${label}; what the other one wrote was taken over, and it halts at its next sync`
      : visibleText(`${label} is back in the fleet (${removedBy} had removed it)`),
  );
  context.out(syncLine(sync));
  mustBeSynced(sync);
  return EXIT.done;
}

export async function remove(context: Context, word: string, { again = false }: { readonly again?: boolean }): Promise<number> {
  const folder = context.fleet();
  const world = await context.world();
  const { machine, name, removed, onRemote, sync } = await askedAgain(
    again,
    (isSure) => context.busy('syncing', removeFromFleet(world, folder, word, isSure)),
    'Remove it all the same? It halts, and its runs count as interrupted.',
  );
  const label = visibleText(`machine ${numberedName(machine, name)}`);
  if (removed) {
    context.out(`removed ${label} from the fleet; its results, history and messages stay on the board`);
    context.out(`  if it comes back, it halts; to use it again, run coord adopt on it`);
  } else context.out(`${label} has left already`);
  for (const one of onRemote) context.out(`  ${takenWords(one, sync.view?.self.remote ?? '<url>')}`);
  return EXIT.done;
}

export async function rename(context: Context, name: string): Promise<number> {
  const folder = context.fleet();
  const { machine, from, to, sync } = await context.busy('syncing', renameMachine(await context.world(), folder, name));
  if (from === to) context.out(`machine ${machine} is named ${to} already`);
  else {
    context.out(`machine ${machine} is now named ${to}`);
    const orders = Object.values(sync.view?.orders ?? {}).filter(({ assign }) =>
      assignWords(assign).some((word) => word.toLowerCase() === from.toLowerCase()),
    );
    if (orders.length > 0)
      context.note(context.paint.yellow(`! orders for ${plainCell(from, 100)} wait for a machine of that name`));
  }
  warnUnsaid(context, sync);
  return EXIT.done;
}
