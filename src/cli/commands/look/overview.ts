// coord overview, which `coord` alone means too
import { shellWord } from '../../../core/base/shell-word.ts';
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { readView } from '../../../operations/sync/view.ts';
import { NoFleetHere } from '../../../system/fleet/find-fleet.ts';
import { lastFetchMs } from '../../../system/fleet/fleet-folder.ts';
import type { Reading } from '../../context.ts';
import { notesHere } from '../../output/notes-here.ts';
import { noFleet, type Overview, overviewLines, overviewOf } from '../../output/show-overview.ts';

export async function run(context: Reading, options: { readonly json?: boolean }): Promise<number> {
  const seen = sameFleet(look(context), context);
  if (options.json) context.out(visibleJson(JSON.stringify(seen, null, 2)));
  else context.out(overviewLines(seen, context, process.env.HOME).join('\n'));
  return EXIT.done;
}

function look(context: Reading): Overview {
  try {
    const folder = context.fleet();
    const view = readView(folder);
    return overviewOf(folder, view, lastFetchMs(folder), notesHere(folder, view, context.nowMs()), context.nowMs);
  } catch (error) {
    if (error instanceof NoFleetHere) return noFleet(error);
    throw error;
  }
}

/** What one can do next is for the fleet that was named. */
function sameFleet(seen: Overview, { dir, fleetWord }: Reading): Overview {
  const words =
    dir !== undefined ? `--dir ${shellWord(dir)}` : fleetWord !== undefined ? `--fleet ${shellWord(fleetWord)}` : null;
  if (words === null) return seen;
  return {
    ...seen,
    next: seen.next.map(({ command, does }) => ({ command: command.replace(/^coord\b/, `coord ${words}`), does })),
  };
}
