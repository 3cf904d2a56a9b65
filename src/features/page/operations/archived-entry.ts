// An order that has left the list for the archive (D11), as the page shows it where its id leads to.
import { CoordError } from '../../../errors.ts';
import { archivedOrder, archivedStatus } from '../../../operations/orders/archived-orders.ts';
import { runsOf } from '../../../operations/search/runs-of.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { ArchivedEntry } from '../documents/order-answers.ts';

const RUNS_MAX = 20;

/** Of several with this id the last. Throws NOT_FOUND. */
export async function archivedEntry(folder: FleetFolder, id: string): Promise<ArchivedEntry> {
  const found = archivedOrder(folder, id);
  if (found === null) throw new CoordError('NOT_FOUND', `no order ${JSON.stringify(id)} is archived`, 'coord order list --all');
  const mark = syncedView(folder).self.signed === true ? { signed: false as const } : {};
  const entry = JSON.stringify(found.entry, null, 2);
  const runs = (await runsOf(folder, id, RUNS_MAX)).map(({ id: order, run, machine, at, title, text }) => ({
    run: run === undefined ? order : `${order} ${run.generation}.${run.attempt}`,
    machine,
    at,
    said: title,
    tail: text,
  }));
  return { id: found.id, path: found.path, entry, order: archivedStatus(found), runs, ...mark };
}
