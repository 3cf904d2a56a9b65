// Limits how many requests at once change something or need the cycle's lock; a request that would wait behind too many is told to come
// again. So the daemon's own cycle never waits behind more than these.
import { setTimeout as delay } from 'node:timers/promises';
import { CoordError } from '../../errors.ts';

export interface Turns {
  /** Throws BUSY, and does nothing, where too many wait already, or where whoever asks is `gone` before its turn: that makes room at once. */
  take<T>(work: () => Promise<T>, gone?: AbortSignal): Promise<T>;
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
  // The request that is called takes the place of the one that ended.
  const called = (gone?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(start), 1);
        reject(askerIsGone());
      };
      const start = () => {
        gone?.removeEventListener('abort', leave);
        resolve();
      };
      waiting.push(start);
      gone?.addEventListener('abort', leave);
    });
  return {
    async take(work, gone) {
      if (gone?.aborted) throw askerIsGone();
      if (running >= atOnce) {
        if (waiting.length >= waitingMax)
          throw new CoordError('BUSY', `${waiting.length} requests wait for their turn already`, null);
        await called(gone);
      } else running += 1;
      try {
        return await work();
      } finally {
        void next();
      }
    },
  };
}

function askerIsGone(): CoordError {
  return new CoordError('BUSY', 'whoever asked is gone', null);
}
