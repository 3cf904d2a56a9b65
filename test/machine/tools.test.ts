// Tools that orders ask for by name: what a machine looks for here, and what it says of it.
import { expect, test } from 'vitest';
import { createFleet, quiet, type World } from './world.ts';

const X = { id: 'x', assign: { tool: 'git' }, run: 'true' };
const FREE = { id: 'free', assign: 1, run: 'true' };
const state = async (world: World) => (await world.status()).orders.x;

async function live(world: World, steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    world.pass(1000);
    for (const machine of world.machines) await machine.cycle();
  }
}

test('O10 an order for a tool finds the machine with it on PATH; until then it says what would help', async () => {
  const world = await createFleet(2);
  const [, two] = world.machines;
  world.orders([X, FREE]);
  await quiet(world);
  const reason = 'no machine has git; on a machine that has it: coord tool add git';
  expect(await state(world)).toMatchObject({ state: 'BLOCKED', reason });
  expect((await world.status()).needsYou).toEqual([{ code: 'order', order: 'x', why: reason }]);
  two.settings.installed.add('git');
  await live(world, 60);
  expect(world.machines.map(({ runner }) => runner.starts.map(({ order }) => order))).toEqual([['free'], ['x']]);
  expect((await world.status()).machines['2']?.tools).toEqual(['git']);
  expect((await world.status()).machines['1']?.tools).toEqual([]);
});

test('O10 what is installed where no command may run is not told to whoever writes orders', async () => {
  const world = await createFleet(2);
  const [, two] = world.machines;
  two.settings.self = { ...two.settings.self, policy: { ...two.settings.self.policy, allow: ['call', 'agent'] } };
  two.settings.installed.add('git');
  world.orders([X, FREE]);
  await live(world, 60);
  expect((await world.status()).machines['2']?.tools).toEqual([]);
  two.settings.self = { ...two.settings.self, tools: ['git'] };
  await live(world, 60);
  expect(await state(world)).toMatchObject({ reason: 'not allowed; on 2 m2: coord allow shell' });
});
