// Decides what to do with one local service now (L2 to L4): a pure function of what its owner wrote, what is known of it, what is seen of
// it, and the time. It decides one thing; the caller does it and asks again.
import type { Instant } from '../../../core/model/machines/instant.ts';
import type { ServiceKnown, ServiceSpec, ServiceWish } from '../../../core/model/machines/local-service.ts';
import { hanging, RESTARTS_MAX, startedAnew } from './hanging.ts';
import { become, type Look, leftMs, newService, type Step } from './service-known.ts';

/** A start has succeeded once the service was healthy for this long. */
export const STEADY_MS = 30_000;
/** After being healthy for this long, a crash does not make the next pause longer. */
const CALM_MS = 600_000;
const DELAY_MS_MIN = 1_000;
const DELAY_MS_MAX = 60_000;
/** A service without a health check counts as up once it has lived for this long. */
const UNCHECKED_MS = 1_000;

export interface Seen {
  readonly process:
    | { readonly kind: 'none' }
    | { readonly kind: 'alive' }
    /** Coord is at starting or ending it. */
    | { readonly kind: 'busy' }
    /** By itself; null = nobody saw how. `answers`: its health check passes all the same. */
    | { readonly kind: 'ended'; readonly code: number | null; readonly signal: string | null; readonly answers: boolean }
    | { readonly kind: 'notStarted'; readonly why: string };
  /** The newest since it was started; null = there was none yet. */
  readonly health: Look | null;
  /** It was started last with what its owner has changed since. */
  readonly isStale: boolean;
  /** All that stand before it are up, or had their time. */
  readonly isItsTurn: boolean;
  readonly wish: ServiceWish | null;
  /** L6: what it has used too much of for too long, in a sentence; null = nothing. */
  readonly excess: string | null;
}

/** `spec` null = its owner took it out of the file. */
export function step(spec: ServiceSpec | null, before: ServiceKnown, seen: Seen, now: Instant): Step {
  // What was before the computer started is no failure of anybody.
  const known = before.boot === now.boot ? before : { ...newService(now), turn: before.turn };
  const { process: itself, wish } = seen;
  if (itself.kind === 'busy') return { known, act: null, againMs: null };
  const isAlive = itself.kind === 'alive';
  const turn = wish?.turn ?? known.turn;
  if (spec?.command === null) return unmanaged({ ...known, ...AFRESH, next: 'now', startedAt: null, turn }, seen, now);
  if (spec === null || wish?.want === 'stopped') {
    const why = spec === null ? 'taken out of instances.yaml' : 'stopped by a person';
    const stopped = { ...become(known, 'OFFLINE', why, now), ...AFRESH, next: 'now', startedAt: null, turn } as const;
    const isThere = isAlive || known.escaped;
    return { known: stopped, act: isThere ? 'end' : null, againMs: null };
  }

  const isAsked = wish !== null && wish.turn !== known.turn;
  const mustGo = isAsked ? wish.restart || !isAlive || known.givenUp : seen.isStale;
  if (mustGo) {
    const afresh = { ...known, ...AFRESH, next: 'now', startedAt: null, turn } as const;
    // What was said of its last end is over, also while others come first.
    if (!isAlive && !known.escaped) return begin(become(afresh, 'OFFLINE', null, now), seen, now);
    const why = isAsked ? 'it is started again, as a person asked for' : 'it is started again: its entry was changed';
    return { known: become(afresh, 'OFFLINE', why, now), act: 'end', againMs: null };
  }
  const obeyed = { ...known, turn };
  // Nothing that runs waits for a start: an earlier daemon was ending it for another one, and went before it had ended.
  if (isAlive && known.next !== null) return { known: obeyed, act: 'end', againMs: null };
  if (isAlive && seen.excess !== null && spec.limits !== undefined) return overLimits(spec, obeyed, seen, now);
  if (isAlive) return alive(spec, obeyed, seen.health, now);
  if (known.escaped) return escaped(spec, obeyed, seen.health, now);
  if (itself.kind === 'notStarted') return failed(obeyed, itself.why, now);
  if (isUp(known)) return ended(spec, obeyed, itself, now);
  return begin(obeyed, seen, now);
}

const AFRESH = {
  failures: 0,
  restarts: 0,
  hangs: 0,
  ill: null,
  givenUp: false,
  escaped: false,
  isSteady: false,
  healthyAt: null,
} as const;

/** Coord takes it to run. */
function isUp({ state, startedAt, escaped }: ServiceKnown): boolean {
  return startedAt !== null && !escaped && (state === 'STARTING' || state === 'ONLINE' || state === 'DEGRADED');
}

/** Those behind it wait for it. */
export function isAwaited(spec: ServiceSpec, known: ServiceKnown, wish: ServiceWish | null, now: Instant): boolean {
  if (spec.command === null || wish?.want === 'stopped') return false;
  if (known.next === 'now') return true;
  return known.state === 'STARTING' && known.startedAt !== null && leftMs(known.startedAt, now, spec.startMs) > 0;
}

function begin(known: ServiceKnown, { isItsTurn }: Seen, now: Instant): Step {
  if (known.next === null) return { known, act: null, againMs: null };
  if (known.next === 'now' && !isItsTurn) return { known, act: null, againMs: null };
  const waitMs = known.next === 'now' ? 0 : leftMs(known.next.from, now, known.next.afterMs);
  if (waitMs > 0) return { known, act: null, againMs: waitMs };
  const started = { ...known, next: null, startedAt: now, healthyAt: null, ill: null, isSteady: false };
  return { known: become(started, 'STARTING', null, now), act: 'start', againMs: null };
}

function alive(spec: ServiceSpec, known: ServiceKnown, health: Look | null, now: Instant): Step {
  const startedAt = known.startedAt ?? now;
  const here = { ...known, startedAt, next: null };
  const isOk = spec.health === null ? here.state === 'ONLINE' || leftMs(startedAt, now, UNCHECKED_MS) === 0 : health?.ok === true;
  if (isOk) {
    const healthyAt = here.healthyAt ?? now;
    const steadyMs = leftMs(healthyAt, now, STEADY_MS);
    const calmMs = leftMs(healthyAt, now, CALM_MS);
    const isSteady = here.isSteady || steadyMs === 0;
    const counts = {
      ...{ failures: isSteady ? 0 : here.failures, restarts: calmMs === 0 ? 0 : here.restarts },
      ...{ hangs: calmMs === 0 ? 0 : (here.hangs ?? 0), ill: null, givenUp: false },
    };
    const fine = { ...become(here, 'ONLINE', null, now), healthyAt, isSteady, ...counts };
    const again = [steadyMs, calmMs].filter((ms) => ms > 0);
    return { known: fine, act: null, againMs: again.length === 0 ? null : Math.min(...again) };
  }
  const ill = { ...here, healthyAt: null };
  const lateMs = leftMs(startedAt, now, spec.health === null ? UNCHECKED_MS : spec.startMs);
  if (here.state !== 'ONLINE' && here.state !== 'DEGRADED' && lateMs > 0)
    return { known: become(ill, 'STARTING', null, now), act: null, againMs: lateMs };
  // One that was adopted, and not looked at yet.
  if (health === null && here.state !== 'STARTING') return { known: here, act: null, againMs: null };
  return hanging(spec, ill, health, now);
}

/** L6: it runs, and uses more than its owner lets it. */
function overLimits(spec: ServiceSpec, known: ServiceKnown, { health, excess }: Seen, now: Instant): Step {
  const why = excess ?? '';
  const here = { ...known, startedAt: known.startedAt ?? now, next: null };
  switch (spec.limits?.act) {
    case 'throttle': {
      const next = alive(spec, known, health, now);
      const isUp = next.known.state === 'ONLINE';
      return isUp ? { ...next, known: { ...next.known, detail: `${why}; others come before it now` }, act: 'throttle' } : next;
    }
    case 'restart': {
      if (known.givenUp) return { known, act: null, againMs: null };
      return startedAnew({ ...become(here, 'DEGRADED', why, now), healthyAt: null }, why, `${why}: it is started again`, now);
    }
    default:
      return { known: { ...become(here, 'DEGRADED', why, now), givenUp: true }, act: null, againMs: null };
  }
}

/** What coord started before its owner took the command away is ended; what ran on by itself is somebody else's already. */
function unmanaged(known: ServiceKnown, seen: Seen, now: Instant): Step {
  const { process: itself } = seen;
  if (itself.kind !== 'alive') return { known: watched(known, seen, now), act: null, againMs: null };
  return { known: become(known, 'OFFLINE', 'stopped: its entry now says managed: false', now), act: 'end', againMs: null };
}

/** Somebody else starts and ends it. */
function watched(known: ServiceKnown, { health }: Seen, now: Instant): ServiceKnown {
  if (health === null) return known;
  if (health.ok) return become(known, 'ONLINE', null, now);
  return become(known, health.reached ? 'DEGRADED' : 'OFFLINE', health.why, now);
}

const ESCAPED = 'it went into the background, where coord cannot watch it: keep it in the foreground, or use managed: false';

function escaped(spec: ServiceSpec, known: ServiceKnown, health: Look | null, now: Instant): Step {
  if (health === null) return { known, act: null, againMs: null };
  if (health.ok) return { known: { ...known, ill: null }, act: null, againMs: null };
  if (!health.reached) {
    const gone = { ...known, escaped: false, givenUp: false, ill: null };
    return ended(spec, gone, { kind: 'ended', code: 0, signal: null, answers: false }, now);
  }
  const next = hanging(spec, { ...known, givenUp: false }, health, now);
  if (next.act === 'end') return { ...next, known: { ...next.known, escaped: false } };
  // Until then it is what it was, in the words that say what to do about it.
  return { ...next, known: { ...next.known, givenUp: true, detail: known.detail } };
}

function ended({ restart }: ServiceSpec, known: ServiceKnown, end: Seen['process'], now: Instant): Step {
  const how = howItEnded(end);
  const { code, answers } = end.kind === 'ended' ? end : { code: null, answers: false };
  const gone = { ...known, healthyAt: null, next: null };
  if (code === 0 && answers)
    return { known: { ...become(gone, 'DEGRADED', ESCAPED, now), escaped: true, givenUp: true }, act: null, againMs: null };
  if (code === 0 && restart !== 'always') return { known: become(gone, 'OFFLINE', how, now), act: null, againMs: null };
  if (restart === 'never') return { known: become(gone, 'CRASHED', `${how}; restart: never`, now), act: null, againMs: null };
  return failed(known, how, now);
}

function howItEnded(end: Seen['process']): string {
  if (end.kind !== 'ended') return 'ended while no daemon ran';
  if (end.signal !== null) return `ended by ${end.signal}`;
  // Only who started a process is told how it ended.
  return end.code === null
    ? 'ended; how is not known, because an earlier daemon had started it'
    : `ended with exit code ${end.code}`;
}

function failed(known: ServiceKnown, how: string, now: Instant): Step {
  const failures = known.isSteady ? 0 : known.failures + 1;
  const gone = { ...known, failures, isSteady: false, healthyAt: null };
  if (failures > RESTARTS_MAX) {
    const why = `${how}; gave up after ${RESTARTS_MAX} restarts`;
    return { known: { ...become({ ...gone, next: null }, 'CRASHED', why, now), givenUp: true }, act: null, againMs: null };
  }
  const afterMs = Math.min(DELAY_MS_MAX, DELAY_MS_MIN * 2 ** Math.min(known.restarts, 10));
  const next = { from: now, afterMs };
  const waits = { ...gone, next, restarts: known.restarts + 1 };
  return { known: become(waits, 'CRASHED', `${how}; started again after ${afterMs / 1000} s`, now), act: null, againMs: afterMs };
}
