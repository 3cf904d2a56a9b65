// The only file of the pure layers that touches Date, and only to convert: it never asks what time it is (C1).

/** The end of the year 9999: no document says a later time. */
export const TIME_MS_MAX = 253_402_300_799_999;

export function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString();
}

/** Milliseconds since the epoch; NaN for anything that is no time. */
export function parseTime(iso: string): number {
  return Date.parse(iso);
}

/** `2026-11-20 22:00 UTC`, of an ISO 8601 UTC time. */
export function minuteTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** The latest of some ISO 8601 UTC times; empty when there is none. */
export function latest(times: Iterable<string>): string {
  let best = '';
  for (const time of times) if (time > best) best = time;
  return best;
}
