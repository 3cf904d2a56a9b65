// How long an agent that has reached its usage limit is given nothing more on its computer (O15.12). Pure.
import { isoTime, parseTime } from '../../../core/base/time.ts';
import type { UsageLimit } from '../../../core/model/orders/agent.ts';

const UNTOLD_MS = 30 * 60_000;
const HELD_MS_MAX = 24 * 3_600_000;
/** Its host may be late by as much, and a clock be set. */
const LATE_MS = 60_000;
/** What ended longer ago is another limit. */
const AGAIN_MS = 3_600_000;

/** `told`: when it begins again by its own words; null = they do not tell. `before`: as it was noted the last time. */
export function limitFrom(before: UsageLimit | undefined, toldMs: number | null, nowMs: number): UsageLimit {
  const isTold = toldMs !== null && toldMs > nowMs;
  // Another run has found it out at the same time.
  if (!isTold && before !== undefined && isHeld(before, nowMs)) return before;
  const heldMs = isTold ? toldMs - nowMs + LATE_MS : untoldMs(before, nowMs);
  return { since: isoTime(nowMs), until: isoTime(nowMs + Math.min(heldMs, HELD_MS_MAX)) };
}

/** Each try costs an attempt of an order: of a limit that goes on, each hold is twice as long as the one before. */
function untoldMs(before: UsageLimit | undefined, nowMs: number): number {
  const [sinceMs, untilMs] = [before?.since, before?.until].map((time) => parseTime(time ?? '')) as [number, number];
  const agoMs = nowMs - untilMs;
  return agoMs >= 0 && agoMs < AGAIN_MS ? Math.max(UNTOLD_MS, 2 * (untilMs - sinceMs)) : UNTOLD_MS;
}

/** What was noted later than now, or lies further ahead than any hold, comes from a clock that was wrong. */
export function isHeld({ since, until }: UsageLimit, nowMs: number): boolean {
  const leftMs = parseTime(until) - nowMs;
  return parseTime(since) - nowMs <= LATE_MS && leftMs > 0 && leftMs <= HELD_MS_MAX;
}

/** When it begins again by its words; null = they do not tell, or only a time of day, whose zone would be a guess. */
export function resetIn(words: string, nowMs: number): number | null {
  const epoch = /\|(\d{10})\b/.exec(words)?.[1];
  if (epoch !== undefined) return Number(epoch) * 1000;
  const [, day, minute] = /access on (\d{4}-\d\d-\d\d) at (\d\d:\d\d) UTC/.exec(words) ?? [];
  if (day !== undefined) return parseTime(`${day}T${minute}Z`);
  const wait = WAIT.exec(words)?.[1];
  if (wait === undefined) return null;
  return [...wait.matchAll(/(\d+) ?([dhms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS],
    nowMs,
  );
}

/** `in 2 days 17 hours 14 minutes`, `after 2h24m55s`. */
const WAIT = /(?:again in|reset after) ((?:\d+ (?:day|hour|minute|second)s?,? ?)+|(?:\d+[dhms])+)/;
const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 } as const;
