import { describe, expect, test } from 'vitest';
import { quantile, statsOf } from '../../src/core/history/stats.ts';
import { runEvents, takeOvers } from '../../src/core/history/timeline.ts';
import type { TimelineEvent } from '../../src/core/model/status/timeline.ts';
import { ended, T0_MS } from './samples.ts';

const time = (second: number) => new Date(T0_MS + second * 1000).toISOString();
const run = (order: string, from: number, to: number, change: Parameters<typeof ended>[1] = {}) =>
  ended(order, { startedAt: time(from), finishedAt: time(to), ...change });
const added = (order: string, second: number): TimelineEvent => ({
  kind: 'order',
  what: 'added',
  at: time(second),
  order,
  title: null,
  for: 'any',
  fields: [],
  by: { person: 'Ada' },
  commit: `c-${order}`,
});

const runs = [
  ...runEvents(1, {
    running: [{ order: 'd', generation: 1, attempt: 1, startedAt: time(90) }],
    ended: [
      run('a', 10, 20),
      run('b', 30, 50, { state: 'FAILED', exitCode: 1 }),
      run('b', 60, 90, { attempt: 2 }),
      run('c', 0, 5, { state: 'CANCELLED' }),
    ],
    older: [{ order: 'old', generation: 3, attempt: 1, state: 'COMPLETED', exitCode: 0, finishedAt: time(1) }],
  }),
  ...runEvents(2, { running: [], ended: [run('d', 200, 300, { attempt: 2 })], older: [] }),
];
const lost: TimelineEvent = { kind: 'machine', what: 'lost', at: time(150), machine: 1, says: 2 };
const events = [added('a', 4), added('d', 80), ...runs, ...takeOvers(runs, () => false), lost];
const types = { a: 'build', b: 'build', d: 'train' };
const everything = { machine: null, type: null };

describe('stats', () => {
  test('of all, by machine and by type; what was not measured is null', () => {
    const { total, machines, types: byType } = statsOf(events, types, everything);
    expect(total).toEqual({
      orders: 5,
      runs: 6,
      completed: 4,
      failed: 1,
      cancelled: 1,
      success: 0.8,
      retries: 2,
      takeOvers: 1,
      losses: 1,
      // 5, 10, 20, 30, 100 s; the old one's time is not known.
      medianMs: 20_000,
      p90Ms: 100_000,
      timed: 5,
      medianWaitMs: 6_000,
      waits: 2,
    });
    expect(machines['1']).toMatchObject({ runs: 5, losses: 1, takeOvers: 0, retries: 1 });
    expect(machines['2']).toMatchObject({ runs: 1, losses: 0, takeOvers: 1, medianWaitMs: null, waits: 0 });
    expect(byType.build).toMatchObject({ orders: 2, runs: 3, losses: null });
    expect(byType['-']).toMatchObject({ runs: 2, medianMs: 5_000, timed: 1 });
  });

  test('of one machine, of one type', () => {
    expect(statsOf(events, types, { machine: 2, type: null })).toMatchObject({
      total: { runs: 1 },
      types: { train: { runs: 1 } },
    });
    const builds = statsOf(events, types, { machine: null, type: 'build' });
    expect(builds.total).toMatchObject({ runs: 3, takeOvers: 0, losses: null });
    expect(Object.keys(builds.types)).toEqual(['build']);
  });

  test('waits of orders that were added again', () => {
    const starts = runEvents(1, { running: [], ended: [run('a', 10, 20), run('b', 110, 120), run('c', 5, 6)], older: [] });
    const wait = (...more: TimelineEvent[]) => statsOf([...starts, ...more], {}, everything).total;
    // Anew after it had run: it shows the old result.
    expect(wait(added('a', 4), added('a', 200))).toMatchObject({ medianWaitMs: 6_000, waits: 1 });
    // Taken out before it ran.
    expect(wait(added('b', 4), added('b', 100))).toMatchObject({ medianWaitMs: 10_000, waits: 1 });
    // Another clock: it had begun before it was placed.
    expect(wait(added('c', 8))).toMatchObject({ medianWaitMs: 0, waits: 1 });
  });

  test('of nothing', () => {
    expect(statsOf([], {}, everything).total).toMatchObject({ runs: 0, success: null, medianMs: null, p90Ms: null });
  });

  test('a quantile is one of the values', () => {
    expect([0.5, 0.9, 1].map((part) => quantile([4, 1, 3, 2], part))).toEqual([2, 4, 4]);
    expect(quantile([], 0.5)).toBeNull();
  });
});
