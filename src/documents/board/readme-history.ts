// Renders the notice that history is to be shortened (R3b), with what people do in their clones afterwards.
import { isoTime, parseTime } from '../../core/base/time.ts';
import type { FleetSettings } from '../../core/model/ledger/fleet.ts';
import { readableTime } from '../text/iso-time.ts';

/** Empty where nobody means to. */
export function historyBlock({ compactAt, keepHistoryMs }: Pick<FleetSettings, 'compactAt' | 'keepHistoryMs'>): string[] {
  if (compactAt === null) return [];
  const before = keepHistoryMs === null ? '' : ` before ${isoTime(parseTime(compactAt) - keepHistoryMs).slice(0, 10)}`;
  const what = `**The history of this repo${before} goes into a file from ${readableTime(compactAt)} on.**`;
  return [`> [!NOTE]\n> ${what} Afterwards, once in each clone of it: \`git pull --rebase\``];
}
