// Times in documents: ISO 8601 in UTC, absolute, because the text on a page does not move with the clock.
import { minuteTime, parseTime } from '../../core/base/time.ts';

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;

/** True for `2026-11-20T22:00:00.000Z` and its like, if such a moment exists. */
export function isIsoTime(text: unknown): text is string {
  return typeof text === 'string' && ISO_TIME.test(text) && !Number.isNaN(parseTime(text));
}

/** `2026-11-20 22:00 UTC`; anything that is no time as it stands. */
export function readableTime(iso: string): string {
  return isIsoTime(iso) ? minuteTime(iso) : iso;
}
