// The highest counters that this computer ever saw of each machine of a signed fleet (T5): a lane that is put back is not believed again.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRecord } from '../../../documents/json/is-record.ts';
import { writeWhole } from '../../../system/files/durable-file.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';
import type { Counters } from '../documents/lane-belief.ts';
import { pinPath } from './trust-pin.ts';

const pathOf = (home: string, root: string) => pinPath(home, root).replace(/\.json$/, '.lanes.json');

/** None where there is none, or it cannot be read: what was seen since then is all that is known. */
export function readCounters(home: string, root: string): Counters {
  try {
    const value: unknown = JSON.parse(readIfThere(pathOf(home, root)) ?? '{}');
    return isRecord(value) ? (value as Counters) : {};
  } catch {
    return {};
  }
}

export function writeCounters(home: string, root: string, counters: Counters): void {
  mkdirSync(dirname(pathOf(home, root)), { recursive: true, mode: 0o700 });
  writeWhole(pathOf(home, root), `${JSON.stringify(counters)}\n`);
}
