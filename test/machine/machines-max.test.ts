// R8: as many machines count as fleet.yaml says: whom the board counts, then those that counted before, then the lowest numbers.
import { expect, test } from 'vitest';
import type { StatusOrder } from '../../src/core/model/status/status.ts';
import { mayBeRetried } from '../../src/core/orders/order-end.ts';
import { liveMachines } from '../../src/core/presence/gone.ts';
import { standing } from '../../src/operations/history/may-shorten.ts';
import { createFleet, createWorld, NEW_FLEET, quiet, type SimMachine, type World } from './world.ts';

const FLEET = (max: number) => ({ 'fleet.yaml': `machines_max: ${max}\n` });

test("R8 nobody joins beyond machines_max; who has left takes nobody's place", async () => {
  const world = await createFleet(2);
  world.person(FLEET(2));
  const late = world.addMachine('late');
  await expect(late.join()).rejects.toMatchObject({
    code: 'REFUSED',
    message: 'the fleet has 2 machines, and machines_max is 2',
    hint: expect.stringContaining('machines_max'),
  });
  world.person(FLEET(3));
  expect((await late.join()).machine).toBe(3);
});

test('R8 a machine beyond it starts and pushes nothing, and the others go on without it', async () => {
  const world = await createFleet(3);
  const [one, , third] = world.machines;
  world.person(FLEET(2));
  world.orders([
    { id: 'his', assign: 3, run: 'true' },
    { id: 'ours', assign: 'any', run: 'true' },
  ]);
  const pushes = third.calls.push;
  for (let round = 0; round < 4; round += 1) {
    world.pass(20_000);
    for (const machine of world.machines) await machine.cycle();
  }
  expect([third.calls.push, third.runner.starts]).toEqual([pushes, []]);
  expect(Object.keys(one.state().observed)).toEqual(['2']);
  const { faults, orders } = await world.status();
  expect(faults.map(({ document, message }) => `${document}: ${message}`)).toEqual([
    expect.stringContaining('fleet.yaml: expected at most 2 machines'),
  ]);
  expect(orders.ours?.state).toBe('COMPLETED');
  world.person(FLEET(3));
  for (let round = 0; round < 4; round += 1) {
    world.pass(20_000);
    for (const machine of world.machines) await machine.cycle();
  }
  expect(third.runner.starts.map(({ order }) => order)).toEqual(['his']);
});

test('R8, S1 a shared order that a machine ran which counts no more does not run again by itself', async () => {
  const world = await createFleet(5);
  const last = world.machines.slice(4);
  const live = async (of: readonly SimMachine[]) => {
    for (let round = 0; round < 40; round += 1) {
      world.pass(15_000);
      for (const machine of of) await machine.cycle();
    }
    return world.machines.flatMap(({ number, runner }) => runner.starts.map((it) => [number, it.order, it.generation]));
  };
  const order = { id: 'ours', assign: 'any', run: 'true' };
  world.orders([order]);
  expect(await live(last)).toEqual([[5, 'ours', 1]]);
  await live(world.machines);
  expect((await world.status()).orders.ours).toMatchObject({ state: 'COMPLETED', machine: 5 });
  world.person(FLEET(1));
  expect(await live(world.machines)).toEqual([[5, 'ours', 1]]);
  expect((await world.status()).orders.ours).toMatchObject({
    state: 'BLOCKED',
    code: 'ranBeyond',
    reason: expect.stringContaining('to run it again: coord retry ours'),
  });
  expect(mayBeRetried((await world.status()).orders.ours as StatusOrder)).toBe(true);
  // O8: what is placed to run is new work, whoever remembers the id.
  world.orders([]);
  await world.machines[0].edit({ kind: 'add', order, again: true });
  expect(await live(world.machines)).toEqual([
    [1, 'ours', 2],
    [5, 'ours', 1],
  ]);
});

test('R8 the claim of a machine that counts no more keeps nobody from saying what to do', async () => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  world.orders([{ id: 'ours', assign: [2, 1], run: 'true' }]);
  const claimed = () => world.hub.refs.has('refs/coord/claims/ours/1.1');
  for (let round = 0; (await world.status()).orders.ours?.state !== 'COMPLETED'; round += 1) {
    expect(round).toBeLessThan(20);
    world.pass(2_000);
    await two.cycle();
  }
  expect(claimed()).toBe(true);
  world.person(FLEET(1));
  for (let round = 0; round < 10; round += 1) {
    world.pass(15_000);
    for (const machine of [one, two]) await machine.cycle();
  }
  const { ours } = (await world.status()).orders;
  expect([claimed(), ours?.state, ours?.code, one.runner.starts]).toEqual([true, 'BLOCKED', 'ranBeyond', []]);
  world.orders([{ id: 'ours', assign: [2, 1], run: 'true', generation: 2 }]);
  for (let round = 0; round < 10; round += 1) {
    world.pass(15_000);
    await one.cycle();
  }
  expect([(await world.status()).orders.ours?.state, one.runner.starts.length]).toEqual(['COMPLETED', 1]);
});

test('R8 what a machine ran that has left counts, however full the fleet is', async () => {
  const world = await createFleet(3);
  const third = world.machines[2];
  world.person(FLEET(3));
  world.orders([{ id: 'ours', assign: 3, run: 'true' }]);
  const live = async (rounds: number, of: readonly SimMachine[]) => {
    for (let round = 0; round < rounds; round += 1) {
      world.pass(15_000);
      for (const machine of of) await machine.cycle();
    }
  };
  await live(4, world.machines);
  third.disk.state = { ...third.state(), leaving: { since: '2026-11-20T22:00:00.000Z', stop: false, landed: false } };
  await live(4, world.machines);
  await world.addMachine('fourth').join();
  world.orders([{ id: 'ours', assign: 'any', run: 'true' }]);
  await live(
    20,
    world.machines.filter((machine) => machine !== third),
  );
  const { orders, faults } = await world.status();
  expect([orders.ours?.state, orders.ours?.machine, faults]).toEqual(['COMPLETED', 3, []]);
  expect(world.machines.flatMap(({ number, runner }) => runner.starts.map(() => number))).toEqual([3]);
});

/** Lanes that no machine made. */
function forge(world: World, numbers: readonly number[], state = 'IDLE', beat = 1): void {
  for (const machine of numbers) {
    const word = `---\nmachine: ${machine}\nname: fake${machine}\nid: x\ninstance: i\nseq: ${beat}\nbeat: ${beat}\nstate: ${state}\nupdated: 2026-11-20T22:00:00.000Z\nheartbeat: 60s\nreads: 2\n---\n`;
    const commit = world.hub.commitAsPerson({ [`coordination/COMPUTER_${machine}.md`]: word }, `fake-${machine}`);
    world.hub.setRef(`refs/coord/machines/${machine}`, commit);
  }
}
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('R8 1,500 fake lanes with any numbers push out nobody who counted before, and take no budget', async () => {
  const world = createWorld();
  forge(world, numbers(1, 20), 'LEFT');
  const [one, two] = [world.addMachine('one'), world.addMachine('two')];
  for (const machine of [one, two]) await machine.join(NEW_FLEET);
  expect([one.number, two.number]).toEqual([21, 22]);
  await quiet(world);
  forge(world, [...numbers(1, 20), ...numbers(23, 1_502)], 'IDLE', 2);
  world.orders([
    { id: 'his', assign: 22, run: 'true' },
    { id: 'shared', assign: 'any', run: 'true' },
  ]);
  for (let round = 0; round < 4; round += 1) {
    world.pass(20_000);
    for (const machine of world.machines) await machine.cycle();
  }
  const { orders, faults } = await world.status();
  expect([orders.his?.state, orders.shared?.state]).toEqual(['COMPLETED', 'COMPLETED']);
  expect(faults.map(({ message }) => message)).toEqual([expect.stringContaining('the lowest of them machine')]);
  const { seen, state } = await one.cycle();
  const { machines, uncounted = [] } = seen?.snapshot ?? { machines: new Map() };
  expect([machines.size, uncounted.length, uncounted.includes(21), uncounted.includes(22)]).toEqual([64, 1_438, false, false]);
  world.person(FLEET(2));
  const full = await one.cycle();
  if (full.seen === null || seen === null) throw new Error('nothing seen');
  const now = one.machine().clock.now();
  expect(liveMachines(seen.snapshot, state, now)).toHaveLength(64);
  expect(liveMachines(full.seen.snapshot, full.state, now)).toEqual([21, 22]);
});

test('R8 who counted before comes before lower numbers that never did, also when its lane was away', async () => {
  const world = createWorld();
  forge(world, [1, 2], 'LEFT');
  const [one, two] = [world.addMachine('one'), world.addMachine('two')];
  for (const machine of [one, two, world.addMachine('three')]) await machine.join(NEW_FLEET);
  await quiet(world);
  world.person(FLEET(3));
  const counting = async () => [...((await one.cycle()).seen?.snapshot.machines.keys() ?? [])];
  const lane = world.hub.refs.get(`refs/coord/machines/${two.number}`) ?? null;
  world.hub.setRef(`refs/coord/machines/${two.number}`, null);
  await one.cycle();
  world.hub.setRef(`refs/coord/machines/${two.number}`, lane);
  forge(world, [1, 2, 6], 'IDLE', 2);
  expect(await counting()).toEqual([3, 4, 5]);
  one.restart();
  expect(await counting()).toEqual([3, 4, 5]);
});

test('R8 machines met different newcomers first: the board counts the same one for all, and main rests', async () => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  world.person(FLEET(3));
  await quiet(world);
  const lane = (machine: number) => `refs/coord/machines/${machine}`;
  forge(world, [7]);
  await one.cycle();
  const seventh = world.hub.refs.get(lane(7)) ?? null;
  world.hub.setRef(lane(7), null);
  forge(world, [5]);
  await two.cycle();
  world.hub.setRef(lane(7), seventh);
  expect([one.state().admitted, two.state().admitted]).toEqual([
    [1, 2, 7],
    [1, 2, 5],
  ]);
  const mains: (string | undefined)[] = [];
  for (let round = 0; round < 10; round += 1) {
    world.pass(60_000);
    for (const machine of [one, two]) await machine.cycle();
    mains.push(world.hub.refs.get('refs/heads/main'));
  }
  expect(new Set(mains.slice(4)).size).toBe(1);
  const counted = Object.keys((await world.status()).machines);
  for (const machine of [one, two])
    expect([...((await machine.cycle()).seen?.snapshot.machines.keys() ?? [])].map(String)).toEqual(counted);
});

test('R8 however many have left, a new machine joins, counts, and runs nothing again that one of them ran', async () => {
  const world = createWorld();
  const [one, leaver] = [world.addMachine('one'), world.addMachine('leaver')];
  forge(world, numbers(1, 127), 'LEFT');
  for (const machine of [one, leaver]) await machine.join(NEW_FLEET);
  const live = async (rounds: number, of: readonly SimMachine[]) => {
    for (let round = 0; round < rounds; round += 1) {
      world.pass(15_000);
      for (const machine of of) await machine.cycle();
    }
  };
  world.orders([{ id: 'ours', assign: leaver.number, run: 'true' }]);
  await live(4, world.machines);
  leaver.disk.state = { ...leaver.state(), leaving: { since: '2026-11-20T22:00:00.000Z', stop: false, landed: false } };
  await live(4, world.machines);
  forge(world, numbers(131, 140), 'LEFT');
  const late = world.addMachine('late');
  await late.join();
  world.orders([{ id: 'ours', assign: 'any', run: 'true' }]);
  await live(20, [one, late]);
  expect([one.number, leaver.number, late.number]).toEqual([128, 129, 130]);
  const { orders, faults } = await world.status();
  expect([orders.ours?.state, orders.ours?.machine, faults]).toEqual(['COMPLETED', 129, []]);
  expect(world.machines.flatMap(({ number, runner }) => runner.starts.map(() => number))).toEqual([129]);
  for (const machine of [one, late]) {
    const { seen } = await machine.cycle();
    if (seen === null) throw new Error('nothing seen');
    expect([seen.snapshot.uncounted, standing(seen.snapshot).map((it) => it.machine)]).toEqual([undefined, [128, 130]]);
  }
});
