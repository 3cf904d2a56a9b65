// Orders that are moved to another machine after they have begun (S3, O8): nobody starts them twice, and the board says the way out.
import { expect, test } from 'vitest';
import { createFleet, type World } from './world.ts';

const run = (more: object) => ({ id: 'a', run: 'true', ...more });
const starts = (world: World) =>
  world.machines.flatMap((machine) => machine.runner.starts.map((it) => `${machine.number}: ${it.generation}.${it.attempt}`));
const shown = async (world: World) => {
  const { orders, needsYou } = await world.status();
  return { ...orders.a, needs: needsYou.filter((it) => it.order === 'a').map((it) => it.why) };
};

async function live(world: World, seconds: number, machines = world.machines): Promise<void> {
  for (let second = 0; second < seconds; second += 5) {
    world.pass(5000);
    for (const machine of machines) await machine.cycle();
  }
}

test('S3 after a failed attempt: it waits for a raised generation, and says so', async () => {
  const world = await createFleet(2);
  world.script('a', (_, generation) => ({ ms: 10, exitCode: generation === 1 ? 1 : 0 }));
  world.orders([run({ assign: 1, attempts: 3 })]);
  await live(world, 5);
  world.orders([run({ assign: 2, attempts: 3 })]);
  await live(world, 120);
  expect(starts(world)).toEqual(['1: 1.1']);
  const reason = 'attempt 1 of 3 failed; it began on 1 m1 and is for 2 m2 now; to run it again: coord retry a';
  expect(await shown(world)).toMatchObject({ state: 'BLOCKED', reason, needs: [reason] });
  world.orders([run({ assign: 2, attempts: 3, generation: 2 })]);
  await live(world, 10);
  expect(starts(world)).toEqual(['1: 1.1', '2: 2.1']);
  expect(await shown(world)).toMatchObject({ state: 'COMPLETED', needs: [] });
});

test('S3 by a change of routing as well', async () => {
  const world = await createFleet(2);
  world.script('a', () => ({ ms: 10, exitCode: 1 }));
  world.person({ 'fleet.yaml': 'routing: { bug: 1 }\n' });
  world.orders([run({ type: 'bug', attempts: 2 })]);
  await live(world, 5);
  world.person({ 'fleet.yaml': 'routing: { bug: 2 }\n' });
  await live(world, 120);
  expect(starts(world)).toEqual(['1: 1.1']);
  expect(await shown(world)).toMatchObject({
    state: 'BLOCKED',
    reason: expect.stringMatching(/is for 2 m2 now; to run it again: coord retry a$/),
  });
});

test.each([
  ['claimed', 1],
  ['started', 3],
])('S3, O4 while the claim of a lost machine stands that has %s it', async (_, cycles) => {
  const world = await createFleet(3);
  const [one, two, three] = world.machines;
  world.script('a', () => ({ ms: 1e9, exitCode: 0 }));
  world.orders([run({ assign: [1, 2] })]);
  for (let times = 0; times < cycles; times += 1) await one.cycle();
  world.orders([run({ assign: 2 })]);
  await live(world, 1200, [two, three]);
  expect(starts(world).filter((it) => it.startsWith('2'))).toEqual([]);
  const moved = await shown(world);
  expect(moved.state).toBe('BLOCKED');
  expect(moved.needs).toEqual([expect.stringMatching(/lost.*it may have run.*is for 2 m2 now; to run it again: coord retry a$/)]);
  world.orders([run({ assign: 2, generation: 2 })]);
  await live(world, 20, [two, three]);
  expect(starts(world).filter((it) => it.startsWith('2'))).toEqual(['2: 2.1']);
});

test('S4, O4 what was begun without a claim has no lease: nobody takes it over, and it is shown as it is', async () => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  world.script('a', () => ({ ms: 1_200_000, exitCode: 0 }));
  world.orders([run({ assign: 1, attempts: 3 })]);
  await live(world, 10);
  world.orders([run({ assign: 'any', attempts: 3 })]);
  await live(world, 600, [two]);
  expect(starts(world)).toEqual(['1: 1.1']);
  expect(await shown(world)).toMatchObject({ state: 'FAILED', reason: 'lost with 1 m1; it may have run' });
  await live(world, 700);
  expect(starts(world)).toEqual(['1: 1.1']);
  expect(one.runner.stops).toEqual([]);
  expect(await shown(world)).toMatchObject({ state: 'COMPLETED', machine: 1 });
});

test('S4, O8 what began unseen and unclaimed is stopped where another machine runs the order by a claim', async () => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  world.script('a', () => ({ ms: 600_000, exitCode: 0 }));
  world.orders([run({ assign: 1, attempts: 3 })]);
  one.line.lose = 'request';
  await one.cycle();
  expect(starts(world)).toEqual(['1: 1.1']);
  world.orders([run({ assign: 'any', attempts: 3 })]);
  await live(world, 60, [two]);
  expect(starts(world)).toEqual(['1: 1.1', '2: 1.1']);
  await live(world, 60);
  expect([one.runner.runningNow(), two.runner.runningNow()]).toEqual([[], ['a']]);
  await live(world, 600);
  expect(starts(world)).toHaveLength(2);
  expect(await shown(world)).toMatchObject({ state: 'COMPLETED', machine: 2 });
});

test('O8 an order for all that is shared afterwards is stopped nowhere', async () => {
  const world = await createFleet(3);
  world.script('a', () => ({ ms: 100_000, exitCode: 0 }));
  world.orders([run({ assign: 'all', attempts: 3 })]);
  await live(world, 20);
  world.orders([run({ assign: 'any', attempts: 3 })]);
  await live(world, 200);
  expect(starts(world)).toEqual(['1: 1.1', '2: 1.1', '3: 1.1']);
  expect(world.machines.flatMap(({ runner }) => runner.stops)).toEqual([]);
});
