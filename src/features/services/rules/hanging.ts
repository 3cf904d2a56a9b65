// L4: a local service that runs and does not do what it is there for is ended and started again, some times. Pure.
import type { Instant } from '../../../core/model/machines/instant.ts';
import type { ServiceKnown, ServiceSpec } from '../../../core/model/machines/local-service.ts';
import { observedMs } from '../../../core/presence/elapsed.ts';
import { become, type Look, type Step } from './service-known.ts';

/** So often something is tried again; then a person is called. */
export const RESTARTS_MAX = 3;
/** A service that runs and is DEGRADED for this long hangs. */
export const HUNG_MS = 180_000;

/** How soon its health is looked at again while it comes up, and at the latest while it is ill: no single look that failed ends it. */
const STARTING_MS = 250;
const ILL_MS = 30_000;

export function lookEveryMs({ healthEveryMs }: Pick<ServiceSpec, 'healthEveryMs'>, state: ServiceKnown['state']): number {
  if (state === 'STARTING') return STARTING_MS;
  return state === 'DEGRADED' ? Math.min(healthEveryMs, ILL_MS) : healthEveryMs;
}

/** What is to be restarted never is left alone, and so is what was given up. */
export function hanging(spec: ServiceSpec, known: ServiceKnown, look: Look | null, now: Instant): Step {
  if (known.givenUp) return { known, act: null, againMs: null };
  const why = look?.why ?? 'its health check has not answered yet';
  const here = become(known, 'DEGRADED', why, now);
  if (spec.restart === 'never') return { known: here, act: null, againMs: null };
  const ill = illFor(spec, known.ill ?? null, look);
  // The next look is asked about again, and no time without a look ends anything.
  if (ill === null || ill.forMs < HUNG_MS) return { known: { ...here, ill }, act: null, againMs: null };
  return startedAnew({ ...here, ill }, why, `${why}; for ${HUNG_MS / 60_000} minutes: it is started again`, now);
}

/** From one look to the next no more counts than looks are apart: a sleep of the computer, or a clock that is set, shows nothing. */
function illFor(
  spec: ServiceSpec,
  before: ServiceKnown['ill'] | null,
  look: Look | null,
): NonNullable<ServiceKnown['ill']> | null {
  if (look === null) return before ?? null;
  if (before == null) return { forMs: 0, at: look.at };
  if (before.forMs >= HUNG_MS) return before;
  const apartMs = lookEveryMs(spec, 'DEGRADED') + spec.healthTimeoutMs;
  return { forMs: before.forMs + Math.min(apartMs, observedMs(before.at, look.at) ?? 0), at: look.at };
}

/** Three times without ten quiet minutes in between; then it is given up as it is. */
export function startedAnew(ill: ServiceKnown, why: string, detail: string, now: Instant): Step {
  const hangs = (ill.hangs ?? 0) + 1;
  if (hangs > RESTARTS_MAX) {
    const gaveUp = `${why}; gave up after ${RESTARTS_MAX} restarts`;
    return { known: { ...become(ill, 'DEGRADED', gaveUp, now), givenUp: true }, act: null, againMs: null };
  }
  const gone = { ...become(ill, 'CRASHED', detail, now), hangs, ill: null, isSteady: false, startedAt: null } as const;
  return { known: { ...gone, next: 'now' }, act: 'end', againMs: null };
}
