// The highest counters that this computer ever saw of each machine of a signed fleet (T5): a lane that is put back is not believed again.
import { isRecord } from '../../../documents/json/is-record.ts';
import type { Counters } from '../documents/lane-belief.ts';
import { keptFile } from './kept-file.ts';

const file = keptFile('lanes', (value) =>
  isRecord(value) && Object.values(value).every(isCounter) ? (value as Counters) : null,
);

function isCounter(value: unknown): boolean {
  return isRecord(value) && typeof value.key === 'string' && Number.isInteger(value.seq) && Number.isInteger(value.beat);
}

export const readCounters = file.read;
export const writeCounters = file.write;
