// Whether this machine has halted (R3, R3a), as its journal says: then nothing is pushed from here, by a run's watchdog neither. A journal that
// cannot be read says so too.
import { isRecord } from '../../../documents/json/is-record.ts';
import { jsonIn } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

export function isHalted({ journal }: Pick<FleetFolder, 'journal'>): boolean {
  const state = jsonIn(journal);
  return !isRecord(state) || (state.duplicate ?? null) !== null || (state.rewritten ?? null) !== null;
}
