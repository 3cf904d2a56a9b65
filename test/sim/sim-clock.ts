// The clocks of one computer: wrong by days, up to 10 % too fast or too slow, set by hand, stopped by sleep, begun anew at a boot.
// Straight lines between the moments at which somebody touches them, so the time at which they reach a value can be computed.
import type { Instant } from '../../src/core/model/machines/instant.ts';
import { atMostMs } from '../../src/core/presence/elapsed.ts';

export const ORIGIN_MS = Date.parse('2026-11-20T22:00:00.000Z');

export interface SimClock {
  now(): Instant;
  /** True milliseconds until the larger of both differences since `from` (same boot) is `ms`; 0 = it is. */
  leftMs(from: Instant, ms: number): number;
  /** Somebody, or a time server, sets the wall clock. */
  step(ms: number): void;
  /** Called as the computer falls asleep; nobody reads the clock until it wakes. */
  sleep(ms: number): void;
  reboot(): void;
  /** What its wall clock showed at a true time, if nobody has touched it since. */
  wallAt(ms: number): number;
  /** The latest time that its wall clock ever showed. */
  highestMs(): number;
  /** How often it was set or begun anew. */
  touched(): number;
}

export function createSimClock(
  name: string,
  trueMs: () => number,
  start: { readonly rate: number; readonly offsetMs: number; readonly countsSleep: boolean },
): SimClock {
  const { rate } = start;
  let wallBaseMs = ORIGIN_MS + start.offsetMs;
  let monotonicBaseMs = 0;
  let atMs = trueMs();
  let boots = 0;
  let steps = 0;
  let highest = Number.NEGATIVE_INFINITY;
  const wall = () => Math.round(wallBaseMs + (trueMs() - atMs) * rate);
  const monotonic = () => Math.round(monotonicBaseMs + (trueMs() - atMs) * rate);
  const touch = () => {
    [wallBaseMs, monotonicBaseMs, atMs] = [wall(), monotonic(), trueMs()];
  };
  const clock: SimClock = {
    now: () => ({ wallMs: wall(), monotonicMs: monotonic(), boot: `${name}-boot-${boots}` }),
    leftMs(from, ms) {
      return Math.max(0, Math.ceil((ms - atMostMs(from, clock.now())) / rate));
    },
    step(ms) {
      touch();
      steps += 1;
      highest = Math.max(highest, wallBaseMs);
      wallBaseMs += ms;
    },
    sleep(ms) {
      touch();
      if (!start.countsSleep) monotonicBaseMs -= ms * rate;
    },
    reboot() {
      touch();
      monotonicBaseMs = 0;
      boots += 1;
    },
    wallAt: (ms) => Math.round(wallBaseMs + (ms - atMs) * rate),
    highestMs: () => Math.max(highest, wall()),
    touched: () => steps + boots,
  };
  return clock;
}
