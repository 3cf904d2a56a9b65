import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_FLEET } from '../../src/core/model/ledger/fleet.ts';
import { publishedHeartbeatMs, targetHeartbeatMs } from '../../src/core/presence/heartbeat.ts';
import {
  beatAfterMs,
  type Made,
  type PushPriority,
  pushesSeen,
  pushWaitMs,
  shareOf,
  tokensIn,
  turnInMs,
  withPushAt,
} from '../../src/core/presence/push-budget.ts';
import { T0_MS } from './samples.ts';

const MINUTE_MS = 60_000;

const machines = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const share = (count: number, machine = 1, change: Partial<typeof DEFAULT_FLEET> = {}) =>
  shareOf({ ...DEFAULT_FLEET, ...change }, machines(count), machine);

describe('H2: the share of a machine', () => {
  test.each<
    [what: string, count: number, change: Partial<typeof DEFAULT_FLEET>, heartbeatMs: number, refillMs: number, everyMs: number]
  >([
    ['alone', 1, {}, 60_000, 12_500, 12_000],
    ['3 machines', 3, {}, 60_000, 37_500, 60_000],
    ['10 machines', 10, {}, 200_000, 125_000, 200_000],
    ['50 machines beat every 17 minutes', 50, {}, 1_000_000, 625_000, 1_000_000],
    ['50 machines on a host of their own', 50, { pushesPerMinute: 600 }, 60_000, 6250, 60_000 / 11],
    ['3 machines that may push once a minute', 3, { pushesPerMinute: 1 }, 360_000, 225_000, 360_000],
    ['a heartbeat that the fleet sets is obeyed', 50, { heartbeatMs: 60_000 }, 60_000, 60_000, 60_000],
  ])('H2 %s', (_, count, change, heartbeatMs, refillMs, everyMs) => {
    expect(targetHeartbeatMs({ ...DEFAULT_FLEET, ...change }, count)).toBe(heartbeatMs);
    const mine = share(count, count, change);
    expect(mine).toMatchObject({ own: { max: 2, refillMs }, heartbeatMs, turnMs: everyMs / count, place: count - 1 });
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

  test('H2 a beat in each first turn after which the next is too late; what is published stays the setting', () => {
    for (const count of [1, 3, 50]) {
      const mine = share(count, count);
      const heartbeatMs = targetHeartbeatMs(DEFAULT_FLEET, count);
      expect(beatAfterMs(heartbeatMs, mine) + mine.turnMs).toBe(heartbeatMs);
      expect(publishedHeartbeatMs(heartbeatMs, Array(9).fill(heartbeatMs + 700), 0)).toBe(heartbeatMs);
    }
  });
});

/** Asks like these, one after the other, of machines that see each other's pushes at once; when each push went. */
function pushed(
  asks: readonly { readonly machine: number; readonly afterMs: number; readonly priority: PushPriority }[],
  count: number,
  change: Partial<typeof DEFAULT_FLEET> = {},
): readonly { readonly machine: number; readonly atMs: number }[] {
  const went: { machine: number; atMs: number }[] = [];
  const due = asks.map((ask) => ({ ...ask, atMs: ask.afterMs }));
  let askedMs = 0;
  for (const one of due) one.atMs = askedMs += one.afterMs;
  while (due.length > 0) {
    due.sort((one, other) => one.atMs - other.atMs);
    const [next] = due as [(typeof due)[number]];
    const of = (isOwn: boolean) => went.filter(({ machine }) => (machine === next.machine) === isOwn).map(({ atMs }) => atMs);
    const made = { own: of(true), others: of(false) };
    const waitMs = pushWaitMs(made, share(count, next.machine, change), next.priority, next.atMs, false);
    if (waitMs > 0) next.atMs += waitMs;
    else went.push({ machine: next.machine, atMs: (due.shift() ?? next).atMs });
  }
  return went;
}

const most = (times: readonly number[], withinMs: number) =>
  Math.max(0, ...times.map((from) => times.filter((it) => it >= from && it < from + withinMs).length));

describe('H2: shares and the reserve', () => {
  const mine = share(3);
  // In machine 1's turn.
  const nowMs = T0_MS - (T0_MS % MINUTE_MS);
  const made = (own: readonly number[], others: readonly number[] = []): Made => ({
    own: own.map((agoMs) => nowMs - agoMs),
    others: others.map((agoMs) => nowMs - agoMs),
  });
  const many = (count: number) => Array.from({ length: count }, () => 1000);

  test.each<[what: string, pushes: Made, priority: PushPriority, ms: number]>([
    ['a full share lets a beat go in its turn', made([]), 'patient', 0],
    ['the last push of a share is kept for what presses', made([1000]), 'patient', MINUTE_MS],
    ['what presses goes while there is one', made([1000]), 'pressing', 0],
    ['it goes from the reserve, though the share is used up', made(many(11)), 'pressing', 0],
    ['it goes from the share, though others have used the reserve up', made([], many(24)), 'pressing', 0],
    ['it waits for whichever of both has one first', made(many(14)), 'pressing', 36_500],
    ['a lease waits for nothing (O5)', made(many(50)), 'lease', 0],
  ])('H2 %s', (_, pushes, priority, ms) => {
    expect(pushWaitMs(pushes, mine, priority, nowMs, false)).toBe(ms);
  });

  test.each([
    1, 3, 10, 50,
  ])('H2 with %i machines somebody is answered ten times within a minute, while the others beat', (count) => {
    const beats = machines(count).flatMap((machine) => {
      const everyMs = targetHeartbeatMs(DEFAULT_FLEET, count);
      return Array.from({ length: 20 }, (_, beat) => ({ machine, atMs: beat * everyMs + ((machine - 1) * everyMs) / count }));
    });
    const before = beats.filter(({ atMs }) => atMs < 10 * MINUTE_MS);
    const own = before.filter(({ machine }) => machine === 1).map(({ atMs }) => atMs);
    const others = before.filter(({ machine }) => machine > 1).map(({ atMs }) => atMs);
    for (let push = 0; push < 10; push += 1) {
      const atMs = 10 * MINUTE_MS + push * 6000;
      expect(pushWaitMs({ own, others }, share(count), 'pressing', atMs, false)).toBe(0);
      own.push(atMs);
    }
  });

  test('H2 beats give way: with an empty reserve one turn is left out, and never two', () => {
    const others = many(20).map((agoMs) => nowMs - agoMs);
    const beatAt = (lastMs: number) => pushWaitMs({ own: [nowMs - lastMs], others }, mine, 'patient', nowMs, false);
    expect(beatAt(MINUTE_MS)).toBe(MINUTE_MS);
    expect(beatAt(2 * MINUTE_MS)).toBe(0);
  });

  test('H2 what went beyond all budgets is paid back, within a time that ends', () => {
    expect(pushWaitMs(made(many(50)), mine, 'pressing', nowMs, false)).toBe(3 * 37_500 - 1000);
  });

  test('H2 a clock that was set back forgets what was pushed, and blocks nothing', () => {
    expect(tokensIn(mine.own, made([-5000, -6000, -7000]).own, nowMs)).toBe(2);
  });

  test('H2 a machine remembers its last 60 pushes', () => {
    const times = Array.from({ length: 100 }, (_, at) => at).reduce<readonly number[]>(withPushAt, []);
    expect([times.length, times[0], times.at(-1)]).toEqual([60, 40, 99]);
  });

  test('H2 the pushes of others are known by their beats, as if they were made evenly since the last look', () => {
    expect(pushesSeen(0, 0, 1000)).toEqual([]);
    expect(pushesSeen(2, 0, 1000)).toEqual([250, 750]);
    // A laptop that was closed for a day.
    const closed = pushesSeen(1440, 0, 1440 * MINUTE_MS);
    expect(closed.length).toBe(20);
    expect(closed.at(-1)).toBe(1439.5 * MINUTE_MS);
    expect(pushesSeen(1e12, 0, 1000).length).toBeLessThan(1000);
  });

  const ask = (count: number) =>
    fc.record({
      machine: fc.integer({ min: 1, max: count }),
      afterMs: fc.integer({ min: 0, max: 20_000 }),
      priority: fc.constantFrom<PushPriority>('pressing', 'pressing', 'patient'),
    });

  test('H2 in no ten minutes more than ten budgets, and what each share holds, whoever asks for what', () => {
    const asked = fc.integer({ min: 1, max: 5 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        pushesPerMinute: fc.integer({ min: 2, max: 30 }),
        asks: fc.array(ask(count), { minLength: 60, maxLength: 120 }),
      }),
    );
    fc.assert(
      fc.property(asked, ({ count, pushesPerMinute, asks }) => {
        const times = pushed(asks, count, { pushesPerMinute }).map(({ atMs }) => atMs);
        expect(most(times, 10 * MINUTE_MS)).toBeLessThanOrEqual(10 * pushesPerMinute + 2 * count);
      }),
      { numRuns: 40 },
    );
  });

  test('H2 a fleet of patient pushes stays below the budget in every minute', () => {
    for (const count of [1, 3, 10, 50]) {
      const asks = machines(count).flatMap((machine) =>
        Array.from({ length: 8 }, () => ({ machine, afterMs: 137, priority: 'patient' as const })),
      );
      const times = pushed(asks, count).map(({ atMs }) => atMs);
      expect(times).toHaveLength(8 * count);
      expect(most(times, MINUTE_MS)).toBeLessThanOrEqual(DEFAULT_FLEET.pushesPerMinute);
    }
  });
});
