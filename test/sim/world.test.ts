import { describe, expect, test } from 'vitest';
import { runSchedule, SCHEDULES } from './schedules.ts';
import { simulate } from './simulate.ts';

describe('the simulated world', () => {
  test('the same seed gives the same history, to the byte', { timeout: 300_000 }, async () => {
    for (const seed of [1, 7, 85]) {
      const first = await simulate(seed);
      await simulate(seed + 1000);
      const again = await simulate(seed);
      expect(again.events.join('\n')).toBe(first.events.join('\n'));
      expect([...again.counts]).toEqual([...first.counts]);
    }
  });

  test.each(Object.keys(SCHEDULES))('the schedule %s', async (name) => {
    expect((await runSchedule(name)).violations).toEqual([]);
  });
});
