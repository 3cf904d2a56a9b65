// Says whether somebody waits for an order here (H3), by a file that each waiting command writes anew at each look and removes at its end.
// A killed command is forgotten after a minute.
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { writeWhole } from '../files/durable-file.ts';
import type { FleetFolder } from '../fleet/fleet-folder.ts';

/** Three looks of one who waits, and what a sync takes. */
const FORGOTTEN_MS = 60_000;

type Place = Pick<FleetFolder, 'state' | 'waited'>;

/** Nobody's wait ends because this cannot be written. */
export function noteWait({ state, waited }: Place): void {
  try {
    mkdirSync(state, { recursive: true });
    writeWhole(waited, '');
  } catch {
    // The daemon keeps its pace, and a command that waits looks by itself.
  }
}

export function endWait({ waited }: Place): void {
  rmSync(waited, { force: true });
}

/** `nowMs`: epoch milliseconds. A clock that was set by more than a minute forgets who waited until its next look. */
export function isWaitedFor({ waited }: Place, nowMs: number): boolean {
  const atMs = statSync(waited, { throwIfNoEntry: false })?.mtimeMs;
  return atMs !== undefined && Math.abs(nowMs - atMs) < FORGOTTEN_MS;
}
