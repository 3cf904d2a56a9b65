// A certificate that ends soon: whoever has it renewed by itself is told in time that this has stopped.
import { minuteTime, parseTime } from '../../core/base/time.ts';
import { type Finding, warning } from './check.ts';

const SOON_MS = 10 * 24 * 60 * 60 * 1000;

/** `until`: ISO 8601 UTC; null = there is none. Null = nothing is to be said. `taker`: who takes a new one from the file. */
export function certificateEnd(until: string | null, nowMs: number, shown: string, taker: string): Finding | null {
  if (until === null || parseTime(until) - nowMs >= SOON_MS) return null;
  return warning(
    `the certificate that ${shown} ends ${minuteTime(until)}`,
    `renew it in its file: the ${taker} takes it within a minute`,
  );
}
