// What lists leave out on a machine that demands signatures (T5.6), and what of them nobody signs (T11.5), said to people.
import { numberedName } from '../../core/model/machines/machine-label.ts';
import { visibleText } from '../../documents/text/escape-text.ts';
import { viewIn, viewText } from '../../operations/sync/view.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { Context } from '../context.ts';

/** On standard error: for people, and for whoever reads the list as JSON. `tellsMain`: it tells what main and its history say, too. */
export function noteDoubted(
  { note, paint }: Pick<Context, 'note' | 'paint'>,
  folder: Pick<FleetFolder, 'view'>,
  { tellsMain = false } = {},
): void {
  const view = viewIn(viewText(folder));
  for (const [machine, { name, doubted }] of Object.entries(view?.machines ?? {})) {
    if (doubted === undefined) continue;
    const who = numberedName(machine, name);
    note(paint.yellow(visibleText(`! what ${who} says is left out, because it is not believed here: ${doubted}`)));
  }
  if (tellsMain && view?.self.signed === true)
    note(
      paint.yellow('! edits, the archive, words of people, and who came and went are told as main has them: nobody signs those'),
    );
}
