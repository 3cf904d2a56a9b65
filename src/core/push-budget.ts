// H2: how often this machine may push, so that the fleet as a whole stays below `pushes_per_minute`. Pure, and by this machine's own
// clock alone. Delays a daemon's pushes; a one-shot sync never asks. A wrong clock costs evenness and nothing else.
import type { FleetSettings } from './model/fleet.ts';
import type { Instant } from './model/journal.ts';
import { atMostMs, targetHeartbeatMs } from './presence.ts';

/** Pushes that a machine may make at once after a pause. The last one is kept for what presses. */
export const BURST = 2;
const MINUTE_MS = 60_000;
/** Sums of parts of a push are not exact. */
const EPSILON_MS = 0.01;

/** This machine's part of the fleet's budget. */
export interface Share {
  /** One push in so much time. */
  readonly refillMs: number;
  /** From one turn of this machine to the next; a whole part of the heartbeat, so that beats fall on turns. */
  readonly everyMs: number;
  /** How long its turn lasts. Everybody has one after the other. */
  readonly turnMs: number;
  /** Among the live machines, from 0. */
  readonly place: number;
}

/** What has not been spent. A value: each cycle that pushes replaces it. */
export interface Bucket {
  readonly tokens: number;
  readonly at: Instant;
}

/**
 * `lease`: a run lives by this push (O5), so it always goes. `pressing`: somebody waits for it: a claim, a result, a person's word; it
 * goes while the bucket holds a push. `patient`: beats and everything else that nobody waits for; it goes in the machine's own turn,
 * so that what befalls the whole fleet at once is not pushed by the whole fleet at once.
 */
export type Pressure = 'lease' | 'pressing' | 'patient';

/** `live`: the live machines, lowest first (`liveMachines`). */
export function shareOf(fleet: FleetSettings, live: readonly number[], machine: number): Share {
  const count = Math.max(1, live.length);
  const heartbeatMs = targetHeartbeatMs(fleet, count);
  // A fleet that sets a heartbeat has asked for that many pushes, whatever the budget says: others count on it (O4).
  const refillMs = Math.min(heartbeatMs, (MINUTE_MS * count) / fleet.pushesPerMinute);
  // One push less a minute than the budget has: a minute can begin late in one turn and end early in another.
  const leastMs = (MINUTE_MS * count) / Math.max(0.5, fleet.pushesPerMinute - 1);
  const everyMs = heartbeatMs / Math.max(1, Math.floor(heartbeatMs / leastMs));
  return { refillMs, everyMs, turnMs: everyMs / count, place: Math.max(0, live.indexOf(machine)) };
}

/** Of a daemon that has just started. `acceptedAt`: the last push that is known; a daemon that is started again and again must not gain by it. */
export function startBucket(share: Share, acceptedAt: Instant | null, now: Instant): Bucket {
  const restedMs = acceptedAt === null ? Number.POSITIVE_INFINITY : atMostMs(acceptedAt, now);
  return { tokens: Math.min(BURST, 1 + restedMs / share.refillMs), at: now };
}

/** Milliseconds until such a push may be made; 0 = now. `hadTurn`: its turn came while the cycle was on its way to this push. */
export function pushWaitMs(bucket: Bucket, share: Share, pressure: Pressure, now: Instant, hadTurn = false): number {
  if (pressure === 'lease') return 0;
  const { tokens } = refilled(bucket, share, now);
  const needed = pressure === 'pressing' ? 1 : BURST;
  const waitMs = Math.ceil(Math.max(0, (needed - tokens) * share.refillMs - EPSILON_MS));
  return pressure === 'pressing' || hadTurn ? waitMs : waitMs + turnInMs(share, now.wallMs + waitMs);
}

/** After so many pushes, whatever became of them. */
export function spent(bucket: Bucket, share: Share, pushes: number, now: Instant): Bucket {
  const { tokens } = refilled(bucket, share, now);
  // What a lease took beyond the share is paid back, but for no longer than one burst takes.
  return { tokens: Math.max(-BURST, tokens - pushes), at: now };
}

/** Milliseconds until this machine's turn begins; 0 = it is now. */
export function turnInMs({ everyMs, turnMs, place }: Share, wallMs: number): number {
  const sinceMs = (((wallMs - place * turnMs) % everyMs) + everyMs) % everyMs;
  return sinceMs < turnMs ? 0 : Math.ceil(everyMs - sinceMs);
}

/** From the last accepted push until a beat of a daemon is due; it is made in the next turn from then on. Cron has a slack of its own. */
export function beatAfterMs(heartbeatMs: number, { turnMs }: Share): number {
  return Math.max(heartbeatMs / 2, heartbeatMs - turnMs);
}

function refilled({ tokens, at }: Bucket, { refillMs }: Share, now: Instant): Bucket {
  return { tokens: Math.min(BURST, tokens + atMostMs(at, now) / refillMs), at: now };
}
