// How often something may be done: so many a second, and a few more at once after a rest.

export interface Rate {
  /** 0 = now, and it counts; else milliseconds until the next one may, and it does not. */
  take(): number;
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
