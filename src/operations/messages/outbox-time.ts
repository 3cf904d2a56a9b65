// Gives each intention a time after all earlier ones, because the outbox is sorted by time and the clock may be set back.
import { isoTime, parseTime } from '../../core/base/time.ts';
import type { Instant } from '../../core/model/machines/instant.ts';

/** Times for intentions that are recorded one after the other: each is now, or right after the last of all before it. */
export function recordingTimes(
  waiting: readonly { readonly recordedAt: string }[],
  clock: { now(): Pick<Instant, 'wallMs'> },
): () => string {
  let lastMs = waiting.reduce((latest, { recordedAt }) => Math.max(latest, parseTime(recordedAt)), 0);
  return () => {
    lastMs = Math.max(clock.now().wallMs, lastMs + 1);
    return isoTime(lastMs);
  };
}
