// Reads and writes `.coord/cron.json`: how often cron calls `coord sync` in this fleet folder, as `coord cron install` was told (H2). Where
// it cannot be read, the machine's own measurement counts.
import { rmSync } from 'node:fs';
import { writeDurably } from '../files/durable-file.ts';
import { jsonIn } from '../files/read-if-there.ts';
import type { FleetFolder } from '../fleet/fleet-folder.ts';

/** Milliseconds; null = nobody has said. */
export function readCronPeriod({ cron }: FleetFolder): number | null {
  const { everyMs } = (jsonIn(cron) ?? {}) as { readonly everyMs?: unknown };
  return typeof everyMs === 'number' && Number.isFinite(everyMs) && everyMs > 0 ? everyMs : null;
}

/** Null = cron calls no more. */
export function writeCronPeriod({ cron }: FleetFolder, everyMs: number | null): void {
  if (everyMs === null) rmSync(cron, { force: true });
  else writeDurably(cron, `${JSON.stringify({ everyMs })}\n`);
}
