// Triggers on the fleet in memory: the real cycle, clocks that only the test moves. Who ran what is counted by the runners.
import { expect, test } from 'vitest';
import { createFleet, ORIGIN_MS, type SimMachine, type World } from './world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const starts = (world: World, template: string) =>
  world.machines.flatMap((it) => it.runner.starts.flatMap(({ order }) => (order.startsWith(`${template}@`) ? [order] : [])));

async function rounds(world: World, count: number, of: readonly SimMachine[] = world.machines, paceMs = MINUTE_MS) {
  for (let round = 0; round < count; round += 1) {
    for (const machine of of) await machine.cycle();
    world.pass(paceMs);
  }
}

test('O19 lost: once for a loss, however many see it, and again when it is lost anew', async () => {
  const world = await createFleet(3);
  const [one, two, three] = world.machines as [SimMachine, SimMachine, SimMachine];
  world.orders([{ id: 'alarm', assign: 'any', on: { lost: 'any' }, run: 'true' }]);
  await rounds(world, 3);
  await rounds(world, 20, [one, two], 3 * MINUTE_MS);
  expect(starts(world, 'alarm')).toHaveLength(1);
  await rounds(world, 10);
  expect(starts(world, 'alarm')).toHaveLength(1);
  await rounds(world, 20, [one, two], 3 * MINUTE_MS);
  await rounds(world, 5, [one, two, three]);
  expect(starts(world, 'alarm')).toHaveLength(2);
});

test('O19 completed: a machine that was away for a week runs what happened meanwhile, each event once', async () => {
  const world = await createFleet(2);
  const [one] = world.machines as [SimMachine, SimMachine];
  const orders = (generation: number) =>
    world.orders([
      { id: 'build', assign: 1, run: 'true', generation },
      { id: 'publish', assign: 2, on: { completed: 'build' }, run: 'true' },
    ]);
  orders(1);
  await rounds(world, 4);
  const before = starts(world, 'publish').length;
  for (const generation of [2, 3, 4]) {
    orders(generation);
    await rounds(world, 4, [one]);
    world.pass(2 * DAY_MS);
  }
  await rounds(world, 8);
  const made = starts(world, 'publish');
  expect(made).toHaveLength(before + 3);
  expect(new Set(made).size).toBe(made.length);
});

test.each([
  { what: 'of one machine', assign: 2 },
  { what: 'of any machine', assign: 'any' },
])('O19.5 with another event, a trigger $what brings what has begun to its end', async ({ assign }) => {
  const world = await createFleet(2);
  world.script('alarm', (attempt) => ({ ms: 10 * MINUTE_MS, exitCode: attempt === 1 ? 1 : 0 }));
  const place = (of: string) =>
    world.orders([
      { id: 'build', assign: 1, run: 'true' },
      { id: 'other', assign: 1, run: 'true' },
      { id: 'alarm', assign, attempts: 3, on: { completed: of }, run: 'true' },
    ]);
  place('build');
  await rounds(world, 6);
  expect(starts(world, 'alarm')).toHaveLength(1);
  place('other');
  await rounds(world, 40);
  const made = starts(world, 'alarm');
  expect({ starts: made.length, occurrences: new Set(made).size }).toEqual({ starts: 2, occurrences: 1 });
  expect((await world.status()).orders.alarm).toMatchObject({ state: 'COMPLETED' });
});

test.each([
  'all',
  'any',
  1,
])('O19.7 an emergency is one event, also where the clock was set back behind it: %s', async (assign) => {
  const world = await createFleet(2, 2);
  const [one] = world.machines as [SimMachine, SimMachine];
  world.orders([{ id: 'alarm', assign, on: { emergency: 1 }, run: 'true' }]);
  await rounds(world, 2);
  const recordedAt = new Date(ORIGIN_MS + world.now()).toISOString();
  await one.journal.record({ id: 'cry', recordedAt, kind: 'send', to: 'ALL', body: 'smoke', priority: 'urgent' });
  world.setClock(one, -30 * MINUTE_MS);
  // Its run begins before the emergency, by that clock, and goes on behind it.
  world.script('alarm', () => ({ ms: 60 * MINUTE_MS, exitCode: 0 }));
  await rounds(world, 12);
  expect(new Set(starts(world, 'alarm')).size).toBe(1);
});
