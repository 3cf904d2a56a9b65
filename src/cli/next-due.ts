// When a scheduled order comes next. STATUS.json cannot say so, being a function of documents; a face has a clock.
import { cronTimes } from '../documents/cron.ts';

/** ISO 8601 UTC; `schedule`: a line, with its time zone where that is not UTC. Null = nobody can say. */
export function nextDue(schedule: string, nowMs: number): string | null {
  const words = schedule.split(/\s+/);
  const times = cronTimes(words.slice(0, 5).join(' '), words[5] ?? 'UTC');
  const atMs = 'field' in times ? null : times.nextAfter(nowMs);
  return atMs === null ? null : new Date(atMs).toISOString();
}
