// H2: how often this machine may push, so that the fleet as a whole stays below `pushes_per_minute`. Pure, and by this machine's own
// clock alone. Delays a daemon's pushes; a one-shot sync never asks. A wrong clock costs evenness and nothing else.
import type { FleetSettings } from '../model/ledger/fleet.ts';
import { BEATS_PART, targetHeartbeatMs } from './heartbeat.ts';

/** What a machine's own share holds after a rest. The last one is kept for what presses. */
export const BURST = 2;
/** What the fleet's reserve holds after a rest, in minutes of its budget. */
const RESERVE_MINUTES = 2;
/** Reserve and shares are refilled so much more slowly than the budget allows: with what the reserve holds, ten minutes come to ten budgets. */
const SLOWER = 1.25;
const MINUTE_MS = 60_000;
/** Sums of parts of a push are not exact. */
const EPSILON_MS = 0.01;
/** As many of its own pushes a machine remembers: more than any bucket holds. */
const TIMES_MAX = 60;
/** What was pushed before that fills no bucket any more. */
const REMEMBERED_MS = 20 * MINUTE_MS;

/** A token bucket: so many pushes after a rest, and one more in each `refillMs`. */
export interface Bucket {
  readonly max: number;
  readonly refillMs: number;
}

/** This machine's part of the fleet's budget. */
export interface Share {
  /** What this machine may push, whatever the others do. */
  readonly own: Bucket;
  /** What the whole fleet may push besides, for whoever is waited for. */
  readonly reserve: Bucket;
  readonly heartbeatMs: number;
  /** From one turn of this machine to the next; a whole part of the heartbeat, so that beats fall on turns. */
  readonly everyMs: number;
  /** How long its turn lasts. Everybody has one after the other. */
  readonly turnMs: number;
  /** Among the live machines, from 0. */
  readonly place: number;
}

/** When pushes were made, by this machine's wall clock in epoch milliseconds, oldest first. */
export interface Made {
  readonly own: readonly number[];
  /** Of all other machines together, as the beats of their lanes tell. */
  readonly others: readonly number[];
}

/**
 * `lease`: a run lives by this push (O5), so it always goes. `pressing`: somebody waits for it: a claim, a result, a person's word; it
 * goes while its share or the fleet's reserve holds a push. `patient`: beats and everything else that nobody waits for; it goes in the machine's own turn,
 * so that what befalls the whole fleet at once is not pushed by the whole fleet at once.
 */
export type Pressure = 'lease' | 'pressing' | 'patient';

/** `live`: the live machines, lowest first (`liveMachines`). */
export function shareOf(fleet: FleetSettings, live: readonly number[], machine: number): Share {
  const count = Math.max(1, live.length);
  const heartbeatMs = targetHeartbeatMs(fleet, count);
  // A fleet that sets a heartbeat has asked for that many pushes, whatever the budget says: others count on it (O4).
  const perMinute = Math.max(fleet.pushesPerMinute, BEATS_PART * fleet.pushesPerMinute + (MINUTE_MS * count) / heartbeatMs);
  const reserve = { max: RESERVE_MINUTES * perMinute, refillMs: (SLOWER * MINUTE_MS) / perMinute };
  const own = { max: BURST, refillMs: Math.min(heartbeatMs, (SLOWER * MINUTE_MS * count) / fleet.pushesPerMinute) };
  // One push less a minute than the budget has: a minute can begin late in one turn and end early in another.
  const leastMs = (MINUTE_MS * count) / Math.max(0.5, fleet.pushesPerMinute - 1);
  const everyMs = heartbeatMs / Math.max(1, Math.floor(heartbeatMs / leastMs));
  return { own, reserve, heartbeatMs, everyMs, turnMs: everyMs / count, place: Math.max(0, live.indexOf(machine)) };
}

/** What a bucket holds; below 0 where pushes went that asked for none. Times from ahead are of a clock that was set back. */
export function tokensIn({ max, refillMs }: Bucket, madeAt: readonly number[], nowMs: number): number {
  let tokens = max;
  let lastMs = Number.NEGATIVE_INFINITY;
  const refill = (atMs: number) => {
    tokens = Math.min(max, tokens + (atMs - lastMs) / refillMs);
    lastMs = atMs;
  };
  for (const atMs of madeAt.filter((atMs) => atMs <= nowMs).sort((one, other) => one - other)) {
    refill(atMs);
    // A debt is paid back, but for no longer than one full bucket takes.
    tokens = Math.max(-max, tokens - 1);
  }
  refill(nowMs);
  return tokens;
}

/** Milliseconds until such a push may be made; 0 = now. `hadTurn`: its turn came while the cycle was on its way to this push. */
export function pushWaitMs(made: Made, share: Share, pressure: Pressure, nowMs: number, hadTurn = false): number {
  if (pressure === 'lease') return 0;
  const reserveMs = untilMs(share.reserve, [...made.own, ...made.others], 1, nowMs);
  if (pressure === 'pressing') return Math.min(reserveMs, untilMs(share.own, made.own, 1, nowMs));
  const waitMs = untilMs(share.own, made.own, BURST, nowMs);
  if (reserveMs > 0 && mayGiveWay(made.own.at(-1) ?? null, share, nowMs)) {
    const passedMs = Math.max(waitMs, share.turnMs);
    return passedMs + turnInMs(share, nowMs + passedMs);
  }
  return hadTurn ? waitMs : waitMs + turnInMs(share, nowMs + waitMs);
}

function untilMs(bucket: Bucket, madeAt: readonly number[], needed: number, nowMs: number): number {
  return Math.ceil(Math.max(0, (needed - tokensIn(bucket, madeAt, nowMs)) * bucket.refillMs - EPSILON_MS));
}

/** What nobody waits for leaves out one turn while the reserve is empty; two in a row would come near to the lease of others (O4). */
function mayGiveWay(lastMs: number | null, { heartbeatMs, everyMs, turnMs }: Share, nowMs: number): boolean {
  return lastMs !== null && nowMs - lastMs + everyMs <= 2 * heartbeatMs + turnMs;
}

/** With one more push of this machine. */
export function withPushAt(times: readonly number[], atMs: number): readonly number[] {
  return [...times.slice(1 - TIMES_MAX), atMs];
}

/** H1: every push moves a beat. When those were made that moved one between two looks: evenly, as nobody has seen more. */
export function pushesSeen(moved: number, fromMs: number, toMs: number): readonly number[] {
  const eachMs = (toMs - fromMs) / Math.max(1, moved);
  const counting = Math.min(moved, Math.ceil(REMEMBERED_MS / Math.max(1, eachMs)), 10 * TIMES_MAX);
  return Array.from({ length: counting }, (_, back) => toMs - (back + 0.5) * eachMs).reverse();
}

/** Those that still count. */
export function rememberedPushes(times: readonly number[], nowMs: number): readonly number[] {
  return times.filter((atMs) => atMs > nowMs - REMEMBERED_MS);
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
