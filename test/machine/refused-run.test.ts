// D4b: what this computer refuses of one run keeps nothing else from being done.
import { expect, test } from 'vitest';
import { CoordError } from '../../src/errors.ts';
import { createFleet, quiet } from './world.ts';

test('D4b a run that cannot be stopped is told, and its machine goes on', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  if (one === undefined) throw new Error('no machine');
  for (const id of ['long', 'other']) world.script(id, () => ({ ms: id === 'long' ? 3_600_000 : 1_000, exitCode: 0 }));
  world.orders([{ id: 'long', assign: 1, run: 'x' }]);
  await quiet(world);
  const { stop } = one.runner;
  one.runner.stop = async () => {
    throw new CoordError('LOCAL_STATE', 'cannot keep the files of a run');
  };
  world.orders([
    { id: 'long', assign: 1, run: 'x', cancelled: true },
    { id: 'other', assign: 1, run: 'x' },
  ]);
  const outcome = await one.cycle();
  expect(outcome).toMatchObject({
    mishaps: ['long is not stopped: cannot keep the files of a run'],
    push: { lane: 'accepted' },
  });
  one.runner.stop = stop;
  for (let round = 0; round < 3; round += 1) await quiet(world);
  expect((await world.status()).orders).toMatchObject({ long: { state: 'CANCELLED' }, other: { state: 'COMPLETED' } });
});

test('D4b, O5 a lease that cannot be written takes no other run its lease', async () => {
  const world = await createFleet(1, 2);
  const [one] = world.machines;
  if (one === undefined) throw new Error('no machine');
  for (const id of ['a', 'b']) world.script(id, () => ({ ms: 3_600_000, exitCode: 0 }));
  world.orders(['a', 'b'].map((id) => ({ id, assign: 'any', attempts: 2, run: 'x' })));
  for (let round = 0; round < 3; round += 1) await quiet(world);
  expect(one.state().active.map(({ order }) => order)).toEqual(['a', 'b']);
  const renewed: string[] = [];
  one.runner.extend = async (key) => {
    if (key.startsWith('a')) throw new CoordError('LOCAL_STATE', 'closed');
    renewed.push(key);
  };
  world.pass(65_000);
  const outcome = await one.cycle();
  expect(renewed).not.toEqual([]);
  expect(outcome.mishaps).toEqual(['the lease of a is not renewed: closed']);
});

test.each([
  ['an order for one machine', { assign: 1 }],
  ['a shared one', { assign: 'any' }],
])('O9.10 %s that cannot be started is tried less and less often, and runs once', async (_, more) => {
  const world = await createFleet(1);
  const [one] = world.machines;
  if (one === undefined) throw new Error('no machine');
  world.orders([{ id: 'job', ...more, run: 'x' }]);
  const tries: number[] = [];
  const { start } = one.runner;
  one.runner.start = async () => {
    tries.push(world.now());
    throw new CoordError('LOCAL_STATE', 'spawn node EAGAIN');
  };
  for (let step = 0; step < 300; step += 1) {
    world.pass(5_000);
    await one.cycle();
  }
  const pauses = tries.slice(1).map((at, index) => Math.round((at - (tries[index] ?? 0)) / 1_000));
  for (const [index, pause] of pauses.entries()) {
    expect(pause).toBeGreaterThanOrEqual(Math.min(600, 5 * 2 ** index));
    expect(pause).toBeLessThan(Math.min(600, 5 * 2 ** index) + 13);
  }
  expect(pauses.length).toBeGreaterThanOrEqual(8);
  const reason = expect.stringMatching(/^could not be started: spawn node EAGAIN; next try at 2026-11-20 22:\d\d UTC$/);
  expect((await world.status()).orders.job).toMatchObject({ state: 'BLOCKED', reason });
  one.runner.start = start;
  world.pass(605_000);
  for (let round = 0; round < 3; round += 1) await quiet(world);
  expect(one.runner.starts.map(({ order }) => order)).toEqual(['job']);
  expect((await world.status()).orders.job).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  expect(one.state().startsRefused).toBeUndefined();
});

test('O9.10 a raised generation does not wait for the pause of the one before', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  if (one === undefined) throw new Error('no machine');
  world.orders([{ id: 'job', assign: 1, run: 'x' }]);
  one.runner.broken = 'throws';
  for (let round = 0; round < 60; round += 1) {
    world.pass(5_000);
    await one.cycle();
  }
  one.runner.broken = null;
  await one.cycle();
  expect(one.runner.starts).toEqual([]);
  world.orders([{ id: 'job', assign: 1, run: 'x', generation: 2 }]);
  await quiet(world);
  expect(one.runner.starts.map(({ generation }) => generation)).toEqual([2]);
});
