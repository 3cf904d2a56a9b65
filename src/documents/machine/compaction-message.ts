// What the commit says that ends a shortened history (R3b), for people and for later commands. The ledger adds the tip that was there before.
import { parseTime } from '../../core/base/time.ts';
import { daysOf, type HistorySettings } from '../fleet/history-settings.ts';
import { parseDuration } from '../text/duration.ts';
import { renderMessage } from './trailers.ts';

export interface Compaction {
  /** When it was announced for, ISO 8601 UTC: one announcement, one compaction. */
  readonly announced: string;
  /** And how much was to stay; absent = an earlier version did not say. */
  readonly keepMs?: number;
  /** What was committed before that went, ISO 8601 UTC. */
  readonly before: string;
  /** The file that has it, on the machine that made this commit. */
  readonly bundle: string;
  /** The repo that has it too, without a login; absent = none, or its address is no plain word. */
  readonly archive?: string;
}

export function compactionMessage(compaction: Compaction, by: Parameters<typeof renderMessage>[1]): string {
  const { announced, keepMs, before, bundle, archive } = compaction;
  const subject = `history before ${before.slice(0, 10)} is kept in ${bundle} on machine ${by.machine}`;
  const more = archive === undefined || !ADDRESS.test(archive) ? '' : `Coord-Archive: ${archive}\n`;
  const keep = keepMs === undefined ? '' : `Coord-Keep: ${daysOf(keepMs)}\n`;
  return `${renderMessage(subject, by)}Coord-Announced: ${announced}\n${keep}Coord-Before: ${before}\nCoord-Bundle: ${bundle}\n${more}`;
}

const ADDRESS = /^[A-Za-z0-9._:/@~+-]{1,200}$/;

/** Null = it says something else: anybody may have written it. */
export function readCompaction(message: string): Compaction | null {
  const value = (name: string) => new RegExp(`^${name}: ([A-Za-z0-9._:-]{1,200})$`, 'm').exec(message)?.[1];
  const [announced, before, bundle] = [value('Coord-Announced'), value('Coord-Before'), value('Coord-Bundle')];
  if (announced === undefined || before === undefined || bundle === undefined || Number.isNaN(parseTime(before))) return null;
  const archive = /^Coord-Archive: (\S+)$/m.exec(message)?.[1];
  const keepMs = parseDuration(value('Coord-Keep') ?? '');
  const keep = keepMs === null ? {} : { keepMs };
  return { announced, ...keep, before, bundle, ...(archive !== undefined && ADDRESS.test(archive) ? { archive } : {}) };
}

/** Whether it was done for what fleet.yaml announces: whoever changes the length under a standing time announces anew. */
export function isDoneFor(
  { announced, keepMs }: Pick<Compaction, 'announced' | 'keepMs'>,
  { compactAt, keepHistoryMs }: HistorySettings,
): boolean {
  return announced === compactAt && (keepMs === undefined || keepMs === keepHistoryMs);
}

/** In an archive, which may be of several fleets of one name: one for each announcement. `by`: its commit, which stays the same from try to try. */
export function archiveBranch(fleet: string, announced: string, by: string): string {
  const time = announced.slice(0, 16).replace('T', '-').replaceAll(':', '');
  return `compacted-${wordOf(fleet)}-${time}-${by.slice(0, 10)}`;
}

/** A file name that a trailer can hold, so that the history names the file that there is. */
export function isBundleName(name: string): boolean {
  return /^[A-Za-z0-9._-]{1,200}$/.test(name);
}

/** One of these. */
export function bundleName(fleet: string, tip: string): string {
  return `${wordOf(fleet)}-${tip.slice(0, 10)}.bundle`;
}

/** Whether it is such a name of that fleet. */
export function isBundleOf(fleet: string, name: string): boolean {
  return new RegExp(`^${wordOf(fleet)}-[0-9a-f]{10}\\.bundle$`).test(name);
}

function wordOf(fleet: string): string {
  const word = fleet.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60);
  return /^[A-Za-z0-9_]/.test(word) ? word : `fleet${word}`;
}
