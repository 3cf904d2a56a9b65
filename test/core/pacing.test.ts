import { describe, expect, test } from 'vitest';
import type { TroubleCode } from '../../src/core/model/ledger/push.ts';
import {
  afterCycle,
  backoffMs,
  type Came,
  nextLookMs,
  nextWake,
  type Pace,
  startPace,
  wokenPace,
} from '../../src/core/presence/pacing.ts';
import { at } from './samples.ts';

const MINUTE_MS = 60_000;
const quiet: Came = {
  trouble: null,
  fetched: true,
  pushed: false,
  isBusy: false,
  isTold: false,
  main: 'main-1',
  orders: 'orders-1',
  machines: 3,
};

/** Of a daemon that began this long ago that nobody waits for it any more. */
const goneOn: Pace = wokenPace(startPace(at(-3 * MINUTE_MS)), at(0));

/** The pace after such cycles, `everyMs` apart, the middle of every jitter. */
function paceAfter(came: readonly Partial<Came>[], everyMs = MINUTE_MS): { pace: Pace; nowMs: number } {
  let pace = goneOn;
  let nowMs = 0;
  for (const one of came) {
    nowMs += everyMs;
    pace = afterCycle(pace, { ...quiet, ...one }, { now: at(nowMs), fraction: 0.5 });
  }
  return { pace, nowMs };
}

describe('H3: from one fetch to the next', () => {
  test.each<[what: string, isBusy: boolean, quietMs: number, fraction: number, ms: number]>([
    ['something runs or waits', true, 0, 0.5, 15_000],
    ['something runs or waits, at the soonest', true, 9 * 3_600_000, 0, 12_000],
    ['something runs or waits, at the latest', true, 0, 1, 18_000],
    ['idle', false, 0, 0.5, 60_000],
    ['idle, at the soonest', false, 5 * MINUTE_MS, 0, 48_000],
    ['idle, at the latest', false, 12 * MINUTE_MS, 1, 72_000],
    ['quiet for half an hour', false, 30 * MINUTE_MS, 0.5, 150_000],
    ['quiet for an hour', false, 60 * MINUTE_MS, 0.5, 300_000],
    ['quiet for a day', false, 24 * 60 * MINUTE_MS, 0.5, 300_000],
  ])('H3 %s', (_, isBusy, quietMs, fraction, ms) => {
    expect(nextLookMs({ isBusy, quietMs }, fraction)).toBe(ms);
  });

  test.each<[trouble: TroubleCode, expected: readonly number[]]>([
    ['NETWORK', [15_000, 30_000, 60_000, 100_000, 100_000]],
    ['AUTHENTICATION', [15_000, 30_000]],
    ['CLONE', [15_000, 30_000]],
    ['UNKNOWN', [15_000, 30_000]],
    ['THROTTLED', [60_000, 120_000, 240_000, 480_000, 500_000]],
  ])('H3 %s is waited for longer each time', (trouble, expected) => {
    expect(expected.map((_, failures) => backoffMs(failures + 1, trouble, 0.5))).toEqual(expected);
  });

  test('H3 never more than 2 min between two tries, however many failed; 10 where the host asks for fewer', () => {
    for (const failures of [7, 20, 1000, 1e9]) {
      expect(backoffMs(failures, 'NETWORK', 1)).toBe(120_000);
      expect(backoffMs(failures, 'THROTTLED', 1)).toBe(600_000);
    }
  });
});

describe('H3: the pace after a cycle', () => {
  test('H3 begins with a look at once', () => {
    expect(nextWake(startPace(at(0)), at(0), [1000])).toEqual({ inMs: 0, mayRecall: false });
  });

  test.each<[what: string, came: readonly Partial<Came>[], ms: number]>([
    ['nothing has moved for an hour', Array.from({ length: 62 }, () => ({})), 300_000],
    ['main has moved in between', [...Array.from({ length: 61 }, () => ({})), { main: 'main-2' }], 60_000],
    ['something ran in between', [...Array.from({ length: 60 }, () => ({})), { isBusy: true }, {}], 60_000],
    ['people changed the orders in between', [{}, { orders: 'orders-2', main: 'main-2' }, {}], 5000],
    ['the same, while something runs', [{}, { orders: 'orders-2', main: 'main-2' }, { isBusy: true }], 5000],
    ['the same in a fleet of eight', [{}, { orders: 'orders-2', main: 'main-2' }, { machines: 8 }], 12_000],
    ['the same in a fleet of fifty', [{}, { orders: 'orders-2', main: 'main-2' }, { machines: 50 }], 15_000],
    ['the same, by a cycle that saw nothing', [{}, { orders: 'orders-2', main: 'main-2' }, { machines: null }], 15_000],
    ['people changed the orders three minutes ago', [{}, ...Array.from({ length: 4 }, () => ({ orders: 'orders-2' }))], 60_000],
    ['the first look shows orders', [{ orders: 'orders-2' }], 60_000],
    ['a machine has joined in between', [{}, { machines: 4, main: 'main-2' }, { machines: 4 }], 6000],
    ['a machine has joined, and the orders are not readable', [{}, { machines: 4, orders: null }, { machines: 4 }], 6000],
    ['a machine has left in between', [{}, { machines: 2, main: 'main-2' }, { machines: 2 }], 60_000],
    ['two failures', [{}, { trouble: 'NETWORK' }, { trouble: 'NETWORK', main: null }], 30_000],
    ['a success ends them', [{ trouble: 'NETWORK' }, { trouble: 'NETWORK' }, {}], 60_000],
    ['a push that landed without a fetch ends them', [{ trouble: 'NETWORK' }, { fetched: false, pushed: true }], 15_000],
  ])('H3 %s', (_, came, ms) => {
    expect(paceAfter(came).pace.lookInMs).toBe(ms);
  });

  test.each<[what: string, before: Pace, ms: number]>([
    ['the computer slept', wokenPace(paceAfter([{ orders: 'orders-0' }]).pace, at(0)), 5000],
    ['the computer slept, and nobody did', wokenPace(paceAfter([{}]).pace, at(0)), 60_000],
  ])('H3 people changed the orders while %s: the look that shows it counts as soon after', (_, before, ms) => {
    expect(nextWake(before, at(0), []).inMs).toBe(0);
    expect(afterCycle(before, quiet, { now: at(0), fraction: 0.5 }).lookInMs).toBe(ms);
  });

  test.each<[afterMs: number, ms: number]>([
    [0, 5000],
    [179_000, 5000],
    [180_000, 60_000],
  ])('H3 a daemon that was started %i ms ago looks again in %i ms', (afterMs, ms) => {
    expect(afterCycle(startPace(at(0)), quiet, { now: at(afterMs), fraction: 0.5 }).lookInMs).toBe(ms);
  });

  test('H3 one that is told of news needs no such looks, but after people changed the orders', () => {
    const told = { ...quiet, isTold: true };
    const seen = afterCycle(startPace(at(0)), told, { now: at(0), fraction: 0.5 });
    expect(seen.lookInMs).toBe(300_000);
    expect(afterCycle(seen, { ...told, orders: 'orders-2' }, { now: at(1000), fraction: 0.5 }).lookInMs).toBe(5000);
  });

  test('H3 a remote that fails does not count as one that has moved', () => {
    const { pace } = paceAfter([{}, { trouble: 'NETWORK', main: null }, {}]);
    expect(pace).toMatchObject({ quietSince: at(MINUTE_MS), main: 'main-1', failures: 0 });
  });

  test('C4a a cycle without a fetch leaves the next fetch where it is', () => {
    const { pace } = paceAfter([{}]);
    const later = afterCycle(pace, { ...quiet, fetched: false, pushed: true }, { now: at(100_000), fraction: 0.5 });
    expect(nextWake(later, at(100_000), [])).toEqual({ inMs: 20_000, mayRecall: false });
    const busy = afterCycle(pace, { ...quiet, fetched: false, isBusy: true }, { now: at(70_000), fraction: 0.5 });
    expect(nextWake(busy, at(70_000), [])).toEqual({ inMs: 5000, mayRecall: false });
  });
});

describe('H1, H3: what is due here', () => {
  const { pace, nowMs } = paceAfter([{}]);
  test.each<[what: string, dues: readonly number[], wake: ReturnType<typeof nextWake>]>([
    ['comes before the next look, without a fetch (C4a)', [90_000, 40_000], { inMs: 40_000, mayRecall: true }],
    ['later than the next look is found by it', [60_001], { inMs: 60_000, mayRecall: false }],
    ['overdue is what the cycle that has just been could not do either', [0, -5], { inMs: 60_000, mayRecall: false }],
    ['nothing', [], { inMs: 60_000, mayRecall: false }],
  ])('H3 %s', (_, dues, wake) => {
    expect(nextWake(pace, at(nowMs), dues)).toEqual(wake);
  });

  test('H3 a remote that fails is not tried within 15 s; a lease that runs out later gets one more try', () => {
    const failing = paceAfter([{}, ...Array.from({ length: 4 }, () => ({ trouble: 'NETWORK' as const }))]);
    expect(nextWake(failing.pace, at(failing.nowMs), [2000, -1])).toEqual({ inMs: 15_000, mayRecall: false });
    expect(nextWake(failing.pace, at(failing.nowMs), [30_000])).toEqual({ inMs: 30_000, mayRecall: false });
    expect(nextWake(failing.pace, at(failing.nowMs + 20_000), [])).toEqual({ inMs: 80_000, mayRecall: false });
  });

  test('H3 tries before their time add no failure; the next is 15 s from them at least, 60 s after a 429', () => {
    const failed: Came = { ...quiet, trouble: 'NETWORK', fetched: false, main: null };
    const { pace: third, nowMs: outMs } = paceAfter([{}, ...Array.from({ length: 3 }, () => ({ trouble: 'NETWORK' as const }))]);
    expect(nextWake(third, at(outMs), []).inMs).toBe(60_000);
    let tried = third;
    for (const afterMs of [5000, 10_000, 15_000, 20_000, 25_000]) {
      tried = afterCycle(tried, failed, { now: at(outMs + afterMs), fraction: 1 });
      expect(nextWake(tried, at(outMs + afterMs), [])).toEqual({ inMs: 60_000 - afterMs, mayRecall: false });
      // What is due is 15 s from each try.
      expect(nextWake(tried, at(outMs + afterMs), [1000]).inMs).toBe(15_000);
    }
    expect(tried.failures).toBe(3);
    const late = { now: at(outMs + 58_000), fraction: 1 };
    expect(afterCycle(third, failed, late)).toMatchObject({ failures: 3, lookInMs: 15_000 });
    expect(afterCycle(third, { ...failed, trouble: 'THROTTLED' }, late)).toMatchObject({ failures: 3, lookInMs: 60_000 });
    // The one whose time it is adds one, also where its timer came a little early.
    for (const afterMs of [59_900, 60_000, 75_000])
      expect(afterCycle(tried, failed, { now: at(outMs + afterMs), fraction: 0.5 })).toMatchObject({
        failures: 4,
        lookInMs: 100_000,
      });
  });

  test('H3 a look that was slept through is made at once', () => {
    expect(nextWake(pace, at(nowMs + 9e6), [])).toEqual({ inMs: 0, mayRecall: false });
  });
});

test('H3 who is told of news looks as seldom as after an hour of quiet, unless it is busy', () => {
  expect(nextLookMs({ isBusy: false, quietMs: 0, isTold: true }, 0.5)).toBe(300_000);
  expect(nextLookMs({ isBusy: true, quietMs: 0, isTold: true }, 0.5)).toBe(15_000);
  expect(paceAfter([{}, { isTold: true }]).pace.lookInMs).toBe(300_000);
  expect(paceAfter([{ isTold: true }, {}]).pace.lookInMs).toBe(60_000);
});
