// Which machine came in here by which invitation (T4), in coord's home: whoever shows the same secret later does not.
import { isRecord } from '../../../documents/json/is-record.ts';
import type { Taken } from '../documents/invitation.ts';
import { keptFile } from './kept-file.ts';

const file = keptFile('invited', (value) => (isRecord(value) && Object.values(value).every(isGuest) ? (value as Taken) : null));

function isGuest(value: unknown): boolean {
  return isRecord(value) && Number.isInteger(value.machine) && typeof value.key === 'string';
}

export const readTaken = file.read;
export const writeTaken = file.write;
