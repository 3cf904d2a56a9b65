// What changes something, or needs the lock of the cycle, is done a few at a time; who would have to wait behind too many is told to
// come again. So however many ask, the daemon's own cycle never stands behind more than these.
import { CoordError } from '../errors.ts';

export interface Turns {
  /** Throws BUSY, and does nothing, where too many wait already. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

export function createTurns(atOnce: number, waitingMax: number): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async take(work) {
      if (running >= atOnce) {
        if (waiting.length >= waitingMax)
          throw new CoordError('BUSY', `${waiting.length} requests wait for their turn already`, null);
        // Whoever is called has the turn of the one that ended.
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else running += 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
