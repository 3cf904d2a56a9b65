// O14 in random histories: programs come and go, machines die at any step, orders come in; and then a time in which nothing happens.
// COORD_CALL_SEEDS=500 plays more of them.
import { expect, test } from 'vitest';
import type { LocalService } from '../../src/core/model/machines/local-service.ts';
import { loadByService } from '../../src/core/runs/service-loads.ts';
import { createChance } from '../sim/chance.ts';
import { createFleet, type SimMachine, type World } from './world.ts';

const SEEDS = Number(process.env.COORD_CALL_SEEDS ?? 4);
const STATES = ['ONLINE', 'ONLINE', 'ONLINE', 'BUSY', 'STARTING', 'DEGRADED', 'CRASHED', 'OFFLINE'] as const;
const NAMES = ['a', 'b', 'c'];
/** Of every program, the same all the time: what is more than that at any moment is a fault. */
const CAPACITY = { a: 1, b: 2, c: 1 } as const;

function program(name: string, state: LocalService['state']): LocalService {
  const rest = {
    since: '2026-11-20T22:00:00.000Z',
    pid: 1,
    port: 8001,
    managed: true,
    failures: 0,
    givenUp: false,
    detail: null,
  };
  return { ...rest, name, state, specialties: name === 'c' ? [] : ['build'], capacity: CAPACITY[name as 'a'] };
}

function have(machine: SimMachine, states: readonly LocalService['state'][]): void {
  const { self } = machine.settings;
  const services = states.map((state, at) => program(NAMES[at] ?? '', state));
  machine.settings.self = { ...self, policy: { ...self.policy, allow: ['shell', 'call'], slots: 5 }, services };
}

function tooMany(world: World): readonly string[] {
  return world.machines.flatMap((machine) => {
    const running = machine.runner.runningNow();
    const starts = running.flatMap((order) => machine.runner.starts.findLast((it) => it.order === order) ?? []);
    const calls = starts.map(({ program }) => ({ program: program ?? 'none' }));
    return [...loadByService(calls), ...loadByService(machine.state().active)]
      .filter(([name, load]) => load > (CAPACITY[name as 'a'] ?? 0))
      .map(([name, load]) => `${machine.name}: ${load} calls of ${name}`);
  });
}

async function history(seed: number): Promise<void> {
  const chance = createChance(seed);
  const world = await createFleet(3);
  for (const machine of world.machines) have(machine, ['ONLINE', 'ONLINE', 'ONLINE']);
  const orders: object[] = [];
  for (let step = 0; step < 80; step += 1) {
    const machine = chance.pick(world.machines);
    const what = chance.weighted([
      [8, 'cycle'],
      [4, 'pass'],
      [3, 'order'],
      [3, 'states'],
      [2, 'kill'],
    ] as const);
    if (what === 'cycle') await machine.cycle();
    if (what === 'pass') world.pass(chance.between(1, 20_000));
    if (what === 'states')
      have(machine, [chance.pick(STATES), chance.pick(STATES), chance.pick(STATES)].slice(0, chance.between(1, 3)));
    if (what === 'kill') {
      const after = chance.below(25);
      let steps = 0;
      await machine.killedCycle(() => ++steps > after);
    }
    if (what === 'order') {
      const id = `o${orders.length}`;
      const ms = chance.between(1, 30_000);
      const fails = chance.is(0.3);
      world.script(id, (attempt) => ({ ms, exitCode: fails && attempt === 1 ? 2 : 0 }));
      const to = chance.is(0.7) ? { specialty: 'build' } : { instance: chance.pick(NAMES) };
      orders.push({ id, attempts: 9, assign: chance.pick(['any', 1, 2, [3, 1]]), call: { ...to, path: '/' } });
      world.orders(orders);
    }
    expect(tooMany(world), `seed ${seed}, step ${step}: ${what}`).toEqual([]);
    for (const { runner, disk } of world.machines) {
      const active = disk.state?.active.map(({ order }) => order) ?? [];
      expect(active, `seed ${seed}, step ${step}`).toEqual(expect.arrayContaining([...runner.runningNow()]));
    }
  }
  for (const machine of world.machines) have(machine, ['ONLINE', 'ONLINE', 'ONLINE']);
  const isDone = async () =>
    orders.length === 0 ||
    Object.values((await world.status()).orders).filter(({ state }) => state === 'COMPLETED').length === orders.length;
  for (let turn = 0; turn < 400 && (turn < 3 || !(await isDone())); turn += 1) {
    world.pass(5_000);
    for (const machine of world.machines) await machine.cycle();
    expect(tooMany(world), `seed ${seed}, at rest`).toEqual([]);
  }
  expect(await isDone(), `seed ${seed}: all come through`).toBe(true);
  expect(world.machines.flatMap(({ runner }) => runner.overlaps)).toEqual([]);
}

test('O14, S4 no program ever has more calls than it takes; every call comes through once they are back', async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) await history(seed);
});
