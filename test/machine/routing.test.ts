import { describe, expect, test } from 'vitest';
import { createFleet, type World } from './world.ts';

const run = (id: string, more: object = {}) => ({ id, run: 'true', ...more });

function starts(world: World): string[] {
  return world.machines.flatMap((machine) => machine.runner.starts.map(({ order }) => `${machine.number} ${order}`)).sort();
}

async function live(world: World, seconds: number, machines = world.machines): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    world.pass(1000);
    for (const machine of machines) await machine.cycle();
  }
}

const route = (world: World, routing: string) => world.person({ 'fleet.yaml': `routing: ${routing}\n` });

describe('O1 routing', () => {
  test('by type, for orders that say no assign', async () => {
    const world = await createFleet(3);
    route(world, '{ bug: 3, interface: [2, 1], emergency: [3, any] }');
    world.orders([
      run('a', { type: 'bug' }),
      run('b', { type: 'interface' }),
      run('c', { type: 'bug', assign: 1 }),
      run('d', { type: 'emergency' }),
    ]);
    await live(world, 5);
    expect(starts(world)).toEqual(['1 c', '2 b', '3 a', '3 d']);
    expect((await world.status()).orders).toMatchObject({
      a: { assign: 'by routing: 3 m3' },
      b: { assign: 'by routing: 2 or 1' },
      c: { assign: '1 m1' },
    });
  });

  test('O1a default: types that have no route go there', async () => {
    const world = await createFleet(3);
    route(world, '{ bug: 3, default: 2 }');
    world.orders([run('a', { type: 'bug' }), run('b', { type: 'other' }), run('c', { type: 'other', assign: 1 })]);
    await live(world, 5);
    expect(starts(world)).toEqual(['1 c', '2 b', '3 a']);
  });

  test('[1, any]: the others where 1 does not come', async () => {
    const world = await createFleet(3);
    const [, two, three] = world.machines;
    route(world, '{ emergency: [1, any] }');
    world.orders([run('a', { type: 'emergency' })]);
    await live(world, 14, [two, three]);
    expect(starts(world)).toEqual([]);
    // O3: who stands later in a list waits for a look of those before it.
    await live(world, 100, [two, three]);
    expect(starts(world)).toHaveLength(1);
  });

  test('a route that cannot be read: BLOCKED with its place, and it starts once that is mended', async () => {
    const world = await createFleet(2);
    route(world, '{ bug: { tag: gpu } }');
    world.orders([run('a', { type: 'bug' }), run('b', { type: 'other', assign: 1 })]);
    await live(world, 30);
    expect(starts(world)).toEqual(['1 b']);
    const { orders, needsYou } = await world.status();
    expect(orders.a).toMatchObject({
      state: 'BLOCKED',
      reason: expect.stringMatching(/^fleet.yaml line 1 column 17: unknown field "tag"/),
    });
    expect(needsYou).toMatchObject([{ document: 'fleet.yaml' }, { order: 'a' }]);
    route(world, '{ bug: 2 }');
    await live(world, 3);
    expect(starts(world)).toEqual(['1 b', '2 a']);
  });

  test('a change moves nothing that has started, or was claimed', async () => {
    const world = await createFleet(2);
    const [one] = world.machines;
    world.script('a', () => ({ ms: 30_000, exitCode: 0 }));
    one.settings.self = { ...one.settings.self, policy: { ...one.settings.self.policy, slots: 2 } };
    route(world, '{ bug: [1] }');
    world.orders([run('a', { type: 'bug' })]);
    await live(world, 3);
    world.orders([run('a', { type: 'bug' }), run('b', { type: 'bug' })]);
    await one.cycle();
    expect(one.state().claims).toMatchObject([{ order: 'b' }]);
    route(world, '{ bug: 2 }');
    await live(world, 60);
    expect(starts(world)).toEqual(['1 a', '1 b']);
    expect((await world.status()).orders).toMatchObject({
      a: { state: 'COMPLETED', machine: 1 },
      b: { state: 'COMPLETED', machine: 1 },
    });
  });
});

describe('priorities', () => {
  test('urgent first; a change takes effect on what still waits', async () => {
    const world = await createFleet(1);
    const order = (id: string, priority: string) => run(id, { assign: 1, priority });
    for (const id of ['a', 'b', 'c', 'd']) world.script(id, () => ({ ms: 10_000, exitCode: 0 }));
    world.orders([order('a', 'high'), order('b', 'low'), order('c', 'urgent'), order('d', 'normal')]);
    await live(world, 2);
    world.orders([order('a', 'high'), order('b', 'urgent'), order('c', 'urgent'), order('d', 'normal')]);
    await live(world, 45);
    const [one] = world.machines;
    expect(one.runner.starts.map((it) => it.order)).toEqual(['c', 'b', 'a', 'd']);
  });

  test('the same among orders for any machine', async () => {
    const world = await createFleet(1);
    const order = (id: string, priority: string) => run(id, { assign: 'any', priority });
    for (const id of ['a', 'b']) world.script(id, () => ({ ms: 5_000, exitCode: 0 }));
    world.orders([order('a', 'normal'), order('b', 'urgent')]);
    await live(world, 20);
    const [one] = world.machines;
    expect(one.runner.starts.map((it) => it.order)).toEqual(['b', 'a']);
  });
});
