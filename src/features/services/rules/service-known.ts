// What is known of a local service: at its beginning, and as its state changes (L3). Pure.
import { isoTime } from '../../../core/base/time.ts';
import type { Instant } from '../../../core/model/machines/instant.ts';
import type { ServiceKnown } from '../../../core/model/machines/local-service.ts';
import { atMostMs } from '../../../core/presence/elapsed.ts';

/** Whoever ends a service: SIGTERM, and so long after it SIGKILL. */
export const GRACE_MS = 10_000;

/** What a health check came to. */
export interface Health {
  readonly ok: boolean;
  /** Somebody answered. */
  readonly reached: boolean;
  readonly why: string;
}

/** `at`: when it was over. */
export type Look = Health & { readonly at: Instant };

/** One thing to do now, and what is known after it. */
export interface Step {
  readonly known: ServiceKnown;
  readonly act: 'start' | 'end' | 'throttle' | null;
  /** When to ask again, though nothing happens; null = not at all. */
  readonly againMs: number | null;
}

export function newService(now: Instant): ServiceKnown {
  return {
    state: 'OFFLINE',
    since: isoTime(now.wallMs),
    detail: null,
    next: 'now',
    startedAt: null,
    healthyAt: null,
    isSteady: false,
    failures: 0,
    restarts: 0,
    givenUp: false,
    escaped: false,
    turn: null,
    boot: now.boot,
  };
}

export function become(known: ServiceKnown, state: ServiceKnown['state'], detail: string | null, now: Instant): ServiceKnown {
  if (known.state === state) return known.detail === detail ? known : { ...known, detail };
  return { ...known, state, detail, since: isoTime(now.wallMs) };
}

/** A clock that is set back makes nothing wait for longer, and one that is set forward only ends a waiting. */
export function leftMs(from: Instant, now: Instant, ms: number): number {
  return from.boot !== now.boot ? 0 : Math.max(0, ms - atMostMs(from, now));
}
