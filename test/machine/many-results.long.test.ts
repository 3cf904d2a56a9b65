// O8: what is done stays known for as long as its order is listed, and why it ended as it did, however much ran after it.
import { expect, test } from 'vitest';
import type { OlderRun } from '../../src/core/model/orders/run.ts';
import type { StatusDocument } from '../../src/core/model/status/status.ts';
import { isTooLarge } from '../../src/documents/text/limits.ts';
import { createFleet, ORIGIN_MS, quiet, type SimMachine, type World } from './world.ts';

const LANE_1 = 'refs/coord/machines/1';
const run = (id: string, assign: unknown = 1) => ({ id, assign, run: 'true' });
const pagesOn = (world: World, ref: string) =>
  [...world.hub.filesOf(world.hub.refs.get(ref) ?? '').keys()].filter((path) => /results\/1-/.test(path));

async function cycles(world: World, machine: SimMachine, count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    world.pass(1000);
    await machine.cycle();
  }
}

test('O8 an order that failed says why, when and with what after 30 later runs too, on any board', async () => {
  const world = await createFleet(2, 3);
  const [one, two] = world.machines;
  world.script('bad', () => ({ ms: 10, exitCode: 3, outputs: { left: 'a file' } }));
  world.script('slow', () => ({ ms: 3_600_000, exitCode: 0 }));
  world.orders([run('bad'), run('slow')]);
  await cycles(world, one, 2);
  one.runner.powerCut();
  await cycles(world, one, 2);
  const before = (await world.status()).orders;
  expect(before.slow).toMatchObject({ state: 'FAILED', reason: 'interrupted' });
  world.orders([run('bad'), run('slow'), ...Array.from({ length: 30 }, (_, at) => run(`o${at}`))]);
  await cycles(world, one, 16);
  await quiet(world);
  world.pass(600_000);
  await two.cycle();
  const { orders } = await world.status();
  expect(orders.o29?.state).toBe('COMPLETED');
  expect(orders.bad).toEqual(before.bad);
  expect(orders.bad).toMatchObject({ exitCode: 3, tail: 'bad said so', outputs: { left: 'a file' } });
  const { outputs: _none, ...slow } = before.slow ?? {};
  expect(orders.slow).toEqual(slow);
});

test('O8, D8 2,000 listed orders with long ids: none runs again; what leaves the list leaves documents', async () => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  const ids = Array.from({ length: 2_000 }, (_, at) => `order-with-a-long-name-so-that-the-document-is-full-${at}`);
  const time = new Date(ORIGIN_MS).toISOString();
  const older = ids.map((order): OlderRun => {
    return { order, generation: 1, attempt: 1, state: 'COMPLETED', exitCode: 0, startedAt: time, finishedAt: time };
  });
  world.orders(ids.map((id) => run(id, 'any')));
  // It ran them over the months.
  await one.journal.save({ ...one.state(), older });
  one.restart();
  await cycles(world, one, 2);
  expect(pagesOn(world, LANE_1)).toEqual(['coordination/results/1-1.json']);
  two.restart();
  await cycles(world, two, 4);
  expect([...world.hub.refs.keys()].filter((ref) => ref.includes('/claims/'))).toEqual([]);
  expect([...one.runner.starts, ...two.runner.starts]).toEqual([]);
  expect(pagesOn(world, 'refs/heads/main')).toHaveLength(1);
  expect((await world.status()).summary).toMatchObject({ completed: 2_000 });
  world.orders(ids.slice(1_900).map((id) => run(id, 'any')));
  await cycles(world, one, 3);
  const left = [...((await world.text('results/1-1.json', LANE_1)) ?? '').matchAll(/full-[0-9]/g)].length;
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(1_900);
  expect(two.runner.starts).toEqual([]);
});

test('D6, D8 10,000 listed orders that ended: STATUS.json stays readable, a right board is not rewritten', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  const ids = Array.from({ length: 10_000 }, (_, at) => `order-${at}`);
  const finishedAt = (at: number) => new Date(ORIGIN_MS - 10_000_000 + at).toISOString();
  const older = ids.map((order, at): OlderRun => {
    return {
      order,
      generation: 1,
      attempt: 1,
      state: 'COMPLETED',
      exitCode: 0,
      startedAt: finishedAt(at),
      finishedAt: finishedAt(at),
    };
  });
  world.orders(ids.map((id) => run(id)));
  await one.journal.save({ ...one.state(), older });
  await cycles(world, one, 2);
  const text = (await world.text('STATUS.json')) ?? '';
  expect(isTooLarge(text)).toBe(false);
  const { summary, orders, leftOut } = JSON.parse(text) as StatusDocument;
  expect(summary.completed).toBe(10_000);
  expect(orders['order-9999']).toMatchObject({ state: 'COMPLETED' });
  expect(leftOut?.orders).toBe(10_000 - Object.keys(orders).length);
  expect(leftOut?.orders).toBeGreaterThan(1_000);
  expect(await world.text('README.md')).toContain(`; the ${leftOut?.orders} that ended first are in \`results/\` alone`);
  one.restart();
  const { seen, push } = await one.cycle();
  expect(push).toBeNull();
  expect(seen?.composed.board.changes.size).toBe(0);
  expect(Object.keys(seen?.composed.board.status.orders ?? {})).toHaveLength(10_000);
});
