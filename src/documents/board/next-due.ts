// Says when a scheduled order comes next, by its line in STATUS.json. Pure: a face passes the time of its clock, the board passes the last
// occurrence.
import { isoTime } from '../../core/base/time.ts';
import { cronTimes } from '../text/cron.ts';

/** ISO 8601 UTC, later than `afterMs`; `schedule`: a line, with its time zone where that is not UTC. Null = nobody can say. */
export function nextDue(schedule: string, afterMs: number): string | null {
  const words = schedule.split(/\s+/);
  const times = cronTimes(words.slice(0, 5).join(' '), words[5] ?? 'UTC');
  const atMs = 'field' in times ? null : times.nextAfter(afterMs);
  return atMs === null ? null : isoTime(atMs);
}
