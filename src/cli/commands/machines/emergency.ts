// coord emergency
import { minuteTime } from '../../../core/base/time.ts';
import { numberedName } from '../../../core/model/machines/machine-label.ts';
import { EVERYBODY } from '../../../core/model/messages/message.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { endEmergency } from '../../../operations/messages/emergency.ts';
import { said } from '../../../operations/sync/reply-words.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import type { Context } from '../../context.ts';
import { warnUnsaid } from '../../output/consequence.ts';
import { columns } from '../../output/table.ts';
import * as send from '../messages/send.ts';

/** All machines would hear of it. */
const LIKELY_MEANT = ['over', 'resolve', 'resolved', 'list', 'show', 'end', 'help', 'off'];

export async function run(
  context: Context,
  words: readonly string[],
  options: { readonly over?: boolean; readonly json?: boolean },
): Promise<number> {
  if (words.length === 0) return options.over ? over(context, options.json === true) : show(context, options.json === true);
  if (options.over) throw new CoordError('USAGE', 'expected a message or --over, found both', 'coord emergency --help');
  const [only = '', ...more] = words;
  if (more.length === 0 && LIKELY_MEANT.includes(only.toLowerCase()))
    throw new CoordError(
      'USAGE',
      `expected a message that says what is wrong, found the one word "${only}"`,
      'coord emergency, which lists them; or coord emergency --over',
    );
  return send.run(context, EVERYBODY, words, { priority: 'urgent', json: options.json === true });
}

async function over(context: Context, asJson: boolean): Promise<number> {
  const folder = context.fleet();
  const { label, what, sync } = await context.busy('syncing', endEmergency(await context.world(), folder));
  if (asJson) context.out(JSON.stringify({ over: what, landed: said(sync).landed }, null, 2));
  else context.out(visibleText(what === null ? `${label} has no emergency` : `the emergency of ${label} is over: ${what}`));
  warnUnsaid(context, sync);
  return EXIT.done;
}

function show(context: Context, asJson: boolean): number {
  const folder = context.fleet();
  const view = syncedView(folder);
  const all = Object.entries(view.machines).flatMap(([machine, { name, emergency: what, emergencySince: since = '' }]) =>
    what === undefined ? [] : [{ machine: Number(machine), name, what, since }],
  );
  if (asJson) context.out(JSON.stringify(all, null, 2));
  else if (all.length === 0) context.out('no emergency');
  else {
    const rows = all.map(({ machine, name, what, since }) =>
      [numberedName(machine, name), minuteTime(since), what].map(visibleText),
    );
    for (const line of columns([['MACHINE', 'SINCE', 'WHAT'], ...rows], (cell, _column, row) =>
      row === 0 ? context.paint.dim(cell) : cell,
    ))
      context.out(line);
  }
  return EXIT.done;
}
