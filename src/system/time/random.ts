// Makes nonces, jitter, and names that never collide.
import { randomUUID } from 'node:crypto';
import type { Random } from '../../ports.ts';

export const systemRandom: Random = {
  uuid: () => randomUUID(),
  fraction: () => Math.random(),
};
