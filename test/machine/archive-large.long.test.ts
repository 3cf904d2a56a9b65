import { describe, expect, test } from 'vitest';
import { archived, atTheDoor, days, listed, run } from './archive-days.ts';
import { createFleet, quiet } from './world.ts';

describe('D11: ended orders leave the list after `keep`', () => {
  test('D11.7 a list of more than 1,000 orders goes on with the 500 that ended last', async () => {
    const world = await createFleet(2, 600);
    world.person({ 'fleet.yaml': 'heartbeat: 24h\n' });
    // A feature that goes on for ever holds none of them.
    const open = run('open', { feature: 'ops', assign: 9 });
    world.orders([open, ...Array.from({ length: 1_100 }, (_, at) => run(`job-${at}`, { feature: 'ops' }))]);
    for (let round = 0; round < 8; round += 1) await quiet(world);
    expect(Object.values((await world.status()).orders).filter(({ state }) => state === 'COMPLETED')).toHaveLength(1_100);
    await days(world, 3);
    // Those of one look ended at the same time.
    expect(await listed(world)).toHaveLength(501);
    expect(await archived(world)).toHaveLength(600);
  });

  test('D11.7 of a chain each step counts as an order of the 1,000', async () => {
    const world = await createFleet(2, 600);
    world.person({ 'fleet.yaml': 'heartbeat: 24h\n' });
    const steps = ['one', 'two', 'three'].map((id) => ({ id, run: 'true' }));
    const chains = Array.from({ length: 340 }, (_, at) => ({ id: `chain-${at}`, assign: 1, steps }));
    for (const placed of [chains.slice(0, 180), chains]) {
      world.orders(placed);
      for (let round = 0; round < 8; round += 1) await quiet(world);
    }
    const { orders } = await world.status();
    expect(Object.values(orders).filter(({ steps, state }) => steps !== undefined && state === 'COMPLETED')).toHaveLength(340);
    await days(world, 3);
    // 480 orders. Those of one look ended at the same time.
    expect(await listed(world)).toEqual(chains.slice(180).map(({ id }) => id));
    expect(await archived(world)).toHaveLength(180);
  });

  test('D11, C2 killed at each step of the cycle that archives: each order stands in one place', async () => {
    for (let at = 0; ; at += 1) {
      const { world, one } = await atTheDoor();
      let step = 0;
      const died = await one.killedCycle(() => step++ === at);
      const places = async () => [...(await listed(world)), ...(await archived(world)).map(({ id }) => id)].sort();
      expect(await places(), `at step ${at}`).toEqual(['a', 'b']);
      one.dieAt(() => false);
      await days(world, 1);
      expect(await listed(world), `at step ${at}`).toEqual([]);
      expect(await places(), `at step ${at}`).toEqual(['a', 'b']);
      if (!died) break;
    }
  });
});
