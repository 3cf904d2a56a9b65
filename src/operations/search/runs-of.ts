// The runs of one order, years back, with the ends of their output, as the last sync left them in the fleet folder. It asks nobody and takes no lock.
import { setImmediate as breathe } from 'node:timers/promises';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { projectedBytes } from '../../system/fleet/projected-bytes.ts';
import { doubtOf, viewIn, viewText } from '../sync/view.ts';
import { entriesWithAll } from './read-entries.ts';
import { documentsOf } from './search.ts';
import type { SearchEntry } from './search-entry.ts';

const RUN_DOCUMENT = /^(?:results|history)\//;

/** The newest first, at most so many. What machines say that are not believed here is left out (T5.2). `id`: of an order or a step. */
export async function runsOf(folder: FleetFolder, id: string, limit: number): Promise<readonly SearchEntry[]> {
  const view = viewIn(viewText(folder));
  const pattern = new RegExp(`(?<![A-Za-z0-9])${id.replace(/[^A-Za-z0-9]/g, '\\$&')}`, 'g');
  const found = new Map<string, SearchEntry>();
  for (const path of documentsOf(folder).filter((it) => RUN_DOCUMENT.test(it))) {
    const bytes = projectedBytes(folder, path);
    if (bytes === null) continue;
    for (const entry of entriesWithAll(bytes, path, [pattern])) {
      if (entry.kind !== 'run' || entry.id !== id || doubtOf(view, entry.machine) !== null) continue;
      const name = `${entry.machine} ${entry.at}`;
      // Of a run that has moved to the history its short record stays behind.
      if ((found.get(name)?.text.length ?? -1) < entry.text.length) found.set(name, entry);
    }
    // Results of all machines come before the history, which goes back month by month.
    if (found.size >= limit && path.startsWith('history/')) break;
    await breathe();
  }
  return [...found.values()].sort((one, other) => ((one.at ?? '') < (other.at ?? '') ? 1 : -1)).slice(0, limit);
}
