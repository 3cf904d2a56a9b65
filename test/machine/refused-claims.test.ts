// O2b, R7: refs that stand in the way of a claim or a lane, and hosts that refuse one, keep nothing else from running.
import { describe, expect, test } from 'vitest';
import { createFleet, type World } from './world.ts';

const run = (id: string, more: object = {}) => ({ id, assign: 'any', run: 'true', ...more });
const CLAIM = (name: string) => `refs/coord/claims/${name}`;
const started = (world: World) => world.machines.flatMap(({ runner }) => runner.starts.map((it) => it.order)).sort();
const anyCommit = (world: World) => world.hub.refs.get('refs/heads/main') ?? '';

async function live(world: World, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    world.pass(20_000);
    for (const machine of world.machines) await machine.cycle();
  }
}

describe('O2b: a claim that cannot be made', () => {
  test.each([
    'job/1.1/x',
    'job',
  ])('refs/coord/claims/%s in its way: the order is BLOCKED and names it, others run', async (name) => {
    const world = await createFleet(2);
    world.hub.setRef(CLAIM(name), anyCommit(world));
    world.orders([run('job', { priority: 'urgent' }), run('other')]);
    await live(world, 4);
    expect(started(world)).toEqual(['other']);
    const { job } = (await world.status()).orders;
    expect(job).toMatchObject({ state: 'BLOCKED', reason: expect.stringContaining(`${CLAIM(name)} blocks its claim`) });
    world.hub.setRef(CLAIM(name), null);
    await live(world, 4);
    expect(started(world)).toEqual(['job', 'other']);
  });

  test('a host that refuses it: the slot is free after the second refusal; tried again after an hour', async () => {
    const world = await createFleet(1);
    const machine = world.machines[0];
    let asked = 0;
    world.hub.refuse((ref) => {
      if (ref !== CLAIM('job/1.1')) return null;
      asked += 1;
      return 'hook declined';
    });
    world.orders([run('job', { priority: 'urgent' }), run('other')]);
    await live(world, 6);
    expect([asked, started(world), machine.state().claims]).toEqual([2, ['other'], []]);
    expect((await world.status()).orders.job).toMatchObject({
      state: 'BLOCKED',
      reason: expect.stringContaining('hook declined'),
    });
    world.hub.refuse(() => null);
    await live(world, 60);
    expect(started(world)).toEqual(['other']);
    await live(world, 125);
    expect(started(world)).toEqual(['job', 'other']);
    expect(machine.state().claimsRefused).toBeUndefined();
  });

  test('what was refused is forgotten with its order', async () => {
    const world = await createFleet(1);
    world.hub.refuse((ref) => (ref === CLAIM('job/1.1') ? 'no' : null));
    world.orders([run('job')]);
    await live(world, 4);
    expect(Object.keys(world.machines[0]?.state().claimsRefused ?? {})).toEqual(['job/1.1']);
    world.orders([]);
    await live(world, 1);
    expect(world.machines[0]?.state().claimsRefused).toBeUndefined();
  });
});

test('I1, R7: a number below which a ref stands is given to nobody', async () => {
  const world = await createFleet(1);
  world.hub.setRef('refs/coord/machines/2/x', anyCommit(world));
  const next = world.addMachine('next');
  expect((await next.join()).machine).toBe(3);
});
