import { describe, expect, test } from 'vitest';
import { DEFAULT_FLEET } from '../../src/core/model/ledger/fleet.ts';
import { atMostMs, isOver, observedMs } from '../../src/core/presence/elapsed.ts';
import { leaseMs, liveMachines } from '../../src/core/presence/gone.ts';
import {
  comesRegularly,
  measuredGapMs,
  publishedHeartbeatMs,
  targetHeartbeatMs,
  withAccepted,
} from '../../src/core/presence/heartbeat.ts';
import { at, journal, snapshot, T0, T0_MS, view } from './samples.ts';

const fleet = (change: Partial<typeof DEFAULT_FLEET>) => ({ ...DEFAULT_FLEET, ...change });

describe('H2: heartbeat', () => {
  test.each([
    [1, 60_000],
    [3, 60_000],
    [4, 80_000],
    [50, 1_000_000],
  ])('H2 %i live machines aim at %i ms', (count, ms) => {
    expect(targetHeartbeatMs(DEFAULT_FLEET, count)).toBe(ms);
  });

  test('H2 floors bind defaults only', () => {
    expect(targetHeartbeatMs(fleet({ heartbeatMs: 10_000 }), 50)).toBe(10_000);
  });

  test.each<[what: string, targetMs: number, gaps: readonly number[], published: number]>([
    ['the target where nothing is measured', 60_000, [], 60_000],
    ['the target where too little is measured', 60_000, [500_000, 500_000], 60_000],
    ['the target where pushes come more often', 60_000, [1000, 2000, 3000], 60_000],
    ['the target where pushes come a little late', 60_000, [75_000, 75_000, 75_000], 60_000],
    ['a measured period that is longer', 60_000, [300_000, 301_000, 299_000], 300_000],
    ['the median: one long night does not count', 60_000, [60_000, 60_000, 30_000_000], 60_000],
    ['an hour at most', 60_000, [90_000_000, 90_000_000, 90_000_000], 3_600_000],
    ['a long target as it is', 7_200_000, [1000, 1000, 1000], 7_200_000],
    ['never less than what was measured', 60_000, [80_000, 80_000, 80_000], 120_000],
  ])('H2 publishes %s', (_, targetMs, gaps, published) => {
    expect(publishedHeartbeatMs(targetMs, gaps, 0)).toBe(published);
  });

  test.each<[what: string, everyMs: number, published: number]>([
    ['what cron is known to take', 300_000, 300_000],
    ['the target where cron comes more often', 30_000, 60_000],
    ['what cron is known to take, however long', 86_400_000, 86_400_000],
  ])('H2 publishes %s', (_, everyMs, published) => {
    expect(publishedHeartbeatMs(60_000, [], everyMs)).toBe(published);
    expect(publishedHeartbeatMs(60_000, [61_000, 61_000, 61_000], everyMs)).toBe(published);
  });

  test('H2 what was measured counts beside what is known: a line of cron that somebody changed', () => {
    expect(publishedHeartbeatMs(60_000, [600_000, 600_000, 600_000], 300_000)).toBe(600_000);
  });

  test.each<[what: string, lastMs: number | null, nowMs: number, gapMs: number | null]>([
    ['from the start of the last push that was accepted', 0, 300_000, 300_000],
    ['nothing of a push before which there was none', null, 300_000, null],
    ['nothing of a second push of the same sync', 290_000, 350_000, null],
    ['nothing of a push before a beat was due', 260_000, 300_000, null],
  ])('H2 a gap is measured %s', (_, lastMs, nowMs, gapMs) => {
    const accepted = lastMs === null ? null : { commit: 'c', at: at(lastMs) };
    expect(measuredGapMs({ accepted }, at(nowMs), { syncedAt: at(280_000), targetMs: 60_000 })).toBe(gapMs);
  });

  test('H2 the last nine gaps count', () => {
    let state = journal();
    for (let gapMs = 1; gapMs <= 12; gapMs += 1) state = withAccepted(state, { commit: `c${gapMs}`, at: at(gapMs), gapMs });
    state = withAccepted(state, { commit: 'last', at: at(99), gapMs: null });
    expect(state.pushGapsMs).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(state.accepted).toEqual({ commit: 'last', at: at(99) });
  });
});

describe('H1: beats of a machine that something syncs by itself', () => {
  const beating = (beats: number, afterS: number, change = {}) => {
    const { document, ...rest } = view(2, { document: { beat: 40, heartbeatMs: 60_000, updated: T0 } });
    const lane = { commit: 'c', parent: null, beat: 40 + beats, madeMs: T0_MS + afterS * 1000, files: new Map(), ...change };
    return comesRegularly({ ...rest, document, lane });
  };

  test.each<[what: string, beats: number, afterS: number, is: boolean]>([
    ['none yet', 0, 0, false],
    ['one, a heartbeat after its documents: somebody may have called it twice', 1, 60, false],
    ['two, a heartbeat apart', 2, 120, true],
    ['two, each as early as a beat may be', 2, 95, true],
    ['two, as late as cron comes', 2, 149, true],
    ['two, by hand, a day apart', 2, 172_800, false],
    ['many, and then none for half of the time', 1001, 120_000, false],
    ['many at once, each with an edit of a person who works there', 5, 130, false],
  ])('H1 %s', (_, beats, afterS, is) => {
    expect(beating(beats, afterS)).toBe(is);
  });

  test('H1 a lane of an unknown time, or of none, tells nothing', () => {
    expect(beating(2, 120, { madeMs: undefined })).toBe(false);
    expect(comesRegularly({ ...view(2), lane: null })).toBe(false);
  });
});

describe('O4: lease and clocks', () => {
  test.each([
    [null, 60_000, 180_000],
    [60_000, 60_000, 180_000],
    [600_000, 60_000, 600_000],
  ])('O4 lease %s with heartbeat %i is %i', (lease, heartbeatMs, ms) => {
    expect(leaseMs(fleet({ leaseMs: lease }), { heartbeatMs })).toBe(ms);
  });

  test('O4 an observation counts only by clocks that agree, within one boot', () => {
    expect(observedMs(at(0), at(5000))).toBe(5000);
    expect(observedMs(at(0), at(5000, { boot: 'other' }))).toBeNull();
    expect(observedMs(at(5000), at(0))).toBeNull();
    expect(observedMs(at(0), at(0, { wallMs: T0_MS + 30_001 }))).toBeNull();
  });

  test('O5 what may have passed is what the larger clock says', () => {
    expect(atMostMs(at(0), at(1000, { wallMs: T0_MS + 9000 }))).toBe(9000);
    expect(atMostMs(at(0), at(9000, { wallMs: T0_MS + 1000 }))).toBe(9000);
    expect(atMostMs(at(0), at(9000, { wallMs: T0_MS + 1000, boot: 'other' }))).toBe(1000);
    expect(atMostMs(at(0), at(-5, { wallMs: T0_MS - 5 }))).toBe(0);
  });

  test('H1 a new start of the computer ends every wait: its old times may be anything', () => {
    expect(isOver(at(0), at(999), 1000)).toBe(false);
    expect(isOver(at(0), at(1000), 1000)).toBe(true);
    expect(isOver(at(0), at(-1e9, { boot: 'other' }), 1000)).toBe(true);
  });

  test('F2 live are those with a lane that have not left and are not lost, and always I', () => {
    const machines = [view(1), view(2, { document: { state: 'LEFT' } }), view(3, { lane: null }), view(4), view(5)];
    const seen = (machine: number, ms: number) => ({ commit: `lane-${machine}`, beat: 1, at: at(ms) });
    const state = journal({ machine: 3, observed: { 1: seen(1, 0), 4: seen(4, -180_000), 5: seen(5, -179_999) } });
    expect(liveMachines(snapshot({ machines }), state, at(0))).toEqual([1, 3, 5]);
  });
});
