// The exit record: written whole, once, as the watchdog's last act. A full disk is given a minute to recover; after it the run counts
// as interrupted, which is never wrong, only less than what was known.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExitRecord } from '../core/model/orders/run.ts';
import { writeDurably } from '../system/files/durable-file.ts';

const TRIES_MAX = 60;
const PAUSE_MS = 1_000;

/** Throws the last error when the disk refused it to the end. */
export async function writeExitRecord(path: string, exit: ExitRecord, pauseMs: number = PAUSE_MS): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return writeDurably(path, JSON.stringify(exit));
    } catch (error) {
      // A folder that is gone will not come back.
      if (tries >= TRIES_MAX || (error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
      await sleep(pauseMs);
    }
  }
}
