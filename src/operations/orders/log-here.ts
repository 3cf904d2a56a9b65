// The log on this machine that `coord logs` shows, and whether it is that of the newest run that is known.
import type { RunName } from '../../core/model/orders/run.ts';
import type { StatusOrder } from '../../core/model/status/status.ts';
import { isRepeated } from '../../core/orders/order-end.ts';
import { isHigher } from '../../core/runs/journal-retention.ts';
import { dueMs } from '../../core/runs/occurrence-name.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../system/fleet/identity-file.ts';
import { runsOf } from '../search/runs-of.ts';
import { readView } from '../sync/view.ts';
import { type LocalLog, newestLog } from './run-log.ts';

/** Runs of an order that are looked through for one with output. */
const RUNS_MAX = 50;

/** A run that has ended, as its machine reported it. */
export interface ReportedRun extends RunName {
  readonly machine: number | null;
  /** ISO 8601 UTC; null = nobody says. */
  readonly at: string | null;
  /** Its state and why. */
  readonly said: string;
  /** The end of its output. */
  readonly tail: string;
}

/** The newest first. `by`: of this machine alone. */
export async function reportedRuns(
  folder: FleetFolder,
  id: string,
  by?: number,
  limit = RUNS_MAX,
): Promise<readonly ReportedRun[]> {
  const entries = await runsOf(folder, id, limit, by);
  return entries.flatMap(({ id: order, run, machine, at, title }) =>
    run === undefined ? [] : [{ ...run, order, machine, at, said: title }],
  );
}

export function hasOutput({ tail }: Pick<ReportedRun, 'tail'>): boolean {
  return tail.trim() !== '';
}

export interface LogHere extends LocalLog {
  /** False = a newer run has put out nothing that is known, or has not begun. */
  readonly isNewest: boolean;
}

/** Null = there is none, or a newer run has output, of which only the end was reported. */
export async function logHere(folder: FleetFolder, id: string): Promise<LogHere | null> {
  const log = newestLog(folder, id);
  if (log === null) return null;
  const { machine } = readIdentity(folder);
  const { orders = {} } = readView(folder) ?? {};
  const order = Object.hasOwn(orders, id) ? orders[id] : undefined;
  // Of an order for all the run here is what counts here, and one that is not listed may have been for all.
  const by = order === undefined || order.machines !== undefined ? machine : undefined;
  // What nobody was told of yet is the newest.
  const later = async (limit?: number) =>
    log.isReported() ? (await reportedRuns(folder, id, by, limit)).filter((run) => isAfter(run, log)) : [];
  const isLast = (await later(1)).length === 0;
  if (!isLast && (await later()).some(hasOutput)) return null;
  return { ...log, isNewest: isLast && !isBehind(log.run, order, machine) };
}

/** Between two occurrences the time counts, since each has generations and attempts of its own. */
function isAfter(run: ReportedRun, { run: here, modifiedMs }: LocalLog): boolean {
  if (run.order === here.order) return isHigher(run, here);
  const [due, dueHere] = [dueMs(run.order), dueMs(here.order)];
  if (due !== null && dueHere !== null) return due > dueHere;
  return run.at !== null && Date.parse(run.at) > modifiedMs;
}

/** The order is listed in a higher generation, or has begun a higher attempt. Occurrences have numbers of their own. */
function isBehind(run: RunName, order: StatusOrder | undefined, machine: number): boolean {
  if (order === undefined || isRepeated(order)) return false;
  const { attempt = 0 } = order.machines?.[String(machine)] ?? order;
  return isHigher({ generation: order.reached ?? order.generation ?? 1, attempt }, run);
}
