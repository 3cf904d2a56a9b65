// H2: how often this machine may push, so that the fleet as a whole stays below `pushes_per_minute`. Pure, and by this machine's own clock alone.
// It delays a daemon's pushes, never those of a one-shot sync. A wrong clock makes pushes less even and does no other harm.
import type { FleetSettings } from '../model/ledger/fleet.ts';
import { BEATS_PART, targetHeartbeatMs } from './heartbeat.ts';

/** Pushes that a machine's share holds after a rest. The last one is kept for pressing pushes. */
const BURST = 2;
/** What the fleet's reserve holds after a rest, in minutes of its budget. */
const RESERVE_MINUTES = 2;
/** Reserve and shares are refilled this much more slowly than the budget allows, so that with a full reserve ten minutes come to ten budgets. */
const SLOWER = 1.25;
const MINUTE_MS = 60_000;
/** Tolerance: sums of fractions of a push are not exact. */
const EPSILON_MS = 0.01;
/** How many of its own pushes a machine remembers: more than any bucket holds. */
const TIMES_MAX = 60;
/** Pushes older than this do not count for any bucket. */
const REMEMBERED_MS = 20 * MINUTE_MS;

/** A token bucket: `max` pushes after a rest, and one more every `refillMs`. */
export interface Bucket {
  readonly max: number;
  readonly refillMs: number;
}

/** This machine's part of the fleet's budget. */
export interface Share {
  /** Pushes that this machine may make, whatever the others do. */
  readonly own: Bucket;
  /** Further pushes of the whole fleet, for pushes that somebody waits for. */
  readonly reserve: Bucket;
  readonly heartbeatMs: number;
  /** From one turn of this machine to the next; a whole part of the heartbeat, so that beats fall on turns. */
  readonly everyMs: number;
  /** How long a turn lasts. Machines have turns one after the other. */
  readonly turnMs: number;
  /** Among the live machines, from 0. */
  readonly place: number;
}

/** When pushes were made, by this machine's wall clock in epoch milliseconds, oldest first. */
export interface Made {
  readonly own: readonly number[];
  /** Pushes of all other machines together, counted by the beats of their lanes. */
  readonly others: readonly number[];
}

/**
 * `lease`: a run lives by this push (O5), so it always goes. `pressing`: somebody waits for it: a claim, a result, a person's word; it
 * goes while its share or the fleet's reserve holds a push. `patient`: beats and everything else that nobody waits for; it goes in the machine's own
 * turn, so that an event that concerns the whole fleet is not pushed by all machines at once.
 */
export type PushPriority = 'lease' | 'pressing' | 'patient';

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

/** Pushes left in a bucket; below 0 after pushes that did not ask. Times in the future come from a clock that was set back. */
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
export function pushWaitMs(made: Made, share: Share, priority: PushPriority, nowMs: number, hadTurn: boolean): number {
  if (priority === 'lease') return 0;
  const reserveMs = untilMs(share.reserve, [...made.own, ...made.others], 1, nowMs);
  if (priority === 'pressing') return Math.min(reserveMs, untilMs(share.own, made.own, 1, nowMs));
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

/** A patient push leaves out one turn while the reserve is empty. Two in a row would come near to the lease of others (O4). */
function mayGiveWay(lastMs: number | null, { heartbeatMs, everyMs, turnMs }: Share, nowMs: number): boolean {
  return lastMs !== null && nowMs - lastMs + everyMs <= 2 * heartbeatMs + turnMs;
}

/** With one more push of this machine. */
export function withPushAt(times: readonly number[], atMs: number): readonly number[] {
  return [...times.slice(1 - TIMES_MAX), atMs];
}

/** H1: every push moves a beat. Pushes between two looks are taken to be evenly spread, because nobody saw more. */
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

/** Time from the last accepted push until a daemon's beat is due. It is made in the next turn after that. (A cron job has a tolerance of its own.) */
export function beatAfterMs(heartbeatMs: number, { turnMs }: Share): number {
  return Math.max(heartbeatMs / 2, heartbeatMs - turnMs);
}
