// How often something may be done: a number a second, and a few more at once after a rest.
import type { Limits } from './limits.ts';

export interface Rate {
  /** 0 = now, and it counts; else milliseconds until the next one may, and it does not. */
  take(): number;
}

/** One of each kind, for all that is listened on and all streams. */
export interface Rates {
  readonly reads: Rate;
  readonly acts: Rate;
  readonly strangers: Rate;
  readonly open: Rate;
  readonly bus: Rate;
}

export function createRates({ reads, acts, strangers, open, bus }: Limits): Rates {
  return {
    reads: createRate(...reads),
    acts: createRate(...acts),
    strangers: createRate(...strangers),
    open: createRate(...open),
    bus: createRate(...bus),
  };
}

export function createRate(perSecond: number, burst: number, nowMs: () => number = () => performance.now()): Rate {
  let left = burst;
  let atMs = nowMs();
  return {
    take() {
      const now = nowMs();
      left = Math.min(burst, left + ((now - atMs) * perSecond) / 1000);
      atMs = now;
      if (left < 1) return Math.ceil(((1 - left) * 1000) / perSecond);
      left -= 1;
      return 0;
    },
  };
}
