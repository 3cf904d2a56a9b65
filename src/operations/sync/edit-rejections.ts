// Reports an edit that main did not admit (D5) once: by the command that made it, or, where that could not wait for the answer, by the next
// `coord status` or `coord sync` that a person reads. Output for programs (`--json`, cron, the daemon's log) does not count as read.
import type { JournalState } from '../../core/model/ledger/journal.ts';
import { isToldStill } from '../../core/orders/edit-parts.ts';
import { writeDurably } from '../../system/files/durable-file.ts';
import { jsonIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';

type Refusals = JournalState['lostEdits'];

/** More than the journal reports. */
const TOLD_MAX = 1_000;

/** Those that are to be told still. */
export function untold(folder: FleetFolder, refusals: Refusals, nowMs: number): Refusals {
  return withoutTold(folder, refusals).filter((report) => isToldStill(report, nowMs));
}

export function withoutTold(folder: FleetFolder, refusals: Refusals): Refusals {
  if (refusals.length === 0) return refusals;
  const told = toldIds(folder);
  return refusals.filter(({ id }) => !told.includes(id));
}

export function markTold(folder: FleetFolder, refusals: Refusals): void {
  const told = toldIds(folder);
  const news = refusals.map(({ id }) => id).filter((id) => !told.includes(id));
  if (news.length > 0) writeDurably(folder.told, JSON.stringify([...told, ...news].slice(-TOLD_MAX)));
}

function toldIds({ told }: FleetFolder): readonly string[] {
  return (jsonIn(told) ?? []) as string[];
}
