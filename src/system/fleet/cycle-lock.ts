// The lock of the cycle (C7): one at a time on a machine.
import { type HeldLock, takeLock } from '../files/lock.ts';
import type { FleetFolder } from './fleet-folder.ts';

/** Waits for it at most so long; throws BUSY. From a dead owner it is taken with what such owners were writing in the outbox and in `coordination/`. */
export function takeCycleLock({ lock, outbox, projection }: FleetFolder, waitMs: number): Promise<HeldLock> {
  return takeLock(lock, waitMs, { writes: [outbox, projection] });
}
