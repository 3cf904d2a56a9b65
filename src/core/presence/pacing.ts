// How often a daemon fetches, and when its next cycle is (H3). Pure: each cycle replaces the value; time and one random fraction are passed in.
// When it may push: core/presence/push-budget.ts. What else is due: core/decide/next-deadlines.ts.
import type { TroubleCode } from '../model/ledger/push.ts';
import type { Instant } from '../model/machines/instant.ts';
import { atMostMs } from './elapsed.ts';

/** H3: while something runs or waits here. */
const BUSY_LOOK_MS = 15_000;
/** H3: while nothing does. */
const IDLE_LOOK_MS = 60_000;
/** H3: after an hour in which nothing moved. */
export const QUIET_LOOK_MS = 300_000;
/** H3: so that machines which were started together do not look together. */
export const JITTER = 0.2;
const QUIET_MS = 3_600_000;
/** H3: how long after a change of the orders people may wait for the result, or change them again; and after they started a daemon or added a machine, try it. */
const ASKED_MS = 180_000;
/** H3: in that time, in a small fleet. */
const ASKED_LOOK_MS = 5000;
/** H3: in a larger one, for each machine, so that all together ask the host no more than 40 times a minute. */
const ASKED_LOOK_EACH_MS = 1500;
/** H3: after the first failure; doubled with each. So long after a try that failed nothing is tried that nobody asks for. */
export const BACKOFF_MS = 15_000;
/** A try that comes so little before its time is the one whose time it is: timers are not exact. */
const EARLY_MS = 1000;
/** A host that asks for fewer requests (429) says for how long only in a header, which git does not show. */
const THROTTLED_BACKOFF_MS = 60_000;
/** With the jitter 2 min at most, so that a machine is seen again after an outage before others call it lost (O4). */
const BACKOFF_MS_MAX = 100_000;
/** With the jitter 10 min at most, for a host that asks for fewer requests. */
const THROTTLED_BACKOFF_MS_MAX = 500_000;

/** H2: changes within this time go together. A daemon that a change wakes begins its cycle this long after the first change. */
export const GATHER_MS = 2000;

/** What a daemon keeps between its cycles. */
export interface Pace {
  /** When it last asked the remote, with any result; null = not yet. */
  readonly lookedAt: Instant | null;
  /** From then to the next fetch. */
  readonly lookInMs: number;
  /** Since when nothing has moved, here or there. */
  readonly quietSince: Instant;
  /** Main as it was seen last. */
  readonly main: string | null;
  /** People's orders as they were seen last, by the id of the document; null = not since this daemon began. */
  readonly orders: string | null;
  /** How many machines had a lane then; null = the same. */
  readonly machines: number | null;
  /** When people last changed the orders; null = not since this daemon began. */
  readonly askedAt: Instant | null;
  /** When they last added a machine, or started this daemon. */
  readonly newAt: Instant;
  /** Cycles in a row that did not reach the remote; those before their time do not count. */
  readonly failures: number;
}

/** The outcome of a cycle, or of the cycles of one sync together (three at most, C8). */
export interface Came {
  /** Why the remote was not reached, gave no clear answer, or refused; null = it went well. */
  readonly trouble: TroubleCode | null;
  /** False = C4a: it rests on what was seen before. */
  readonly fetched: boolean;
  readonly pushed: boolean;
  /** Something runs or waits for its turn here, or an edit, a message or a held push waits to be said, or somebody waits for an order. */
  readonly isBusy: boolean;
  /** Somebody tells this machine of news at once. */
  readonly isTold: boolean;
  /** The commit of main that was seen; null = none was. */
  readonly main: string | null;
  /** The id of ORDERS.json there. */
  readonly orders: string | null;
  /** How many have a lane there; null = nothing was seen. */
  readonly machines: number | null;
}

export interface Chance {
  readonly now: Instant;
  /** From 0 to 1, drawn anew for each cycle. */
  readonly fraction: number;
}

export interface Wake {
  readonly inMs: number;
  /** True: the cycle is for something that is due here. It may do without a fetch (`CycleOptions.mayRecall`, C4a), and fetches if it must. */
  readonly mayRecall: boolean;
}

/** A daemon that has just started: its first look is now. */
export function startPace(now: Instant): Pace {
  return {
    lookedAt: null,
    lookInMs: 0,
    quietSince: now,
    main: null,
    orders: null,
    machines: null,
    askedAt: null,
    newAt: now,
    failures: 0,
  };
}

/** The computer was asleep, or the network is back: its first look is now, and what people changed meanwhile counts as just changed. */
export function wokenPace({ orders, machines, askedAt, newAt }: Pace, now: Instant): Pace {
  return { ...startPace(now), orders, machines, askedAt, newAt };
}

/** The pace after a cycle. */
export function afterCycle(pace: Pace, came: Came, { now, fraction }: Chance): Pace {
  const moved = came.isBusy || (came.main !== null && came.main !== pace.main);
  const quietSince = moved ? now : pace.quietSince;
  const hasEdited = came.orders !== null && pace.orders !== null && came.orders !== pace.orders;
  const hasJoined = came.machines !== null && pace.machines !== null && came.machines > pace.machines;
  const [askedAt, newAt] = [hasEdited ? now : pace.askedAt, hasJoined ? now : pace.newAt];
  const [main, orders, machines] = [came.main ?? pace.main, came.orders ?? pace.orders, came.machines ?? pace.machines];
  const seen = { quietSince, main, orders, machines, askedAt, newAt };
  if (came.trouble !== null) {
    const leftMs = pace.failures === 0 || pace.lookedAt === null ? 0 : pace.lookInMs - atMostMs(pace.lookedAt, now);
    // It came before its time: however many such there are, the next one is no later for them, but for the pause after any try.
    const pauseMs = came.trouble === 'THROTTLED' ? THROTTLED_BACKOFF_MS : BACKOFF_MS;
    if (leftMs > EARLY_MS) return { lookedAt: now, lookInMs: Math.max(leftMs, pauseMs), ...seen, failures: pace.failures };
    const failures = pace.failures + 1;
    return { lookedAt: now, lookInMs: backoffMs(failures, came.trouble, fraction), ...seen, failures };
  }
  const nextMs = nextLookMs({ isBusy: came.isBusy, quietMs: atMostMs(quietSince, now), isTold: came.isTold }, fraction);
  // Who is told of news hears of what a new machine is tried with, and not of what people push by hand.
  const causes = [askedAt, came.isTold ? null : newAt];
  const isStillAsked = causes.some((at) => at !== null && atMostMs(at, now) < ASKED_MS);
  const lookInMs = isStillAsked ? Math.min(nextMs, askedLookMs(came.machines, fraction)) : nextMs;
  if (came.fetched) return { lookedAt: now, lookInMs, ...seen, failures: 0 };
  // The remote was not asked: the next fetch stays where it is, or comes sooner.
  return {
    ...pace,
    lookInMs: Math.min(pace.lookInMs, lookInMs),
    ...{ quietSince, orders, machines, askedAt, newAt },
    failures: came.pushed ? 0 : pace.failures,
  };
}

/** H3: from one fetch to the next, where all goes well. `quietMs`: for how long nothing has moved; `isTold`: it is told of news, so quiet costs nothing. */
export function nextLookMs(
  { isBusy, quietMs, isTold = false }: { readonly isBusy: boolean; readonly quietMs: number; readonly isTold?: boolean },
  fraction: number,
): number {
  const idleMs = Math.min(QUIET_LOOK_MS, Math.max(IDLE_LOOK_MS, (quietMs / QUIET_MS) * QUIET_LOOK_MS));
  return jittered(isBusy ? BUSY_LOOK_MS : isTold ? QUIET_LOOK_MS : idleMs, fraction);
}

/** H3: the same, soon after people did what they may wait for. */
function askedLookMs(machines: number | null, fraction: number): number {
  const eachMs = machines === null ? BUSY_LOOK_MS : machines * ASKED_LOOK_EACH_MS;
  return jittered(Math.min(BUSY_LOOK_MS, Math.max(ASKED_LOOK_MS, eachMs)), fraction);
}

/** H3: after so many failures in a row, 1 or more. */
export function backoffMs(failures: number, trouble: TroubleCode, fraction: number): number {
  const [firstMs, mostMs] =
    trouble === 'THROTTLED' ? [THROTTLED_BACKOFF_MS, THROTTLED_BACKOFF_MS_MAX] : [BACKOFF_MS, BACKOFF_MS_MAX];
  return jittered(Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 20)), fraction);
}

/**
 * When the next cycle is. `dueInMs`: what is due here (core/decide/next-deadlines.ts), and the gate's wait if a push was held back. What was due
 * before now does not count: the last cycle could not do it, and the next look tries again. While the remote fails, nothing is tried sooner than
 * after the first step of the backoff; a lease that runs out gets one more try.
 */
export function nextWake(pace: Pace, now: Instant, dueInMs: readonly number[]): Wake {
  const elapsedMs = pace.lookedAt === null ? Number.POSITIVE_INFINITY : atMostMs(pace.lookedAt, now);
  const lookInMs = Math.max(0, pace.lookInMs - Math.min(elapsedMs, pace.lookInMs));
  const soonestMs = pace.failures === 0 ? 0 : BACKOFF_MS - elapsedMs;
  const firstMs = Math.min(...dueInMs.filter((ms) => ms > 0).map((ms) => Math.max(ms, soonestMs)));
  return firstMs < lookInMs ? { inMs: firstMs, mayRecall: pace.failures === 0 } : { inMs: lookInMs, mayRecall: false };
}

function jittered(ms: number, fraction: number): number {
  return Math.round(ms * (1 - JITTER + 2 * JITTER * fraction));
}
