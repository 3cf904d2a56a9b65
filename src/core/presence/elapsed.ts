// How much time lies between two instants of this machine, by its own clocks (O4, D7). Nobody else's time counts.
import type { Instant } from '../model/machines/instant.ts';

/** Monotonic and wall time that move apart by more than this void an observation (O4). */
export const CLOCK_DRIFT_MS_MAX = 30_000;

/**
 * Milliseconds from one instant to a later one, by the monotonic clock. Null where they cannot be compared: another boot, or
 * clocks that moved apart (O4).
 */
export function observedMs(from: Instant, to: Instant): number | null {
  if (from.boot !== to.boot) return null;
  const monotonicMs = to.monotonicMs - from.monotonicMs;
  const wallMs = to.wallMs - from.wallMs;
  return monotonicMs < 0 || Math.abs(monotonicMs - wallMs) > CLOCK_DRIFT_MS_MAX ? null : monotonicMs;
}

/** Milliseconds that may have passed, by the clock that shows more; across boots by the wall clock alone. */
export function atMostMs(from: Instant, to: Instant): number {
  const wallMs = to.wallMs - from.wallMs;
  return Math.max(0, wallMs, from.boot === to.boot ? to.monotonicMs - from.monotonicMs : 0);
}

/** True when that much time may have passed. A restart of the computer counts as enough, because earlier times may be anything. */
export function isOver(from: Instant, to: Instant, ms: number): boolean {
  return from.boot !== to.boot || atMostMs(from, to) >= ms;
}
