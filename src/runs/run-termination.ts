// Says when a run has to be cut short: its time-out or its lease is over, somebody asked for it, or the machine shuts down. Within a second.
// run-command.ts then kills it.
// Time is the larger of the monotonic and the wall difference (O5): the first may stand still while a laptop sleeps (system/time/clock.ts),
// the second can be set back. A wall clock set forward ends a run early.
import type { Instant } from '../core/model/machines/instant.ts';
import { knownStop, type StopReason } from '../core/model/orders/run.ts';
import type { RunLease } from '../core/model/orders/run-lease.ts';
import { atMostMs } from '../core/presence/elapsed.ts';
import { leaseLeftMs } from '../core/presence/run-lease.ts';
import type { Clock } from '../ports.ts';
import { systemClock } from '../system/time/clock.ts';
import { readLease } from './lease.ts';
import { type RunPaths, readRecord, type StopRequest } from './run-folder.ts';

export type Termination =
  /** Nothing of the run may live on for a moment, and nothing that it did counts. */
  | { readonly why: 'lease' }
  | { readonly why: 'timeout' }
  | { readonly why: 'stopped'; readonly stop: StopReason }
  /** SIGTERM to the watchdog: the run ends, and nobody says that it ended normally. */
  | { readonly why: 'shutdown' };

export interface TerminationWatch {
  readonly termination: Promise<Termination>;
  /** The cut, if it is due now. What came first stays. */
  now(): Termination | null;
  /** Whether the lease is over, whatever cut the run short before. Once true it stays so: no renewal gives life back. */
  leaseIsOver(): boolean;
  /** Stops watching. */
  close(): void;
}

export interface Limits {
  readonly timeoutMs: number;
  readonly lease: RunLease | null;
}

/** The longest time after a wake-up, a stop request or a step of the wall clock in which nothing happens yet. */
const POLL_MS = 500;

export function watchForTermination(
  paths: RunPaths,
  { timeoutMs, lease: first }: Limits,
  clock: Clock = systemClock,
): TerminationWatch {
  const start = clock.now();
  let lease = first;
  let leaseWasOver = false;
  let due: Termination | null = null;
  let timer: NodeJS.Timeout | undefined;
  let resolveTermination: (termination: Termination) => void = () => {};
  const termination = new Promise<Termination>((resolve) => {
    resolveTermination = resolve;
  });
  const settle = (found: Termination | null): Termination | null => {
    if (due === null && found !== null) {
      due = found;
      resolveTermination(found);
    }
    return due;
  };
  const timeLeftMs = (now: Instant) => timeoutMs - atMostMs(start, now);
  const leaseIsOver = () => {
    if (lease === null) return false;
    if (!leaseWasOver) {
      lease = readIfPossible(() => readLease(paths)) ?? lease;
      // The clock after the file: a renewal that comes between the two is none.
      leaseWasOver = leaseLeftMs(lease, clock.now()) === 0;
    }
    // A run that was asked to stop is recorded as stopped, so that it is not tried again; it ends as hard as any other.
    if (leaseWasOver && due === null) settle(stopRequested(paths) ?? { why: 'lease' });
    return leaseWasOver;
  };
  const now = () => {
    if (due !== null || leaseIsOver()) return due;
    return settle(stopRequested(paths) ?? (timeLeftMs(clock.now()) <= 0 ? { why: 'timeout' } : null));
  };
  const poll = () => {
    if (now() !== null) return;
    const at = clock.now();
    const leftMs = Math.min(timeLeftMs(at), lease === null ? POLL_MS : leaseLeftMs(lease, at));
    timer = setTimeout(poll, Math.min(POLL_MS, Math.max(1, leftMs)));
  };
  // Stays for good: a shutdown while the exit record is written must not lose it.
  process.on('SIGTERM', () => settle({ why: 'shutdown' }));
  poll();
  return {
    termination,
    now,
    leaseIsOver,
    close: () => clearTimeout(timer),
  };
}

function stopRequested(paths: RunPaths): Termination | null {
  const request = readIfPossible(() => readRecord<Partial<StopRequest>>(paths.stop));
  return typeof request?.reason === 'string' ? { why: 'stopped', stop: knownStop(request.reason) } : null;
}

/** A file that cannot be read now (too many open, a sick disk) must not take the watchdog, and with it every deadline, away. */
function readIfPossible<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
