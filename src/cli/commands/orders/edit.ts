// coord edit
import { join } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import { editWords } from '../../../core/orders/edit-words.ts';
import { ORDERS_PATH } from '../../../documents/paths.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { editOrdersFile } from '../../../operations/orders/edit-file.ts';
import type { Context } from '../../context.ts';
import { canAsk, confirmed } from '../../input/confirm.ts';
import { warnUnsent } from '../../output/consequence.ts';
import { plainCell } from '../../output/table.ts';

/** A fault of a list is often a fault of all entries after it. */
const FAULTS_SHOWN = 10;

export async function run(context: Context): Promise<number> {
  const folder = context.fleet();
  if (!context.isTerminal || !canAsk()) {
    const path = join(folder.projection, ORDERS_PATH);
    const hint = `edit ${shellWord(path)}, save, and: coord sync`;
    throw new CoordError('USAGE', 'coord edit needs a terminal for the editor, found none', hint);
  }
  const done = await editOrdersFile(await context.world(), folder, async (faults, path) => {
    for (const fault of faults.slice(0, FAULTS_SHOWN)) context.note(context.paint.red(`! ${plainCell(fault, 400)}`));
    if (faults.length > FAULTS_SHOWN) context.note(`  and ${faults.length - FAULTS_SHOWN} more`);
    return confirmed(`What you typed is in ${path}. Edit it again? Otherwise nothing is sent`);
  });
  if (done === null) {
    context.out(`${ORDERS_PATH} is unchanged: nothing was sent`);
    return EXIT.done;
  }
  const { edits, lost, report, keptAt } = done;
  const words = new Set(edits.map(editWords));
  if (words.size > 0) context.out(plainCell(`${ORDERS_PATH}: ${[...words].join(', ')}`, 600));
  for (const { edit, reason } of lost)
    context.note(context.paint.yellow(`! not done: ${editWords(edit)}: ${plainCell(reason, 400)}`));
  if (keptAt !== null)
    context.note(context.paint.yellow(`! your comments were not sent, only what orders say; what you typed is in ${keptAt}`));
  warnUnsent(context, report);
  return lost.length > 0 ? EXIT.failed : EXIT.done;
}
