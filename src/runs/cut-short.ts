// Says when a run has to be cut short: its time is over, somebody asked for it, or the machine shuts down. Within a second.
// Time is the larger of the monotonic and the wall difference (O5): the first stands still while a laptop sleeps, the second can be
// set back. A wall clock set forward ends a run early.
import type { StopReason } from '../core/model/run.ts';
import { type RunPaths, readRecord, type StopRequest } from './run-folder.ts';

export type Cut =
  | { readonly why: 'timeout' }
  | { readonly why: 'stopped'; readonly stop: StopReason }
  /** SIGTERM to the watchdog: the run ends, and nobody says that it ended normally. */
  | { readonly why: 'shutdown' };

export interface CutShort {
  readonly cut: Promise<Cut>;
  /** The cut, if it is due now. */
  now(): Cut | null;
  /** Stops watching. */
  close(): void;
}

/** The longest time after a wake-up, or after a stop request, in which nothing happens yet. */
const POLL_MS = 500;

export function watchForCut(paths: RunPaths, timeoutMs: number): CutShort {
  const start = { monotonicMs: performance.now(), wallMs: Date.now() };
  const remainingMs = () => timeoutMs - Math.max(performance.now() - start.monotonicMs, Date.now() - start.wallMs);
  let due: Cut | null = null;
  let timer: NodeJS.Timeout | undefined;
  let resolveCut: (cut: Cut) => void = () => {};
  const cut = new Promise<Cut>((resolve) => {
    resolveCut = resolve;
  });
  const settle = (found: Cut | null): Cut | null => {
    if (due === null && found !== null) {
      due = found;
      resolveCut(found);
    }
    return due;
  };
  const now = () => due ?? settle(stopRequested(paths) ?? (remainingMs() <= 0 ? { why: 'timeout' } : null));
  const poll = () => {
    if (now() === null) timer = setTimeout(poll, Math.min(POLL_MS, Math.max(1, remainingMs())));
  };
  // Stays for good: a shutdown while the exit record is written must not lose it.
  process.on('SIGTERM', () => settle({ why: 'shutdown' }));
  poll();
  return {
    cut,
    now,
    close: () => clearTimeout(timer),
  };
}

function stopRequested(paths: RunPaths): Cut | null {
  const request = readRecord<StopRequest>(paths.stop);
  return request === null ? null : { why: 'stopped', stop: request.reason };
}
