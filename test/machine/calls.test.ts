// O14 on the fleet in memory: the real cycle, machines with local services of their own, and an answer that the test scripts.
import { expect, test } from 'vitest';
import type { LocalService } from '../../src/core/model/machines/local-service.ts';
import { loadByService } from '../../src/core/runs/service-loads.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const call = (id: string, more: object = {}) => ({ id, assign: 'any', call: { specialty: 'build', path: '/' }, ...more });

function program(name: string, change: Partial<LocalService> = {}): LocalService {
  const rest = { since: '2026-11-20T22:00:00.000Z', pid: 1, port: 8001, specialties: ['build'], capacity: 1 };
  return { name, state: 'ONLINE', ...rest, managed: true, failures: 0, givenUp: false, detail: null, ...change };
}

/** What this machine's supervisor found. */
function found(machine: SimMachine, ...services: readonly LocalService[]): void {
  const { self } = machine.settings;
  machine.settings.self = { ...self, policy: { ...self.policy, allow: ['shell', 'call'], slots: 4 }, services };
}

/** Machine 1 has no program, 2 and 3 have a builder each. */
async function builders(): Promise<[World, SimMachine, SimMachine, SimMachine]> {
  const world = await createFleet(3);
  const [one, two, three] = world.machines;
  found(one);
  found(two, program('builder'));
  found(three, program('builder'));
  await quiet(world);
  return [world, one, two, three];
}

async function live(world: World, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    world.pass(1000);
    for (const machine of world.machines) await machine.cycle();
  }
}

const starts = (world: World) =>
  world.machines.flatMap((machine) => machine.runner.starts.map((it) => `${machine.number}: ${it.order} ${it.attempt}`)).sort();
const claims = (world: World) => [...world.hub.refs.keys()].filter((ref) => ref.startsWith('refs/coord/claims/'));
const state = async (world: World, id: string) => (await world.status()).orders[id];

test('O14 the board says which programs a machine has, and only such a machine ever claims', async () => {
  const [world] = await builders();
  expect(await world.text('COMPUTER_2.md')).toMatch(/^program_builder: .*ONLINE.* build/m);
  expect(await world.text('COMPUTER_1.md')).not.toContain('program_');
  for (const id of ['a', 'b', 'c']) world.script(id, () => ({ ms: 60_000, exitCode: 0 }));
  world.orders([call('a'), call('b'), call('c')]);
  await live(world, 40);
  // Two builders, each with one call: the third waits until one of them is free, and nobody holds a claim for it.
  expect(starts(world).map((it) => it[0])).toEqual(['2', '3']);
  expect(claims(world)).toHaveLength(2);
  expect(
    Object.values((await world.status()).orders)
      .map(({ state }) => state)
      .sort(),
  ).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'QUEUED']);
  await live(world, 90);
  expect(starts(world)).toHaveLength(3);
  for (const id of ['a', 'b', 'c']) expect(await state(world, id)).toMatchObject({ state: 'COMPLETED' });
});

test('O14 nobody has such a program: BLOCKED, with what to do, and no machine says a word of it', async () => {
  const [world, one, two, three] = await builders();
  world.orders([call('a', { call: { instance: 'painter', path: '/' } })]);
  // Nobody has a word to say, so the board shows it with the next beat.
  world.pass(130_000);
  await quiet(world);
  expect(await state(world, 'a')).toMatchObject({
    state: 'BLOCKED',
    reason: 'no program painter; on one of 1, 2, 3: name it in .coord/instances.yaml, then run coord daemon',
  });
  for (const machine of [one, two, three]) expect((await machine.cycle()).waiting).toEqual([]);
  found(one, program('painter'));
  await live(world, 5);
  expect(starts(world)).toEqual(['1: a 1']);
});

test('O14 a program that breaks off fails the attempt, and the order is tried again by its own rules', async () => {
  const [world] = await builders();
  const broken = { ms: 10, exitCode: 2, outputs: { problem: 'builder broke off without an answer: ECONNRESET' } };
  world.script('twice', (attempt) => (attempt === 1 ? broken : { ms: 10, exitCode: 0 }));
  world.script('once', () => broken);
  world.orders([call('twice', { attempts: 2 }), call('once', { assign: 2 })]);
  await live(world, 60);
  expect(
    starts(world)
      .map((it) => it.slice(3))
      .sort(),
  ).toEqual(['once 1', 'twice 1', 'twice 2']);
  expect(await state(world, 'twice')).toMatchObject({ state: 'COMPLETED', attempt: 2 });
  expect(await state(world, 'once')).toMatchObject({ state: 'FAILED', reason: broken.outputs.problem, exitCode: 2 });
});

test('O14 an order for one machine waits there: for its program to come up, and then for its turn', async () => {
  const [world, , two] = await builders();
  world.script('a', () => ({ ms: 20_000, exitCode: 0 }));
  found(two, program('builder', { state: 'STARTING' }));
  world.orders([call('a', { assign: 2 }), call('b', { assign: 2 })]);
  await live(world, 3);
  expect(await state(world, 'a')).toMatchObject({ state: 'ASSIGNED', reason: 'waits: builder is STARTING' });
  found(two, program('builder'));
  await live(world, 3);
  expect(await state(world, 'a')).toMatchObject({ state: 'IN_PROGRESS' });
  expect(await state(world, 'b')).toMatchObject({
    state: 'ASSIGNED',
    reason: 'waits: builder, the only healthy program for build, is busy, 1 of 1 calls',
  });
  await live(world, 25);
  expect(await state(world, 'b')).toMatchObject({ state: 'COMPLETED' });
  expect(two.runner.overlaps).toEqual([]);
});

test.each(['start-journaled', 'started'])('O14, O9 killed at %s: the call counts for its program all the same', async (step) => {
  const [world, , two] = await builders();
  world.script('a', () => ({ ms: 20_000, exitCode: 0 }));
  found(two, program('builder'), program('second'));
  world.orders([call('a', { assign: 2 }), call('b', { assign: 2, call: { instance: 'builder', path: '/' } })]);
  expect(await two.killedCycle((at) => at === step)).toBe(true);
  expect([...loadByService(two.state().active)]).toEqual([['builder', 1]]);
  await live(world, 2);
  // Begun by then, or anew: one call at a time.
  expect(two.runner.starts.map(({ order }) => order)).toEqual(['a']);
  expect([...loadByService(two.state().active)]).toEqual([['builder', 1]]);
  await live(world, 30);
  expect(await state(world, 'b')).toMatchObject({ state: 'COMPLETED' });
  expect(two.state().active).toEqual([]);
});

test('O14 a machine whose program goes down gives back what it has claimed and not begun', async () => {
  const [world, , two, three] = await builders();
  world.orders([call('a', { assign: [2, 3] })]);
  await two.cycle();
  expect(claims(world)).toHaveLength(1);
  found(two, program('builder', { state: 'CRASHED' }));
  await live(world, 40);
  expect(two.runner.starts).toEqual([]);
  expect(three.runner.starts.map(({ order }) => order)).toEqual(['a']);
  expect(await state(world, 'a')).toMatchObject({ state: 'COMPLETED', machine: 3 });
});

test('O14 a call that finds no place leaves its program to the next one', async () => {
  const [world, , two] = await builders();
  found(two, program('builder'), program('second'));
  for (const id of ['b', 'c']) world.script(id, () => ({ ms: 20_000, exitCode: 0 }));
  two.settings.blocked.set('a', 'no such folder');
  world.orders(['a', 'b', 'c'].map((id) => call(id, { assign: 2 })));
  await live(world, 2);
  expect(two.state().active.map(({ order, program }) => `${order} ${program}`)).toEqual(['b builder', 'c second']);
});

test.each<Partial<LocalService>>([
  { state: 'CRASHED', givenUp: true },
  { state: 'DEGRADED' },
  { state: 'OFFLINE' },
])('O3, O14 nobody waits for a machine that says of its program %j', async (change) => {
  const [world, , two, three] = await builders();
  found(two, program('builder', change));
  await quiet(world);
  world.orders([call('a', { assign: [2, 3] })]);
  await three.cycle();
  await three.cycle();
  expect(starts(world)).toEqual(['3: a 1']);
});

test('O3, O14 nor for one that says that its program has as many calls as it takes', async () => {
  const [world, , two, three] = await builders();
  world.script('own', () => ({ ms: 60_000, exitCode: 0 }));
  world.orders([call('own', { assign: 2 })]);
  await two.cycle();
  await quiet(world);
  world.orders([call('own', { assign: 2 }), call('a', { assign: [2, 3] })]);
  await three.cycle();
  await three.cycle();
  expect(starts(world)).toEqual(['2: own 1', '3: a 1']);
});

test('O3, O14 a turn comes though the program is busy: what stands behind does not starve a shared call', async () => {
  const [world, , , three] = await builders();
  for (const id of ['a', 'b', 'c', 'd']) world.script(id, () => ({ ms: 30_000, exitCode: 0 }));
  const own = (id: string) => call(id, { assign: 3 });
  world.orders([own('a'), call('shared', { assign: [2, 3] }), own('b'), own('c'), own('d')]);
  // Machine 2 says that it has one free, and does nothing.
  for (let second = 0; second < 100; second += 1) {
    world.pass(1000);
    await three.cycle();
  }
  expect(starts(world)).toContain('3: shared 1');
  expect(three.runner.starts.map(({ order }) => order).slice(0, 4)).toEqual(['a', 'b', 'c', 'shared']);
});
