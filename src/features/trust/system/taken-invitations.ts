// Which machine came in here by which invitation (T4), in coord's home: whoever shows the same secret later does not.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRecord } from '../../../documents/json/is-record.ts';
import { CoordError } from '../../../errors.ts';
import { writeDurably } from '../../../system/files/durable-file.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';
import type { Taken } from '../documents/invitation.ts';
import { pinPath } from './trust-pin.ts';

const pathOf = (home: string, root: string) => pinPath(home, root).replace(/\.json$/, '.invited.json');

/** Throws LOCAL_STATE where it cannot be read: then nothing is believed. */
export function readTaken(home: string, root: string): Taken {
  const path = pathOf(home, root);
  try {
    const value: unknown = JSON.parse(readIfThere(path) ?? '{}');
    if (isRecord(value) && Object.values(value).every(isGuest)) return value as Taken;
  } catch {
    // It is said below.
  }
  throw new CoordError('LOCAL_STATE', `${path} cannot be read, so no order is believed here`, 'coord trust reset');
}

function isGuest(value: unknown): boolean {
  return isRecord(value) && Number.isInteger(value.machine) && typeof value.key === 'string';
}

/** On disk when it returns. */
export function writeTaken(home: string, root: string, taken: Taken): void {
  const path = pathOf(home, root);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeDurably(path, `${JSON.stringify(taken)}\n`);
}
