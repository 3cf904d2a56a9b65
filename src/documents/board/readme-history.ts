// The notice that history is to be shortened (R3b), with what people do in their clones afterwards: for the board and for `coord status`.
import { isoTime, parseTime } from '../../core/base/time.ts';
import type { FleetSettings } from '../../core/model/ledger/fleet.ts';
import { readableTime } from '../text/iso-time.ts';

type Announced = Pick<FleetSettings, 'compactAt' | 'keepHistoryMs'>;

/** Empty where nobody means to. */
export function historyBlock(announced: Announced): string[] {
  return historyWords(announced).map(({ what, after, command }) => `> [!NOTE]\n> **${what}** ${after} \`${command}\``);
}

export function historyLines(announced: Announced): string[] {
  return historyWords(announced).map(({ what, after, command }) => `${what} ${after} ${command}`);
}

function historyWords({ compactAt, keepHistoryMs }: Announced) {
  if (compactAt === null) return [];
  const before = keepHistoryMs === null ? '' : ` before ${isoTime(parseTime(compactAt) - keepHistoryMs).slice(0, 10)}`;
  const what = `The history of this repo${before} goes into a file from ${readableTime(compactAt)} on.`;
  return [{ what, after: 'Afterwards, once in each clone of it:', command: 'git pull --rebase' }];
}
