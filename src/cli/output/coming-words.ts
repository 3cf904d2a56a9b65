// When a scheduled order comes next, by the clock of this computer: no document knows one (D6).
import { minuteTime } from '../../core/base/time.ts';
import type { StatusOrder } from '../../core/model/status/status.ts';
import { nextDue } from '../../documents/board/next-due.ts';

/** `next 2026-11-21 03:00 UTC`, as one word or none. */
export function comingWords({ schedule, state }: Pick<StatusOrder, 'schedule' | 'state'>, nowMs: number): string[] {
  if (schedule === undefined || state === 'CANCELLED') return [];
  const due = nextDue(schedule, nowMs);
  return due === null ? [] : [`next ${minuteTime(due)}`];
}
