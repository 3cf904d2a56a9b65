// Chains on the fleet in memory: the real cycle, claims as refs, time that only the test moves.
import { describe, expect, test } from 'vitest';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const starts = (world: World) =>
  world.machines.flatMap((machine) =>
    machine.runner.starts.map((it) => `${machine.number}: ${it.order} ${it.generation}.${it.attempt}`),
  );
const state = async (world: World, id: string) => (await world.status()).orders[id];
const asked = async (world: World) => (await world.status()).needsYou.map((it) => `${it.order ?? it.document}: ${it.why}`);
const given = (world: World, id: string) => {
  const start = world.machines.flatMap((machine) => machine.runner.starts).find((it) => it.order === id);
  return Object.fromEntries(Object.entries(start?.env ?? {}).filter(([name]) => name.startsWith('COORD_FROM_')));
};
const login = (more: object = {}, build: object = {}) => ({
  id: 'login',
  title: 'New login page',
  ...more,
  steps: [
    { id: 'concept', assign: 3, run: 'true' },
    { id: 'design', assign: 2, run: 'true' },
    { id: 'build', assign: 'any', run: 'true', ...build },
  ],
});

/** Seconds of cycles of these machines, one a second each. */
async function live(world: World, seconds: number, of: readonly SimMachine[] = world.machines): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    world.pass(1000);
    for (const machine of of) await machine.cycle();
  }
}

test('O13 a chain over three machines: in order, each step and what follows with what was said before', async () => {
  const world = await createFleet(3);
  world.script('login.concept', () => ({ ms: 5_000, exitCode: 0, outputs: { idea: 'blue' } }));
  world.script('login.design', () => ({ ms: 5_000, exitCode: 0, outputs: { file: 'a.svg' } }));
  world.script('login.build', () => ({ ms: 5_000, exitCode: 0, outputs: { version: '1.2' } }));
  world.orders([
    { id: 'ship', assign: 1, after: ['login', 'login.concept'], run: 'true' },
    login({ after: ['plan'] }),
    { id: 'plan', assign: 1, run: 'true' },
  ]);
  await live(world, 3);
  expect(await state(world, 'login')).toMatchObject({
    state: 'IN_PROGRESS',
    machine: 3,
    reason: 'step concept, 1 of 3',
    at: 'login.concept',
  });
  expect(await state(world, 'ship')).toMatchObject({ state: 'BLOCKED', reason: 'waits for login, login.concept' });
  expect((await world.status()).summary).toMatchObject({ inProgress: 1, blocked: 3, completed: 1 });
  expect(Object.keys((await world.status()).orders)).toEqual([
    'ship',
    'login',
    'login.concept',
    'login.design',
    'login.build',
    'plan',
  ]);
  await live(world, 40);
  expect(
    starts(world)
      .map((it) => it.replace(/^\d: (?=login.build)/, ''))
      .sort(),
  ).toEqual(['1: plan 1.1', '1: ship 1.1', '2: login.design 1.1', '3: login.concept 1.1', 'login.build 1.1']);
  expect(given(world, 'login.concept')).toEqual({});
  expect(given(world, 'login.design')).toEqual({ COORD_FROM_CONCEPT_IDEA: 'blue' });
  expect(given(world, 'login.build')).toEqual({ COORD_FROM_CONCEPT_IDEA: 'blue', COORD_FROM_DESIGN_FILE: 'a.svg' });
  expect(given(world, 'ship')).toEqual({ COORD_FROM_LOGIN_VERSION: '1.2', COORD_FROM_LOGIN_CONCEPT_IDEA: 'blue' });
  expect(await state(world, 'login')).toMatchObject({
    state: 'COMPLETED',
    title: 'New login page',
    outputs: { version: '1.2' },
    steps: ['login.concept', 'login.design', 'login.build'],
  });
  expect((await state(world, 'login'))?.startedAt).toBe((await state(world, 'login.concept'))?.startedAt);
  expect((await state(world, 'login'))?.reason).toBeUndefined();
});

describe('a step that fails', () => {
  test('stops the chain there, which says so; run again it goes on from there, raised it all runs again', async () => {
    const world = await createFleet(3);
    world.script('login.design', (_, generation) => ({ ms: 10, exitCode: generation === 1 ? 7 : 0 }));
    const ship = { id: 'ship', assign: 1, after: ['login'], run: 'true' };
    world.orders([login(), ship]);
    await live(world, 20);
    expect(await state(world, 'login')).toMatchObject({ state: 'FAILED', exitCode: 7, reason: 'step design, 2 of 3' });
    expect(await state(world, 'ship')).toMatchObject({ state: 'BLOCKED', reason: 'login failed; coord retry login' });
    expect(await asked(world)).toEqual([expect.stringContaining('login.design: failed with exit code 7')]);
    const raised = login();
    Object.assign(raised.steps[1] as object, { generation: 2 });
    world.orders([raised, ship]);
    await live(world, 40);
    expect(
      starts(world)
        .map((it) => it.slice(3))
        .sort(),
    ).toEqual(['login.build 1.1', 'login.concept 1.1', 'login.design 1.1', 'login.design 2.1', 'ship 1.1']);
    expect(await state(world, 'login')).toMatchObject({ state: 'COMPLETED', generation: 2 });
    world.orders([{ ...raised, generation: 3 }, ship]);
    await live(world, 40);
    expect(starts(world).map((it) => it.slice(3))).toEqual(
      expect.arrayContaining(['login.concept 3.1', 'login.design 3.1', 'login.build 3.1']),
    );
    expect(await state(world, 'login')).toMatchObject({ state: 'COMPLETED', generation: 3 });
  });
});

describe('a chain that is taken back while it runs', () => {
  async function running(): Promise<World> {
    const world = await createFleet(3);
    world.script('login.design', () => ({ ms: 1_000_000, exitCode: 0 }));
    world.orders([login()]);
    await live(world, 10);
    expect(await state(world, 'login')).toMatchObject({ state: 'IN_PROGRESS', at: 'login.design' });
    return world;
  }
  const ended = (world: World) => world.machines[1]?.state().ended.map((run) => `${run.order} ${run.state} ${run.reason}`);

  test('removed: what runs is stopped, nothing of it is left', async () => {
    const world = await running();
    world.orders([]);
    await live(world, 20);
    expect(ended(world)).toEqual(['login.design CANCELLED removed from ORDERS.json']);
    expect(starts(world)).toHaveLength(2);
    expect((await world.status()).orders).toEqual({});
  });

  test('cancelled: so does this, and the chain says so', async () => {
    const world = await running();
    world.orders([login({ cancelled: true })]);
    await live(world, 20);
    expect(ended(world)).toEqual(['login.design CANCELLED cancelled']);
    expect(await state(world, 'login')).toMatchObject({ state: 'CANCELLED', at: 'login.design' });
    expect(await asked(world)).toEqual([]);
  });

  test.each<[what: string, slip: object]>([
    ['steps of it that cannot be read', { steps: [] }],
    ['a slip in the name of the field', { steps: undefined, stepps: [{ run: 'true' }] }],
  ])('D4 %s: that is no removal', async (_, slip) => {
    const world = await running();
    world.orders([
      { ...login(), ...slip },
      { id: 'ship', assign: 1, after: ['login.build'], run: 'true' },
    ]);
    // It is on the board with the next beat.
    await live(world, 90);
    expect(ended(world)).toEqual([]);
    expect(await state(world, 'login')).toMatchObject({
      state: 'IN_PROGRESS',
      machine: 2,
      reason: expect.stringContaining('expected'),
    });
    expect(await state(world, 'ship')).toMatchObject({ state: 'BLOCKED', reason: 'waits for login.build, which cannot be read' });
    world.orders([login()]);
    await quiet(world);
    expect(ended(world)).toEqual([]);
  });
});

test('O4a approval of a chain holds its first step, and that of a step this one', async () => {
  const world = await createFleet(3);
  world.orders([login({ approval: true }, { approval: true })]);
  await live(world, 3);
  expect(starts(world)).toEqual([]);
  expect(await state(world, 'login')).toMatchObject({ state: 'BLOCKED', approval: 'awaited' });
  expect(await asked(world)).toEqual([
    'login.concept: waits for approval; coord approve login.concept',
    'login.build: waits for approval; coord approve login.build',
  ]);
  world.orders([login({ approval: true, approved: true }, { approval: true })]);
  await live(world, 20);
  expect(
    starts(world)
      .map((it) => it.slice(3))
      .sort(),
  ).toEqual(['login.concept 1.1', 'login.design 1.1']);
  expect(await state(world, 'login')).toMatchObject({
    state: 'BLOCKED',
    reason: 'step build, 3 of 3: waits for approval; coord approve login.build',
  });
});
