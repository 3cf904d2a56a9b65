import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_FLEET } from '../../src/core/model/fleet.ts';
import { publishedHeartbeatMs, targetHeartbeatMs } from '../../src/core/presence.ts';
import { BURST, beatAfterMs, pushWaitMs, shareOf, spent, startBucket, turnInMs } from '../../src/core/push-budget.ts';
import { at, T0_MS } from './samples.ts';

const machines = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const share = (count: number, machine = 1, change: Partial<typeof DEFAULT_FLEET> = {}) =>
  shareOf({ ...DEFAULT_FLEET, ...change }, machines(count), machine);

describe('H2: the share of a machine', () => {
  test.each<[string, number, Partial<typeof DEFAULT_FLEET>, number, number, number]>([
    ['alone', 1, {}, 60_000, 10_000, 12_000],
    ['3 machines', 3, {}, 60_000, 30_000, 60_000],
    ['10 machines', 10, {}, 200_000, 100_000, 200_000],
    ['50 machines beat every 17 minutes', 50, {}, 1_000_000, 500_000, 1_000_000],
    ['50 machines on a host of their own', 50, { pushesPerMinute: 600 }, 60_000, 5000, 60_000 / 11],
    ['3 machines that may push once a minute', 3, { pushesPerMinute: 1 }, 360_000, 180_000, 360_000],
    ['a heartbeat that the fleet sets is obeyed', 50, { heartbeatMs: 60_000 }, 60_000, 60_000, 60_000],
  ])('H2 %s', (_, count, change, heartbeatMs, refillMs, everyMs) => {
    expect(targetHeartbeatMs({ ...DEFAULT_FLEET, ...change }, count)).toBe(heartbeatMs);
    const mine = share(count, count, change);
    expect(mine).toMatchObject({ refillMs, turnMs: everyMs / count, place: count - 1 });
    expect(mine.everyMs).toBeCloseTo(everyMs, 6);
  });

  test('H2 everybody has a turn, one after the other, and a whole number of rounds makes a heartbeat', () => {
    for (const count of [1, 2, 3, 7, 50]) {
      const starts = machines(count).map((machine) => turnInMs(share(count, machine), 0));
      expect(starts).toEqual(machines(count).map((_, index) => index * share(count).turnMs));
      expect((targetHeartbeatMs(DEFAULT_FLEET, count) / share(count).everyMs) % 1).toBeCloseTo(0, 9);
    }
    expect(turnInMs(share(3, 2), 19_999)).toBe(1);
    expect(turnInMs(share(3, 2), 39_999)).toBe(0);
    expect(turnInMs(share(3, 2), 40_000)).toBe(40_000);
    expect(turnInMs(share(3, 1), -1)).toBe(1);
  });

  test('H2 a beat in each first turn after which the next would be too late; what is published stays the setting', () => {
    for (const count of [1, 3, 50]) {
      const mine = share(count, count);
      const heartbeatMs = targetHeartbeatMs(DEFAULT_FLEET, count);
      expect(beatAfterMs(heartbeatMs, mine) + mine.turnMs).toBe(heartbeatMs);
      expect(publishedHeartbeatMs(heartbeatMs, Array(9).fill(heartbeatMs + 700))).toBe(heartbeatMs);
    }
  });
});

describe('H2: the bucket', () => {
  const mine = share(3);
  // In machine 1's turn.
  const inTurn = T0_MS % 60_000;
  const now = at(-inTurn);

  test.each<[string, number, 'pressing' | 'patient' | 'lease', number]>([
    ['a full one lets a beat go in its turn', 2, 'patient', 0],
    ['the last push is kept for what presses', 1, 'patient', 60_000],
    ['what presses goes while there is one', 1, 'pressing', 0],
    ['it waits for the next', 0.5, 'pressing', 15_000],
    ['a lease waits for nothing (O5)', -2, 'lease', 0],
  ])('H2 %s', (_, tokens, pressure, ms) => {
    expect(pushWaitMs({ tokens, at: now }, mine, pressure, now)).toBe(ms);
  });

  test.each<[string, number | null, number]>([
    ['that has never pushed', null, 2],
    ['that has just pushed, before it was started anew', 0, 1],
    ['that pushed half a share ago', -15_000, 1.5],
    ['that pushed long ago', -9e6, 2],
  ])('H2 of a daemon %s', (_, acceptedMs, tokens) => {
    expect(startBucket(mine, acceptedMs === null ? null : at(acceptedMs), at(0)).tokens).toBe(tokens);
  });

  test('H2 what leases took beyond the share is paid back, within a time that ends', () => {
    let bucket = startBucket(mine, null, now);
    for (let push = 0; push < 50; push += 1) bucket = spent(bucket, mine, 1, now);
    expect(pushWaitMs(bucket, mine, 'pressing', now)).toBe(90_000);
  });

  test('H2 in no stretch of time more than its share and the burst', () => {
    const asks = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 90_000 }), patient: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 600 }), asks, (count, pushesPerMinute, asked) => {
        const part = share(count, 1, { pushesPerMinute });
        const times: number[] = [];
        let nowMs = 0;
        let bucket = startBucket(part, null, at(0));
        for (const { afterMs, patient } of asked) {
          nowMs += afterMs;
          const waitMs = pushWaitMs(bucket, part, patient ? 'patient' : 'pressing', at(nowMs));
          // What was held back is said once it may be.
          nowMs += waitMs;
          expect(pushWaitMs(bucket, part, patient ? 'patient' : 'pressing', at(nowMs))).toBe(0);
          bucket = spent(bucket, part, 1, at(nowMs));
          times.push(nowMs);
        }
        for (const [first, fromMs] of times.entries())
          for (const [last, toMs] of times.entries())
            if (last >= first) expect(last - first + 1).toBeLessThanOrEqual(BURST + (toMs - fromMs) / part.refillMs + 1e-3);
      }),
    );
  });

  test('H2 a fleet of patient pushes stays below the budget in every minute', () => {
    for (const count of [1, 3, 10, 50]) {
      const times = machines(count).flatMap((machine) => {
        const part = share(count, machine);
        let [nowMs, bucket] = [machine * 137, startBucket(part, null, at(machine * 137))];
        return Array.from({ length: 20 }, (_, push) => {
          nowMs += pushWaitMs(bucket, part, 'patient', at(nowMs)) + (push % 3) * 1000;
          nowMs += pushWaitMs(bucket, part, 'patient', at(nowMs));
          bucket = spent(bucket, part, 1, at(nowMs));
          return nowMs;
        });
      });
      const worst = Math.max(...times.map((from) => times.filter((it) => it >= from && it < from + 60_000).length));
      expect(worst).toBeLessThanOrEqual(DEFAULT_FLEET.pushesPerMinute);
    }
  });
});
