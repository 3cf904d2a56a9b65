// The lease of a run (O5): until when it lives without news from the hub. `lease.json` holds the one that counts; it is renewed only
// while it is not over, so each lease in it follows on the one before without a gap, however long nobody read it in between.
import { existsSync } from 'node:fs';
import type { Instant } from '../core/model/machines/instant.ts';
import type { RunLease } from '../core/model/orders/run-lease.ts';
import { isLeaseOver } from '../core/presence/run-lease.ts';
import { writeDurably } from '../system/files/durable-file.ts';
import { type RunPaths, readRecord, type WatchdogSpec } from './run-folder.ts';

/** The lease on disk; null when there is none, or none that makes sense. */
export function readLease(paths: RunPaths): RunLease | null {
  const found = readRecord<Partial<RunLease>>(paths.lease);
  const from: Partial<Instant> | undefined = found?.from;
  const numbers = [found?.forMs, from?.wallMs, from?.monotonicMs];
  return numbers.every(Number.isFinite) && typeof from?.boot === 'string' ? (found as RunLease) : null;
}

export function writeLease(paths: RunPaths, lease: RunLease): void {
  writeDurably(paths.lease, JSON.stringify(lease));
}

/**
 * Between the look at the clock and the write the lease can run out. That does no harm: the push was known to be accepted before, so
 * nobody else waited for the old deadline any more. A watchdog that found the old lease over by then has decided, and keeps to it.
 */
export function renewLease(paths: RunPaths, lease: RunLease, now: Instant): void {
  const first = readRecord<WatchdogSpec>(paths.spec)?.lease ?? null;
  if (first === null || existsSync(paths.exit)) return;
  const present = readLease(paths) ?? first;
  if (mayRenew(present, lease, now)) writeLease(paths, lease);
}

/** An expired lease is not renewed (O5), nor a later one replaced by an older. */
export function mayRenew(present: RunLease, lease: RunLease, now: Instant): boolean {
  return !isLeaseOver(present, now) && !isOlder(lease, present);
}

/** Two pushes can fall into one reading of the clock (10 ms on Linux): then the longer one stays. One of another boot is always older. */
function isOlder(one: RunLease, present: RunLease): boolean {
  if (one.from.boot !== present.from.boot) return true;
  const laterMs = one.from.monotonicMs - present.from.monotonicMs;
  return laterMs < 0 || (laterMs === 0 && one.forMs < present.forMs);
}
