// Who gets a slot where several orders want it, on the fleet in memory: nobody waits for ever, and judging costs what it must.
import { expect, test } from 'vitest';
import { placeable } from '../../src/machine/steps/placeable.ts';
import { createFleet, type SimMachine, type World } from './world.ts';

const MINUTE_MS = 60_000;
const started = (machine: SimMachine) => machine.runner.starts.map(({ order }) => order.split('@')[0]);

async function ticks(world: World, machine: SimMachine, count: number): Promise<void> {
  for (let tick = 0; tick < count; tick += 1) {
    world.pass(MINUTE_MS);
    for (let cycle = 0; cycle < 3; cycle += 1) await machine.cycle();
  }
}

test.each([
  ['any', 'any'],
  ['any', 1],
  [1, 'any'],
])('O3 a schedule of every minute, for %s, lets what is listed below it have its turn, for %s', async (above, below) => {
  const world = await createFleet(1);
  const machine = world.machines[0];
  // Over before the next minute, and never while a cycle looks.
  world.script('often', () => ({ ms: 30_000, exitCode: 0 }));
  world.orders([
    { id: 'often', assign: above, schedule: '* * * * *', run: 'true' },
    { id: 'often-too', assign: above, schedule: '* * * * *', run: 'true' },
    { id: 'one', assign: below, run: 'true' },
    { id: 'two', assign: below, run: 'true' },
  ]);
  world.script('often-too', () => ({ ms: 30_000, exitCode: 0 }));
  world.script('one', () => ({ ms: 30_000, exitCode: 0 }));
  await ticks(world, machine, 12);
  expect(started(machine)).toEqual(expect.arrayContaining(['often', 'often-too', 'one', 'two']));
  expect(started(machine).filter((order) => order === 'one')).toHaveLength(1);
  await ticks(world, machine, 6);
  expect(started(machine).slice(-4)).toEqual(expect.arrayContaining(['often', 'often-too']));
});

test('O3 a shared order keeps its waiting time while the slots here are full of own work', async () => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  // Machine 2 is preferred, and does not come by: its rank is waited for.
  world.orders([
    { id: 'shared', assign: [2, 1], run: 'true' },
    ...Array.from({ length: 30 }, (_, at) => ({ id: `own-${at}`, assign: 1, run: 'true' })),
  ]);
  for (let at = 0; at < 30; at += 1) world.script(`own-${at}`, () => ({ ms: 4_000, exitCode: 0 }));
  for (let second = 0; second < 90; second += 1) {
    world.pass(1000);
    await one.cycle();
  }
  expect(two.runner.starts).toEqual([]);
  expect(started(one)).toContain('shared');
});

test('C3 a thousand orders that find no place here cost a few decisions, and are all said', async () => {
  const world = await createFleet(1);
  const machine = world.machines[0];
  const ids = Array.from({ length: 1000 }, (_, at) => `order-${at}`);
  for (const id of ids) machine.settings.blocked.set(id, 'folder /gone does not exist on m1');
  world.orders([...ids, 'last'].map((id) => ({ id, assign: 1, run: 'true' })));
  const outcome = await machine.cycle();
  expect(started(machine)).toEqual(['last']);
  expect(outcome.waiting).toHaveLength(1000);
  const snapshot = outcome.seen?.snapshot;
  if (snapshot === undefined) throw new Error('nothing was seen');
  // Each decision looks once at whether the machine is leaving.
  let decisions = 0;
  const state = { ...outcome.state };
  Object.defineProperty(state, 'leaving', {
    get() {
      decisions += 1;
      return null;
    },
  });
  const now = machine.machine().clock.now();
  await placeable(machine.machine(), snapshot, state, outcome.self, { now, fetchedAt: now, unplaced: new Map() });
  expect(decisions).toBeGreaterThan(1);
  expect(decisions).toBeLessThan(30);
});
