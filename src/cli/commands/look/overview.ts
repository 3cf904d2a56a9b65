// coord overview, which `coord` alone means too
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { shownLines } from '../../../features/shown.ts';
import { readView } from '../../../operations/sync/view.ts';
import { lastFetchMs } from '../../../system/fleet/fleet-folder.ts';
import { fleetIfAny, type Reading } from '../../context.ts';
import { NO_FLEET_YET, type Overview, overviewLines, overviewOf } from '../../output/show-overview.ts';

export async function run(context: Reading, options: { readonly json?: boolean }): Promise<number> {
  const seen = look(context);
  if (options.json) context.out(visibleJson(JSON.stringify(seen, null, 2)));
  else context.out(overviewLines(seen, context, process.env.HOME).join('\n'));
  return EXIT.done;
}

function look(context: Reading): Overview {
  const folder = fleetIfAny(context);
  if (folder === null) return NO_FLEET_YET;
  return overviewOf(folder, readView(folder), lastFetchMs(folder), shownLines(folder), context.nowMs);
}
