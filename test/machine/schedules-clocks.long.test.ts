// Scheduled orders on the fleet in memory: the real cycle, clocks that only the test moves. Who ran what is counted by the runners.
import { expect, test } from 'vitest';
import { DAY_MS, liveUntil, MINUTE_MS, nightly, nights, starts } from './schedules-parts.ts';
import { createFleet } from './world.ts';

test('D7 a clock three days ahead or behind keeps the fleet from none of its nights, and runs none twice', async () => {
  for (const days of [3, -3]) {
    const world = await createFleet(3);
    const [wrong] = world.machines;
    world.orders([nightly()]);
    await liveUntil(world, '2026-11-22T12:00Z', [50 * MINUTE_MS]);
    world.setClock(wrong, days * DAY_MS);
    await liveUntil(world, '2026-11-24T12:00Z', [50 * MINUTE_MS]);
    world.setClock(wrong, 0);
    await liveUntil(world, '2026-11-30T12:00Z', [50 * MINUTE_MS]);
    const all = starts(world);
    expect(new Set(all).size, `${days} days: ${all}`).toBe(all.length);
    expect(all).toEqual(nights(10));
  }
});

test('two claims for two occurrences at once: they never run at the same time', async () => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  world.script('nightly', () => ({ ms: 30_000, exitCode: 0 }));
  world.setClock(two, 40_000);
  world.orders([nightly({ schedule: '* * * * *' })]);
  let worst = 0;
  for (let second = 0; second < 1800; second += 3) {
    world.pass(3000);
    for (const machine of [one, two]) if ((second / 3) % 7 !== machine.number) await machine.cycle();
    worst = Math.max(
      worst,
      world.machines.reduce((sum, machine) => sum + machine.state().active.length, 0),
    );
  }
  expect(worst).toBe(1);
  expect(new Set(starts(world)).size).toBe(starts(world).length);
  expect(starts(world).length).toBeGreaterThan(15);
});

test('O8 of a schedule that comes every minute, few are remembered; the rest is in the history', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.orders([nightly({ assign: 1, schedule: '* * * * *' })]);
  await liveUntil(world, '2026-11-21T01:04:30Z', [MINUTE_MS]);
  expect(one.runner.starts.length).toBeGreaterThan(170);
  expect([one.state().ended.length, one.state().older.length]).toEqual([20, 30]);
  const history = (await world.text('history/1/2026-11.m1.jsonl')) ?? '';
  expect(history.split('\n').length).toBeGreaterThan(140);
});
