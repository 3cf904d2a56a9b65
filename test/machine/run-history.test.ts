// Runs that leave the results, through the real cycle in memory: each stands in the history once, whatever dies, whatever is
// refused and whatever answer is lost; a quiet day adds nothing.
import { describe, expect, test } from 'vitest';
import { parseRunHistory } from '../../src/documents/machine/run-history.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const MONTH = 'history/1/2026-11.m1.jsonl';
const LANE = 'refs/coord/machines/1';
const orders = (count: number, assign: number | string = 1) =>
  [...Array(count)].map((_, at) => ({ id: `o${at}`, assign, run: 'true' }));

async function ids(world: World, ref?: string): Promise<string[]> {
  const { runs, badLines } = parseRunHistory((await world.text(MONTH, ref)) ?? '');
  expect(badLines).toBe(0);
  return runs.map(({ order }) => order);
}

async function one(): Promise<{ world: World; machine: SimMachine }> {
  const world = await createFleet(1);
  return { world, machine: world.machines[0] };
}

async function resultsOf(world: World): Promise<{ ended: { order: string }[]; older: { order: string }[] }> {
  return JSON.parse((await world.text('results/1.json')) ?? '{}');
}

test('25 runs: 20 in the results, 5 in the history of lane and board, once; the journal then holds none', async () => {
  const { world, machine } = await one();
  world.orders(orders(20));
  await quiet(world);
  expect(await world.text(MONTH)).toBeNull();
  world.orders(orders(25));
  const before = { ...machine.calls };
  await machine.cycle();
  // C4: it rides on the push that says what ended.
  expect(machine.calls).toMatchObject({ fetch: before.fetch + 1, write: before.write + 1, push: before.push + 1 });
  await quiet(world);
  expect((await resultsOf(world)).ended.map(({ order }) => order)).toEqual(
    orders(25)
      .map(({ id }) => id)
      .slice(5),
  );
  expect(await ids(world)).toEqual(['o0', 'o1', 'o2', 'o3', 'o4']);
  expect(await ids(world, LANE)).toEqual(['o0', 'o1', 'o2', 'o3', 'o4']);
  expect(machine.state().movedRuns).toEqual([]);
  expect(JSON.parse((await world.text(MONTH))?.split('\n')[0] ?? '')).toMatchObject({
    order: 'o0',
    exitCode: 0,
    tail: 'o0 said so',
  });
});

test('C3: a quiet day, beats included, leaves the history as it is, and an idle cycle writes nothing', async () => {
  const { world, machine } = await one();
  world.orders(orders(25));
  await quiet(world);
  const text = await world.text(MONTH);
  for (let hour = 0; hour < 24; hour += 1) {
    world.pass(3_600_000);
    await machine.cycle();
  }
  expect(await world.text(MONTH)).toBe(text);
  await quiet(world);
  const { save, write, push } = machine.calls;
  await machine.cycle();
  expect(machine.calls).toMatchObject({ save, write, push });
});

test('a month that is over stays; the runs of the next one have a file of their own', async () => {
  const { world } = await one();
  world.orders(orders(25));
  await quiet(world);
  const november = await world.text(MONTH);
  world.pass(15 * 86_400_000);
  world.orders(orders(50));
  await quiet(world);
  expect((await ids(world)).length).toBe(25);
  expect((await world.text(MONTH))?.startsWith(november ?? '-')).toBe(true);
  world.orders(orders(55));
  await quiet(world);
  const december = parseRunHistory((await world.text('history/1/2026-12.m1.jsonl')) ?? '').runs;
  expect(december.map(({ order }) => order)).toEqual(
    orders(35)
      .map(({ id }) => id)
      .slice(25),
  );
  expect(await ids(world)).toHaveLength(25);
});

describe('nothing is lost and nothing stands there twice', () => {
  async function stepsOf(): Promise<string[]> {
    const { world, machine } = await one();
    world.orders(orders(25));
    world.steps.length = 0;
    await machine.cycle();
    return [...new Set(world.steps.map((step) => step.split(' ')[1] ?? ''))];
  }

  test('killed at every step (C2)', async () => {
    const steps = await stepsOf();
    expect(steps.length).toBeGreaterThan(9);
    for (const step of steps) {
      const { world, machine } = await one();
      world.orders(orders(25));
      // Late in the cycle, where the runs have left the results already; and once more on the way back.
      expect(
        await machine.killedCycle((at) => (at === step && machine.state().movedRuns.length > 0) || at === 'outcome-journaled'),
        step,
      ).toBe(true);
      world.pass(1_000);
      await machine.killedCycle((at) => at === step);
      world.pass(1_000);
      await quiet(world);
      expect((await ids(world)).toSorted(), step).toEqual(['o0', 'o1', 'o2', 'o3', 'o4']);
      expect(machine.state().movedRuns, step).toEqual([]);
    }
  });

  test.each(['request', 'answer'] as const)('the %s of the push is lost (R5)', async (lose) => {
    const { world, machine } = await one();
    world.orders(orders(23));
    machine.line.lose = lose;
    await machine.cycle();
    expect(machine.state().movedRuns.map(({ order }) => order)).toEqual(['o0', 'o1', 'o2']);
    world.orders(orders(25));
    await quiet(world);
    expect(await ids(world)).toEqual(['o0', 'o1', 'o2', 'o3', 'o4']);
  });

  test('the host refuses the push, and then the board alone (R1a)', async () => {
    const { world, machine } = await one();
    world.orders(orders(23));
    world.hub.refuse(() => 'closed for the night');
    await machine.cycle();
    expect(machine.state().movedRuns).toHaveLength(3);
    world.hub.refuse((ref) => (ref === 'refs/heads/main' ? 'protected' : null));
    await machine.cycle();
    await machine.cycle();
    expect(await ids(world, LANE)).toEqual(['o0', 'o1', 'o2']);
    expect(machine.state().movedRuns).toEqual([]);
    world.hub.refuse(() => null);
    world.orders(orders(25));
    world.pass(2 * 3_600_000);
    await quiet(world);
    expect(await ids(world)).toEqual(['o0', 'o1', 'o2', 'o3', 'o4']);
  });

  test('offline for many runs: all of them are there afterwards', async () => {
    const { world, machine } = await one();
    world.orders(orders(60));
    await machine.cycle({ dryRun: true });
    machine.line.offline = true;
    await machine.cycle();
    await machine.cycle();
    machine.line.offline = false;
    await quiet(world);
    expect(await ids(world)).toEqual(orders(40).map(({ id }) => id));
  });

  test('a person who edits or deletes it on the board changes nothing (D1)', async () => {
    const { world } = await one();
    world.orders(orders(25));
    await quiet(world);
    const text = await world.text(MONTH);
    for (const edit of ['{"order":"invented"}\n', null]) {
      world.person({ [MONTH]: edit });
      await quiet(world);
      expect(await world.text(MONTH)).toBe(text);
    }
  });
});
