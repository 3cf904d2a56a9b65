// How a command waits that syncs again and again: quickly at first, then at H3's pace, and at once where another process here has left news, such as a
// daemon that was rung (B5).
import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between looks; the last one repeats (H3: 15 s while something runs or waits). */
const PACE_MS = [500, 1_000, 2_000, 3_000, 5_000, 8_000, 15_000];
/** So often one file is looked at in between. */
const NEWS_MS = 250;
const NEWS_MS_MIN = 1_000 - NEWS_MS;

/** `look`: from 0. `fraction`: of 1, by chance. */
export function pauseMsAfter(look: number, fraction: number): number {
  return (PACE_MS[Math.min(look, PACE_MS.length - 1)] ?? 15_000) * (0.8 + 0.4 * fraction);
}

export interface Pause {
  /** What a sync leaves. */
  readonly path: string;
  /** Asked when that was written anew; null = no news ends the pause, because the remote fails (H3). */
  readonly isNews: (() => boolean) | null;
  /** Ends it as well, once it resolves. */
  readonly orWhen?: Promise<unknown> | undefined;
  readonly pauseMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Resolves after the pause, or as soon as there is news; but after a second at the earliest. Throws an AbortError. */
export async function newsOrPause({ path, isNews, orWhen, pauseMs, signal }: Pause): Promise<void> {
  const leftAt = () => statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  const untilMs = performance.now() + pauseMs;
  let seenAt: number | undefined;
  let isTime = false;
  // Where it cannot be waited for, the pause is as long as it is.
  orWhen?.then(
    () => {
      isTime = true;
    },
    () => {},
  );
  for (let leftMs = pauseMs; leftMs > 0; leftMs = untilMs - performance.now()) {
    await delay(Math.min(NEWS_MS, leftMs), undefined, signal === undefined ? {} : { signal });
    if (isNews === null || pauseMs - leftMs < NEWS_MS_MIN) continue;
    if (isTime) return;
    const at = leftAt();
    if (at === seenAt) continue;
    seenAt = at;
    if (isNews()) return;
  }
}
