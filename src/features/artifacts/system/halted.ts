// Whether this machine has halted (R3, R3a), as its journal says: then nothing is pushed from here, by a run's watchdog neither. A journal that
// cannot be read says so too.
import { isRecord } from '../../../documents/json/is-record.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

export function isHalted({ journal }: Pick<FleetFolder, 'journal'>): boolean {
  try {
    const state: unknown = JSON.parse(readText(journal));
    return !isRecord(state) || (state.duplicate ?? null) !== null || (state.rewritten ?? null) !== null;
  } catch {
    return true;
  }
}
