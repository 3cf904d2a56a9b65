// Looks at a service's health when it is due: one look at a time, none after `end`, and a look that fails does not stop the next.

import type { Instant } from '../../../core/model/machines/instant.ts';
import { errorCode } from '../../../errors.ts';
import type { Health, Look } from '../rules/service-known.ts';

export interface HealthWatch {
  /** The newest since it was forgotten last. */
  seen(): Look | null;
  /** No look was over since then, also none that could not be made. */
  isNew(): boolean;
  /** What was seen, or is being looked at, says nothing any more. */
  forget(): void;
  /** The next look comes so soon at the latest; null = none comes. */
  pace(inMs: number | null): void;
}

interface Watching {
  /** Null = what was looked at is not there any more; `unseen` = it could not be looked at, and what was seen before still stands. */
  look(): Promise<Health | 'unseen' | null>;
  now(): Instant;
  /** There is something new. */
  changed(): void;
  /** A look is over. */
  looked(): void;
  readonly end: AbortSignal;
}

export function watchHealth({ look, now, changed, looked, end }: Watching): HealthWatch {
  let health: Look | null = null;
  let isNew = true;
  let generation = 0;
  let timer: NodeJS.Timeout | null = null;
  let dueMs = Number.POSITIVE_INFINITY;
  let isLooking = false;
  const none = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  end.addEventListener('abort', none, { once: true });

  const turn = async () => {
    const about = generation;
    isLooking = true;
    let found: Health | 'unseen' | null;
    try {
      found = await look();
    } catch (error) {
      found = { ok: false, reached: true, why: `its health check could not be run: ${errorCode(error)}` };
    } finally {
      isLooking = false;
    }
    if (end.aborted) return;
    if (found !== null && about === generation) isNew = false;
    if (found !== null && found !== 'unseen' && about === generation) {
      health = { ...found, at: now() };
      changed();
    }
    looked();
  };

  return {
    seen: () => health,
    isNew: () => isNew,
    forget() {
      health = null;
      isNew = true;
      generation += 1;
    },
    pace(inMs) {
      if (end.aborted) return;
      if (inMs === null) none();
      if (inMs === null || isLooking) return;
      const nextMs = performance.now() + inMs;
      if (timer !== null && dueMs <= nextMs) return;
      none();
      dueMs = nextMs;
      timer = setTimeout(() => {
        timer = null;
        turn().catch(() => {});
      }, inMs);
    },
  };
}
