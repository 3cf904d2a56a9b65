// What admitted machines told of their runs as they were believed last (T5.5), in coord's home.
import { isRecord } from '../../../documents/json/is-record.ts';
import type { ToldRuns } from '../documents/told-runs.ts';
import { keptFile } from './kept-file.ts';

const file = keptFile('runs', (value) => (isRecord(value) && Object.values(value).every(isTold) ? (value as ToldRuns) : null));

function isTold(value: unknown): boolean {
  if (!isRecord(value) || typeof value.key !== 'string' || !isRecord(value.runs)) return false;
  return Object.values(value.runs).every(Number.isInteger);
}

export const readTold = file.read;
export const writeTold = file.write;
