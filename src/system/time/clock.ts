// Reads this computer's clocks. On Linux the monotonic clock counts while the computer sleeps (CLOCK_BOOTTIME, from /proc/uptime).
// Elsewhere it may stand still in sleep, and the wall clock shows the sleep (O4, O5).
import { readFileSync } from 'node:fs';
import type { Instant } from '../../core/model/machines/instant.ts';
import type { Clock } from '../../ports.ts';
import { bootId } from '../process/process-identity.ts';

export const systemClock: Clock = {
  now(): Instant {
    return { wallMs: Date.now(), monotonicMs: monotonicMs(), boot: bootId() };
  },
};

function monotonicMs(): number {
  try {
    const seconds = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    if (Number.isFinite(seconds)) return Math.round(seconds * 1000);
  } catch {
    // No /proc: not Linux.
  }
  return Math.round(Number(process.hrtime.bigint() / 1_000_000n));
}
