// Limits how many requests at once change something or need the cycle's lock; a request that would wait behind too many is told to come
// again. So the daemon's own cycle never waits behind more than these.
import { setTimeout as delay } from 'node:timers/promises';
import { CoordError } from '../../errors.ts';

export interface Turns {
  /** Throws BUSY, and does nothing, where too many wait already. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

/** `restMs`: between the end of one and the begin of the next, for those who want the same lock. */
export function createTurns(atOnce: number, waitingMax: number, restMs = 0): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];
  const next = async () => {
    if (restMs > 0) await delay(restMs, undefined, { ref: false });
    const first = waiting.shift();
    if (first === undefined) running -= 1;
    else first();
  };
  return {
    async take(work) {
      if (running >= atOnce) {
        if (waiting.length >= waitingMax)
          throw new CoordError('BUSY', `${waiting.length} requests wait for their turn already`, null);
        // The request that is called takes the place of the one that ended.
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else running += 1;
      try {
        return await work();
      } finally {
        void next();
      }
    },
  };
}
