// F1: what a person pushed with plain git is answered on the board, at once and by one machine.
import { describe, expect, test } from 'vitest';
import { createPushGate } from '../../src/machine/pace/push-gate.ts';
import { createFleet, machineAt, quiet, type SimMachine, type World } from './world.ts';

const run = (id: string, assign: unknown = 1, more: object = {}) => ({ id, assign, run: 'true', ...more });

/** One cycle of each machine; what each had to say. */
async function round(world: World, of: readonly SimMachine[] = world.machines): Promise<string[]> {
  const said: string[] = [];
  for (const machine of of) {
    const { seen } = await machine.cycle();
    const why = seen?.composed.why;
    if (why != null) said.push(`${machine.number} ${why}`);
  }
  return said;
}

/** Its first sight of main is in its journal, and it has said nothing. */
async function keepSight(machine: SimMachine): Promise<void> {
  machine.line.offline = false;
  await machine.killedCycle((step) => step === 'observed');
}

describe('F1: what a person pushed', () => {
  test('F1 what a person pushed is answered at the first look of the first machine, by it alone, and once', async () => {
    const world = await createFleet(10);
    world.orders([run('a', 4), run('b', 'all', { cancelled: true }), run('c', 77)]);
    const said = await round(world);
    expect(said).toContain('4 documents');
    expect(said.filter((one) => one.endsWith('answer')).length).toBeLessThanOrEqual(1);
    expect(said.length).toBeLessThanOrEqual(2);
    expect(await round(world)).toEqual([]);
    expect((await world.status()).orders.c).toMatchObject({ reason: expect.stringContaining('77') });
  });

  test('F1.2 I1.1 a machine that joins answers nobody: its push has no fold', async () => {
    const world = await createFleet(3);
    world.orders([run('c', 77)]);
    await world.addMachine('late').join();
    const said: string[] = [];
    // Whoever is first by the ranking may be the one that joined, which does not look here.
    for (let look = 0; look < 4; look += 1) {
      said.push(...(await round(world, world.machines.slice(0, 3))));
      world.pass(15_000);
    }
    expect(said.filter((one) => one.endsWith('answer'))).toHaveLength(1);
  });

  test('F1 the ranking says who answers; the next one does after a look’s time, and after that nobody', async () => {
    const world = await createFleet(5);
    world.orders([run('c', 77)]);
    const answered: number[][] = [];
    for (let look = 0; look < 5; look += 1) {
      const now: number[] = [];
      for (const one of world.machines) {
        // Those that look at this very moment do not see what the others say.
        const { seen } = await one.cycle({ dryRun: true });
        if (seen?.composed.why === 'answer') now.push(one.number);
      }
      answered.push(now);
      if (look < 4) {
        for (const one of world.machines) await keepSight(one);
        world.pass(15_000);
      }
    }
    expect(answered.map((machines) => machines.length)).toEqual([1, 2, 3, 4, 5]);
    const [first] = answered[0] as [number];
    expect(await round(world, [machineAt(world, first - 1)])).toEqual([`${first} answer`]);
    world.pass(60_000);
    expect((await round(world)).filter((one) => one.endsWith('answer'))).toEqual([]);
  });

  test('D4 F1 a broken ORDERS.json is told with its line at once, by one machine', async () => {
    const world = await createFleet(10);
    world.orders([run('a', 4)]);
    await quiet(world);
    world.person({ 'ORDERS.json': '{ "orders": [' });
    expect(await round(world)).toEqual([expect.stringMatching(/ answer$/)]);
    expect((await world.status()).faults).toMatchObject([{ document: 'ORDERS.json', level: 'fault', line: 1 }]);
  });

  test('F1 what a person pushed that is none of coord’s is not answered', async () => {
    const world = await createFleet(3);
    world.hub.commitAsPerson({ 'src/app.ts': 'x' });
    expect(await round(world)).toEqual([]);
    world.pass(15_000);
    expect((await round(world)).filter((one) => !one.endsWith('beat'))).toEqual([]);
  });

  test('F1 F4 on a board of its own it is answered once, and others’ later words wait for their time', async () => {
    const world = await createFleet(3);
    world.person({ 'fleet.yaml': 'board: coord-board\n' });
    await quiet(world);
    world.orders([run('a', 77)]);
    expect(await round(world)).toEqual([expect.stringMatching(/ answer$/)]);
    expect((await world.status('refs/heads/coord-board')).orders.a).toMatchObject({ reason: expect.stringContaining('77') });
    world.pass(30_000);
    expect(await round(world)).toEqual([]);
  });

  test('F1 H2 an answer goes at once, in nobody’s turn', async () => {
    const world = await createFleet(3);
    world.orders([run('c', 77)]);
    const asked: string[] = [];
    for (const one of world.machines) {
      const gate = createPushGate(one.machine().clock);
      const waitMs: typeof gate.waitMs = (snapshot, state, priority) => {
        asked.push(priority);
        return gate.waitMs(snapshot, state, priority);
      };
      await one.cycle({ dryRun: false, gate: { ...gate, waitMs } });
    }
    expect(asked).toEqual(['pressing']);
  });
});
