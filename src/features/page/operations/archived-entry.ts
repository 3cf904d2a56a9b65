// An order that has left the list for the archive (D11), as the page shows it where its id leads to.
import type { StatusOrder } from '../../../core/model/status/status.ts';
import { CoordError } from '../../../errors.ts';
import { archivedOrder, archivedStatus } from '../../../operations/orders/archived-orders.ts';
import { runsOf } from '../../../operations/search/runs-of.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

const RUNS_MAX = 20;

export interface ArchivedEntry {
  /** Of a step the order's that it was one of. */
  readonly id: string;
  /** Where it stands, in coordination/. */
  readonly path: string;
  /** As it stood in ORDERS.json. */
  readonly entry: string;
  readonly order: StatusOrder;
  /** The newest first, as far as their machines still tell of them. `run` names one among those of its machine; `said`: its state and why; `tail`: the end of its output. */
  readonly runs: readonly {
    readonly run: string;
    readonly machine: number | null;
    readonly at: string | null;
    readonly said: string;
    readonly tail: string;
  }[];
  /** T11.5: nobody signs an archive, and signatures are demanded here; absent = not so. */
  readonly signed?: false;
}

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
