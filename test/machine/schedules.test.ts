// Scheduled orders on the fleet in memory: the real cycle, clocks that only the test moves. Who ran what is counted by the runners.
import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, liveUntil, MINUTE_MS, nightly, nights, starts } from './schedules-parts.ts';
import { createFleet, quiet } from './world.ts';

test('a shared order over three machines for 12 nights: once a night, by one machine', async () => {
  const world = await createFleet(3);
  world.orders([nightly()]);
  await liveUntil(world, '2026-12-02T12:00Z', [110 * MINUTE_MS, 97 * MINUTE_MS, 61 * MINUTE_MS]);
  expect(starts(world)).toEqual(nights(12));
  expect(world.machines.filter((machine) => machine.runner.starts.length > 0).length).toBeGreaterThan(1);
  const { nightly: status } = (await world.status()).orders;
  expect(status).toMatchObject({ state: 'COMPLETED', schedule: '0 3 * * *' });
  expect(status?.reason).toMatch(/^last 2026-12-02 03:00 UTC on [123] m[123]$/);
  expect(status?.lastRuns).toHaveLength(10);
  expect([...world.hub.refs.keys()].filter((ref) => ref.includes('claims'))).toEqual([]);
});

test('cron every 7 minutes, and every minute: the same runs', async () => {
  const runs: string[][] = [];
  for (const pace of [[7 * MINUTE_MS], [MINUTE_MS], [7 * MINUTE_MS, MINUTE_MS, 5 * MINUTE_MS]]) {
    const world = await createFleet(3);
    world.orders([nightly({ schedule: '30 * * * *' }), nightly({ id: 'all', assign: 'all', schedule: '0 0,1 * * *' })]);
    await liveUntil(world, '2026-11-21T01:50Z', pace);
    runs.push(starts(world));
  }
  expect(runs[0]).toHaveLength(4 + 6);
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[2]).toEqual(runs[0]);
});

test.each(['any', 'all', 1])('machines that sleep for a week: one late run of an order for %s', async (assign) => {
  const world = await createFleet(2);
  world.orders([nightly({ assign })]);
  await liveUntil(world, '2026-11-21T12:00Z', [20 * MINUTE_MS]);
  world.pass(7 * DAY_MS);
  await liveUntil(world, '2026-11-28T14:00Z', [5 * MINUTE_MS]);
  const each = assign === 'all' ? 2 : 1;
  expect(starts(world)).toEqual([...nights(1), ...nights(1, '2026-11-28')].flatMap((it) => Array(each).fill(it)));
});

test('for one machine that is away: a missed one runs once, when it comes back; the others do not wait', async () => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  world.orders([nightly({ assign: 'all' })]);
  await liveUntil(world, '2026-11-20T23:00Z', [5 * MINUTE_MS]);
  await liveUntil(world, '2026-11-23T12:00Z', [30 * MINUTE_MS], [one]);
  expect([one.runner.starts.length, two.runner.starts.length]).toEqual([3, 0]);
  await liveUntil(world, '2026-11-23T13:00Z', [5 * MINUTE_MS]);
  expect(two.runner.starts.map((it) => it.order)).toEqual(['nightly@20261123T0300Z']);
});

test('a schedule that is seen for the first time does not begin with last night', async () => {
  const world = await createFleet(2);
  world.orders([nightly({ schedule: '0 3,12 * * *' })]);
  world.pass(10 * HOUR_MS);
  await quiet(world);
  expect((await world.status()).orders.nightly).toMatchObject({ state: 'QUEUED', reason: 'by its schedule' });
  await liveUntil(world, '2026-11-21T11:59Z', [5 * MINUTE_MS]);
  expect(starts(world)).toEqual([]);
  await liveUntil(world, '2026-11-21T12:30Z', [5 * MINUTE_MS]);
  expect(starts(world)).toEqual(['nightly@20261121T1200Z 1.1']);
  // Another line is another schedule; and while it is cancelled nothing is missed.
  world.orders([nightly({ schedule: '0 4 * * *' })]);
  await liveUntil(world, '2026-11-21T13:30Z', [5 * MINUTE_MS]);
  world.orders([nightly({ schedule: '0 4 * * *', cancelled: true })]);
  await liveUntil(world, '2026-11-22T13:30Z', [30 * MINUTE_MS]);
  expect((await world.status()).orders.nightly?.state).toBe('CANCELLED');
  world.orders([nightly({ schedule: '0 4 * * *' })]);
  await liveUntil(world, '2026-11-23T03:30Z', [30 * MINUTE_MS]);
  expect(starts(world)).toHaveLength(1);
  await liveUntil(world, '2026-11-23T05:30Z', [5 * MINUTE_MS]);
  expect(starts(world)).toHaveLength(2);
});

test.each(['any', 1])('overlap skip: what is due while an earlier one runs is gone, for %s', async (assign) => {
  const world = await createFleet(3);
  const [one, two] = world.machines;
  world.script('nightly', () => ({ ms: 90 * MINUTE_MS, exitCode: 0 }));
  world.orders([nightly({ assign, schedule: '0 * * * *' })]);
  await liveUntil(world, '2026-11-21T00:45Z', [5 * MINUTE_MS], [one, two]);
  // 23:00 ran until 00:35 at most. The third looks for the first time since: it sees the same.
  await liveUntil(world, '2026-11-21T00:55Z', [5 * MINUTE_MS]);
  expect(starts(world)).toEqual(['nightly@20261120T2300Z 1.1']);
  await liveUntil(world, '2026-11-21T04:59Z', [5 * MINUTE_MS]);
  expect(starts(world).map((it) => it.slice(17, 21))).toEqual(['2300', '0100', '0300']);
});

test.each([
  'any',
  1,
])('overlap skip, O8: a lowered generation does not hide what goes on under the higher one, for %s', async (assign) => {
  const world = await createFleet(1);
  world.script('nightly', () => ({ ms: 90 * MINUTE_MS, exitCode: 0 }));
  const hourly = (generation: number) => world.orders([nightly({ assign, schedule: '0 * * * *', generation })]);
  hourly(2);
  await liveUntil(world, '2026-11-20T22:30Z', [MINUTE_MS]);
  hourly(1);
  await liveUntil(world, '2026-11-21T01:59Z', [MINUTE_MS]);
  expect(starts(world)).toEqual(['nightly@20261120T2200Z 2.1', 'nightly@20261121T0000Z 1.1']);
});

test.each(['any', 1])('overlap queue: the newest waits for the end of the earlier one, for %s', async (assign) => {
  const world = await createFleet(3);
  world.script('nightly', () => ({ ms: 150 * MINUTE_MS, exitCode: 0 }));
  world.orders([nightly({ assign, schedule: '0 * * * *', overlap: 'queue' })]);
  await liveUntil(world, '2026-11-21T01:10Z', [MINUTE_MS]);
  expect(starts(world).map((it) => it.slice(17, 21))).toEqual(['2300']);
  expect((await world.status()).orders.nightly).toMatchObject({
    state: 'IN_PROGRESS',
    reason: expect.stringContaining('that of 2026-11-21 01:00 UTC waits for it'),
  });
  await liveUntil(world, '2026-11-21T01:40Z', [MINUTE_MS]);
  expect(starts(world).map((it) => it.slice(17, 21))).toEqual(['2300', '0100']);
});

test('a machine that is lost with a run does not hold back the next nights; attempts are taken over', async () => {
  const world = await createFleet(2);
  world.script('nightly', (attempt) => ({ ms: attempt === 1 ? 1e12 : 10, exitCode: 0 }));
  world.orders([nightly({ attempts: 2 })]);
  await liveUntil(world, '2026-11-21T03:05Z', [MINUTE_MS]);
  expect(starts(world)).toHaveLength(1);
  const other = world.machines.filter((machine) => machine.runner.starts.length === 0);
  await liveUntil(world, '2026-11-21T12:00Z', [MINUTE_MS], other);
  expect(starts(world)).toEqual(['nightly@20261121T0300Z 1.1', 'nightly@20261121T0300Z 1.2']);
});

test('one that failed is shown; retry runs the newest anew, also one that had never run', async () => {
  const world = await createFleet(2);
  world.script('nightly', (_, generation) => ({ ms: 10, exitCode: generation === 1 ? 7 : 0 }));
  world.orders([nightly()]);
  await liveUntil(world, '2026-11-21T09:00Z', [5 * MINUTE_MS]);
  const failed = await world.status();
  expect(failed.orders.nightly).toMatchObject({ state: 'FAILED', exitCode: 7 });
  expect(failed.needsYou).toEqual([
    { code: 'order', order: 'nightly', why: expect.stringMatching(/exit code 7.*2026-11-21 03:00.*coord retry nightly$/) },
  ]);
  world.orders([nightly({ generation: 2 }), nightly({ id: 'new', assign: 1 })]);
  await liveUntil(world, '2026-11-21T10:00Z', [MINUTE_MS]);
  expect(starts(world)).toEqual(['nightly@20261121T0300Z 1.1', 'nightly@20261121T0300Z 2.1']);
  expect((await world.status()).orders.nightly).toMatchObject({ state: 'COMPLETED', generation: 2 });
  world.orders([nightly({ generation: 2 }), nightly({ id: 'new', assign: 1, generation: 2 })]);
  await liveUntil(world, '2026-11-22T05:00Z', [5 * MINUTE_MS]);
  expect(starts(world).slice(4)).toEqual(['nightly@20261122T0300Z 2.1']);
  expect(starts(world).slice(0, 2)).toEqual(['new@20261121T0300Z 2.1', 'new@20261122T0300Z 2.1']);
});

test.each([
  { field: 'removed', orders: [] },
  { field: 'cancelled', orders: [nightly({ cancelled: true })] },
  { field: 'a raised generation', orders: [nightly({ generation: 2 })] },
])('O8 what runs is stopped: $field', async ({ orders }) => {
  const world = await createFleet(2);
  world.script('nightly', (_, generation) => ({ ms: generation === 1 ? 1e12 : 10, exitCode: 0 }));
  world.orders([nightly()]);
  await liveUntil(world, '2026-11-21T02:50Z', [10 * MINUTE_MS]);
  await liveUntil(world, '2026-11-21T03:10Z', [MINUTE_MS]);
  expect(starts(world)).toHaveLength(1);
  world.orders(orders);
  await liveUntil(world, '2026-11-21T03:30Z', [MINUTE_MS]);
  const ends = world.machines.flatMap((machine) => machine.state().ended);
  expect(ends[0]).toMatchObject({ order: 'nightly@20261121T0300Z', state: 'CANCELLED' });
  expect(starts(world)).toHaveLength(orders[0] !== undefined && 'generation' in orders[0] ? 2 : 1);
});
