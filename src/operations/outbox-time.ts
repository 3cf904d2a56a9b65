// When an intention was recorded. The outbox is sorted by it, so a clock that was set back must not turn two of them round.
import { isoTime, parseTime } from '../core/time.ts';

/** Now, or right after the last of those that wait. */
export function afterTheLast(waiting: readonly { readonly recordedAt: string }[], nowMs: number): string {
  const lastMs = Math.max(0, ...waiting.map(({ recordedAt }) => parseTime(recordedAt)));
  return isoTime(Math.max(nowMs, lastMs + 1));
}
