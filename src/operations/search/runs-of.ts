// The runs of one order, years back, with the ends of their output, as the last sync left them in the fleet folder. It asks nobody and takes no lock.
import { setImmediate as breathe } from 'node:timers/promises';
import { isHigher } from '../../core/runs/journal-retention.ts';
import { listedId } from '../../core/runs/occurrence-name.ts';
import { monthOf } from '../../documents/history-part.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { projectedBytes } from '../../system/fleet/projected-bytes.ts';
import { doubtOf, viewIn, viewText } from '../sync/view.ts';
import { entriesWithAll } from './read-entries.ts';
import { documentsOf } from './search.ts';
import type { SearchEntry } from './search-entry.ts';

const RUN_DOCUMENT = /^(?:results\/(?<teller>[0-9]+)|history\/(?<owner>[0-9]+)\/(?<month>[0-9]{4}-[0-9]{2})\.)/;
const NO_RUN = { generation: 0, attempt: 0 };

/** The newest first, at most so many. What machines say that are not believed here is left out (T5.2). `id`: of an order, a step or an occurrence; of a template, all its occurrences. `by`: of this machine alone. */
export async function runsOf(folder: FleetFolder, id: string, limit: number, by?: number): Promise<readonly SearchEntry[]> {
  const view = viewIn(viewText(folder));
  const pattern = new RegExp(`(?<![A-Za-z0-9])${id.replace(/[^A-Za-z0-9]/g, '\\$&')}`, 'g');
  const found = new Map<string, SearchEntry>();
  let monthBefore: string | undefined;
  for (const path of documentsOf(folder)) {
    const { teller, owner, month } = RUN_DOCUMENT.exec(path)?.groups ?? {};
    const machine = teller ?? owner;
    if (machine === undefined || (by !== undefined && Number(machine) !== by)) continue;
    // Results of all machines come before the history, which goes back month by month: in one, any machine may have the newest.
    // A short record in the results is no end of that: the history has its output, in a document of its month or of a later one.
    const isOlder = month !== undefined && month !== monthBefore;
    if (isOlder && month < monthOfLast([...found.values()], limit)) break;
    monthBefore = month;
    const bytes = projectedBytes(folder, path);
    if (bytes === null) continue;
    for (const entry of entriesWithAll(bytes, path, [pattern])) {
      if (entry.kind !== 'run' || (entry.id !== id && listedId(entry.id) !== id)) continue;
      if (doubtOf(view, entry.machine) !== null) continue;
      const name = `${entry.machine} ${entry.at} ${entry.id} ${entry.run?.generation} ${entry.run?.attempt}`;
      // Of a run that has moved to the history its short record stays behind.
      if ((found.get(name)?.text.length ?? -1) < entry.text.length) found.set(name, entry);
    }
    await breathe();
  }
  return [...found.values()].sort(newestFirst).slice(0, limit);
}

/** That of the oldest among the newest that are asked for; empty = there are not so many yet, or it says no time. */
function monthOfLast(found: readonly SearchEntry[], limit: number): string {
  return monthOf([...found].sort(newestFirst)[limit - 1]?.at ?? '');
}

/** By time; of one moment the later occurrence, and of one order the higher run (O6). */
function newestFirst(one: SearchEntry, other: SearchEntry): number {
  const [at, otherAt] = [one.at ?? '', other.at ?? ''];
  if (at !== otherAt) return at < otherAt ? 1 : -1;
  if (one.id !== other.id) return one.id < other.id ? 1 : -1;
  const [run, than] = [one.run ?? NO_RUN, other.run ?? NO_RUN];
  return isHigher(run, than) ? -1 : Number(isHigher(than, run));
}
