// Templates of fleet.yaml on the fleet in memory: people change them while orders that use them run.
import { describe, expect, test } from 'vitest';
import { createFleet, type SimMachine, type World } from './world.ts';

const starts = (world: World) =>
  world.machines.flatMap((machine) =>
    machine.runner.starts.map((it) => `${machine.number}: ${it.order} ${it.generation}.${it.attempt}`),
  );
const state = async (world: World, id: string) => (await world.status()).orders[id];
const step = (id: string, assign: number | string, more = '') => `{ id: ${id}, assign: ${assign}, run: 'true'${more} }`;
const templates = (...steps: string[]) => `templates:\n  feature:\n    with: { name: page }\n    steps: [${steps.join(', ')}]\n`;
const OLD = templates(step('design', 1), step('build', 2), step('review', 1));
const NEW = templates(step('plan', 2), step('build', 1), step('design', 2));
const USE = { id: 'login', use: 'feature' };
const put = (world: World, fleet: string, ...orders: object[]) => {
  world.person({ 'fleet.yaml': fleet });
  world.orders(orders);
};

async function live(world: World, seconds: number, of: readonly SimMachine[] = world.machines): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    world.pass(1000);
    for (const machine of of) await machine.cycle();
  }
}

/** Machine 1 has done `design`, and 2 is at `build`. */
async function begun(): Promise<World> {
  const world = await createFleet(3);
  world.script('login.build', () => ({ ms: 20_000, exitCode: 0, outputs: { version: '1.2' } }));
  put(world, OLD, USE);
  await live(world, 8);
  expect(starts(world)).toEqual(['1: login.design 1.1', '2: login.build 1.1']);
  return world;
}

describe('O20 a template that changes while an order that uses it runs', () => {
  test('the order goes on with the version that it began with, and is shown so everywhere', async () => {
    const world = await begun();
    put(world, NEW, USE);
    await live(world, 4);
    expect(await state(world, 'login')).toMatchObject({
      state: 'IN_PROGRESS',
      use: 'feature',
      steps: ['login.design', 'login.build', 'login.review'],
      reason: 'step build, 2 of 3',
    });
    expect((await state(world, 'login.build'))?.changed).toBeUndefined();
    await live(world, 30);
    expect(starts(world).sort()).toEqual(['1: login.design 1.1', '1: login.review 1.1', '2: login.build 1.1']);
    expect(await state(world, 'login')).toMatchObject({ state: 'COMPLETED' });
  });

  test('so it does where the template is gone or cannot be read, and after a restart', async () => {
    for (const fleet of ['', 'templates: { feature: 5 }\n', 'a: [\n', 'templates: 7\n']) {
      const world = await begun();
      put(world, fleet, USE);
      for (const machine of world.machines) machine.restart?.();
      await live(world, 34);
      expect(starts(world).sort(), fleet).toEqual(['1: login.design 1.1', '1: login.review 1.1', '2: login.build 1.1']);
    }
  });

  test('what has not begun takes the new one; a raised generation of the whole does too', async () => {
    const world = await begun();
    put(world, NEW, USE, { id: 'other', use: 'feature' });
    await live(world, 40);
    expect(
      starts(world)
        .filter((it) => it.includes('other'))
        .sort(),
    ).toEqual(['1: other.build 1.1', '2: other.design 1.1', '2: other.plan 1.1'].sort());
    put(world, NEW, { ...USE, generation: 2 }, { id: 'other', use: 'feature' });
    await live(world, 40);
    expect(
      starts(world)
        .filter((it) => it.includes('login') && it.includes(' 2.'))
        .sort(),
    ).toEqual(['1: login.build 2.1', '2: login.design 2.1', '2: login.plan 2.1'].sort());
    expect(await state(world, 'login')).toMatchObject({
      state: 'COMPLETED',
      steps: ['login.plan', 'login.build', 'login.design'],
    });
  });

  test('a step that is tried again goes on with the version of the order', async () => {
    const world = await createFleet(3);
    world.script('login.build', (_, generation) => ({ ms: 10, exitCode: generation === 1 ? 7 : 0 }));
    put(world, OLD, USE);
    await live(world, 12);
    expect(await state(world, 'login')).toMatchObject({ state: 'FAILED', at: 'login.build' });
    put(world, NEW, { ...USE, said: [{ id: 'build', generation: 2 }] });
    await live(world, 20);
    expect(starts(world).sort()).toEqual(
      ['1: login.design 1.1', '2: login.build 1.1', '2: login.build 2.1', '1: login.review 1.1'].sort(),
    );
  });

  test('two machines that began at once with two versions: all go on with one of them', async () => {
    const world = await createFleet(3);
    const [one, two] = world.machines;
    put(world, OLD, USE);
    // It begins with the old one, and its push does not come through.
    one.line.lose = 'request';
    await one.cycle();
    expect(starts(world)).toEqual(['1: login.design 1.1']);
    put(world, NEW, USE);
    await two.cycle();
    await live(world, 60);
    const begun = starts(world).map((it) => it.slice(3));
    expect(new Set(begun).size).toBe(begun.length);
    expect(await state(world, 'login')).toMatchObject({ state: 'COMPLETED' });
  });

  test('a version that is far back in history is found by those who went by it', async () => {
    const world = await begun();
    for (let at = 0; at < 203; at += 1) world.person({ 'fleet.yaml': `name: f${at}\n` });
    await live(world, 34);
    expect(starts(world).sort()).toEqual(['1: login.design 1.1', '1: login.review 1.1', '2: login.build 1.1']);
  });
});

describe('O20 what a run is given', () => {
  test('its values as variables, and the outputs of the steps before it', async () => {
    const world = await begun();
    await live(world, 30);
    const start = world.machines[0]?.runner.starts.find(({ order }) => order === 'login.review');
    expect(start?.env).toMatchObject({ COORD_WITH_NAME: 'page', COORD_FROM_BUILD_VERSION: '1.2' });
  });
});

describe('O4a approvals of a step', () => {
  test('fleet.yaml asks for the approval of a type: of steps of templates, too', async () => {
    const world = await createFleet(2);
    put(world, `approvals: { types: [deploy] }\n${templates(step('ship', 1, ', type: deploy'))}`, USE);
    await live(world, 4);
    expect(starts(world)).toEqual([]);
    expect(await state(world, 'login.ship')).toMatchObject({ state: 'BLOCKED', approval: 'awaited' });
    world.orders([{ ...USE, said: [{ id: 'ship', approved: true }] }]);
    await live(world, 4);
    expect(starts(world)).toEqual(['1: login.ship 1.1']);
  });
});
