// Reads how far this machine's runs are now (O17) from their own files, because the view is as old as the last sync.
import { join } from 'node:path';
import type { RunProgress } from '../../core/model/orders/run.ts';
import type { StatusOrder } from '../../core/model/status/status.ts';
import { listedId } from '../../core/runs/occurrence-name.ts';
import { namesIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { readProgress } from '../../system/runs/run-progress.ts';
import type { View } from './view.ts';

/** The view with what the runs here say now; the very same where nothing runs here, or says anything. */
export function withProgressHere(folder: FleetFolder, view: View): View {
  const me = String(view.self.machine);
  const running = new Set((view.machines[me]?.runs ?? []).map(listedId));
  if (running.size === 0) return view;
  const said = progressIn(folder, running);
  if (said.size === 0) return view;
  const orders = Object.entries(view.orders).map(([id, order]) => {
    const progress = said.get(id);
    return [id, progress === undefined ? order : withProgress(order, me, progress)] as const;
  });
  return { ...view, orders: Object.assign(Object.create(null), Object.fromEntries(orders)) };
}

function withProgress(order: StatusOrder, me: string, progress: RunProgress): StatusOrder {
  const own = order.machines?.[me];
  if (own?.state === 'IN_PROGRESS') return { ...order, machines: { ...order.machines, [me]: { ...own, progress } } };
  return order.state === 'IN_PROGRESS' && String(order.machine) === me ? { ...order, progress } : order;
}

/** Of each order the newest word. */
function progressIn(folder: FleetFolder, orders: ReadonlySet<string>): ReadonlyMap<string, RunProgress> {
  const said = new Map<string, RunProgress>();
  for (const name of namesIn(folder.runs)) {
    const [, order = ''] = /^(.+)-\d+\.\d+-[0-9a-f]+$/.exec(name) ?? [];
    const id = listedId(order);
    if (!orders.has(id)) continue;
    const progress = readProgress(join(folder.runs, name, 'progress.json'));
    const before = said.get(id);
    if (progress !== null && (before === undefined || before.at < progress.at)) said.set(id, progress);
  }
  return said;
}
