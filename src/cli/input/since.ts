// `--since`: how far back to look.
import { isoTime, parseTime } from '../../core/base/time.ts';
import { parseDuration } from '../../documents/text/duration.ts';
import { isIsoTime } from '../../documents/text/iso-time.ts';
import { CoordError } from '../../errors.ts';

/** `2h`, or a moment as coord writes it: `2026-11-20`, `2026-11-20 22:00`, all UTC. */
export function sinceOf(word: string, nowMs: number, command: string): string {
  const ms = parseDuration(word);
  if (ms !== null) return isoTime(Math.max(0, nowMs - ms));
  const [, day, time = '00:00', seconds = ':00'] =
    /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?Z?)?$/.exec(word.trim()) ?? [];
  const iso = `${day}T${time}${seconds}Z`;
  // The 31st of February is another day.
  if (day !== undefined && isIsoTime(iso) && isoTime(parseTime(iso)).startsWith(day)) return iso;
  throw new CoordError(
    'USAGE',
    `--since: expected a length of time such as 2h, or a time in UTC such as 2026-11-20 or 2026-11-20T22:00Z, found ${JSON.stringify(word)}`,
    `coord ${command} --help`,
  );
}
