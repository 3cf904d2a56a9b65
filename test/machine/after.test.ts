// Orders that wait for others, or for a person, on the fleet in memory: the real cycle, claims as refs, time that only the test moves.
import { describe, expect, test } from 'vitest';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const run = (id: string, more: object = {}) => ({ id, assign: 1, run: 'true', ...more });
const starts = (world: World) =>
  world.machines.flatMap((machine) =>
    machine.runner.starts.map((it) => `${machine.number}: ${it.order} ${it.generation}.${it.attempt}`),
  );
const state = async (world: World, id: string) => (await world.status()).orders[id];
const asked = async (world: World) => (await world.status()).needsYou.map((it) => `${it.order ?? it.document}: ${it.why}`);
const claims = (world: World) => [...world.hub.refs.keys()].filter((ref) => ref.startsWith('refs/coord/claims/'));
const given = (world: World, id: string) => {
  const start = world.machines.flatMap((machine) => machine.runner.starts).find((it) => it.order === id);
  return Object.fromEntries(Object.entries(start?.env ?? {}).filter(([name]) => name.startsWith('COORD_FROM_')));
};

/** Seconds of cycles of these machines, one a second each. */
async function live(world: World, seconds: number, of: readonly SimMachine[] = world.machines): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    world.pass(1000);
    for (const machine of of) await machine.cycle();
  }
}

describe('after', () => {
  test('a chain over three machines runs in its order, and each one gets what the one before it said', async () => {
    const world = await createFleet(3);
    world.script('build', () => ({ ms: 5_000, exitCode: 0, outputs: { version: '1.2' } }));
    world.script('test', () => ({ ms: 5_000, exitCode: 0, outputs: { report: 'all good' } }));
    world.orders([
      run('ship', { assign: 3, after: ['test', 'build'] }),
      run('test', { assign: 2, after: ['build'] }),
      run('build'),
    ]);
    await live(world, 3);
    expect(starts(world)).toEqual(['1: build 1.1']);
    expect(await state(world, 'ship')).toMatchObject({ state: 'BLOCKED', reason: 'waits for test, build' });
    expect(await asked(world)).toEqual([]);
    await live(world, 30);
    expect(starts(world)).toEqual(['1: build 1.1', '2: test 1.1', '3: ship 1.1']);
    expect(given(world, 'test')).toEqual({ COORD_FROM_BUILD_VERSION: '1.2' });
    expect(given(world, 'ship')).toEqual({ COORD_FROM_BUILD_VERSION: '1.2', COORD_FROM_TEST_REPORT: 'all good' });
    expect(await state(world, 'ship')).toMatchObject({ state: 'COMPLETED', after: ['test', 'build'] });
  });

  test('S6 a chain on one machine needs no word of the hub: offline it runs to its end', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    world.script('a', () => ({ ms: 60_000, exitCode: 0, outputs: { x: '1' } }));
    world.orders([run('a'), run('b', { after: ['a'] })]);
    await one.cycle();
    one.line.offline = true;
    await live(world, 70);
    expect(starts(world)).toEqual(['1: a 1.1', '1: b 1.1']);
    expect(given(world, 'b')).toEqual({ COORD_FROM_A_X: '1' });
  });

  test('what failed holds what waits for it, until it is tried again and completes', async () => {
    const world = await createFleet(2);
    world.script('build', (_, generation) => ({ ms: 10, exitCode: generation === 1 ? 1 : 0 }));
    const orders = (generation: number) => [
      run('build', { generation }),
      run('ship', { assign: 2, after: ['build'] }),
      run('tell', { assign: 'any', after: ['ship'] }),
    ];
    world.orders(orders(1));
    await quiet(world);
    expect(await state(world, 'ship')).toMatchObject({ state: 'BLOCKED', reason: 'build failed; coord retry build' });
    expect(await state(world, 'tell')).toMatchObject({ state: 'BLOCKED', reason: 'waits for ship' });
    expect((await asked(world)).map((it) => it.split(':')[0])).toEqual(['build']);
    world.orders(orders(2));
    await live(world, 40);
    // O3: of those that wait for the one slot, late has waited since before b could begin.
    expect(starts(world).map((it) => it.slice(3))).toEqual(expect.arrayContaining(['build 2.1', 'ship 1.1', 'tell 1.1']));
    expect(await state(world, 'tell')).toMatchObject({ state: 'COMPLETED' });
    // What ran stays as it is when what came first runs once more.
    world.orders(orders(3));
    await live(world, 5);
    expect(starts(world).filter((it) => it.includes('ship'))).toHaveLength(1);
  });

  test('D4 a circle holds its orders and no other, and an id that nobody has until it appears', async () => {
    const world = await createFleet(1);
    world.orders([run('a', { after: ['b'] }), run('b', { after: ['a'] }), run('c', { after: ['late'] }), run('d')]);
    await quiet(world);
    expect(starts(world)).toEqual(['1: d 1.1']);
    expect(await state(world, 'b')).toMatchObject({ state: 'BLOCKED', reason: 'waits for itself: a → b → a' });
    const { faults } = await world.status();
    expect(faults.map(({ level, line }) => `${level} ${line}`)).toHaveLength(2);
    expect(await asked(world)).toEqual([
      expect.stringMatching(/^ORDERS\.json: .*a circle: a → b → a \(line \d+\)$/),
      'c: waits for late, which is not in ORDERS.json',
    ]);
    world.orders([run('a'), run('b', { after: ['a'] }), run('c', { after: ['late'] }), run('late')]);
    await quiet(world);
    expect(starts(world).map((it) => it.slice(3))).toEqual(['d 1.1', 'a 1.1', 'late 1.1', 'b 1.1', 'c 1.1']);
    expect(await asked(world)).toEqual([]);
  });

  test('an order for all: what waits for it waits for every machine, and gets what each of them put out', async () => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    world.script('pull', () => ({ ms: 10, exitCode: 0, outputs: { rev: 'abc' } }));
    world.orders([run('pull', { assign: 'all' }), run('ship', { after: ['pull'] })]);
    await live(world, 20, [one]);
    expect(starts(world)).toEqual(['1: pull 1.1']);
    await live(world, 3, [two, one]);
    expect(starts(world)).toContain('1: ship 1.1');
    expect(given(world, 'ship')).toEqual({
      COORD_FROM_PULL_REV: 'abc',
      COORD_FROM_PULL_1_REV: 'abc',
      COORD_FROM_PULL_2_REV: 'abc',
    });
  });

  test('O8a, O7 what came first stays known, with its outputs, when twenty runs have gone over it', async () => {
    const world = await createFleet(1);
    world.script('build', () => ({ ms: 10, exitCode: 0, outputs: { version: '1.2' } }));
    const many = Array.from({ length: 30 }, (_, at) => run(`job-${at}`, { after: ['build'] }));
    const ship = run('ship', { after: ['build', ...many.map((it) => it.id)] });
    world.orders([run('build'), ...many, ship]);
    await live(world, 30);
    expect(await world.text('results/1.json')).toMatch(/"older": \[\n[^\]]*"order":"build"/);
    expect(starts(world).filter((it) => it.includes('ship'))).toHaveLength(1);
    expect(given(world, 'ship')).toEqual({ COORD_FROM_BUILD_VERSION: '1.2' });
  });
});

describe('shared orders', () => {
  test('O2 nobody claims what is held; what is held after the claim gives it back', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    world.orders([run('job', { assign: 'any', approval: true })]);
    await live(world, 20);
    expect(claims(world)).toEqual([]);
    world.orders([run('job', { assign: 'any', approval: true, approved: true })]);
    await one.cycle();
    expect(claims(world)).toHaveLength(1);
    world.orders([run('job', { assign: 'any', approval: true })]);
    await quiet(world);
    expect(claims(world)).toEqual([]);
    expect(starts(world)).toEqual([]);
    expect(await state(world, 'job')).toMatchObject({ state: 'BLOCKED', reason: 'waits for approval; coord approve job' });
    world.orders([run('job', { assign: 'any', approval: true, approved: true })]);
    await live(world, 5);
    expect(starts(world)).toEqual(['1: job 1.1']);
  });

  test('a failed attempt is tried again though what came first runs once more', async () => {
    const world = await createFleet(1);
    world.script('job', (attempt) => ({ ms: 10, exitCode: attempt === 1 ? 1 : 0 }));
    world.script('build', (_, generation) => ({ ms: generation === 1 ? 10 : 600_000, exitCode: 0 }));
    const job = run('job', { assign: 'any', after: ['build'], attempts: 2 });
    const [one] = world.machines;
    one.settings.self = { ...one.settings.self, policy: { ...one.settings.self.policy, slots: 2 } };
    world.orders([run('build'), job]);
    await live(world, 3);
    world.orders([run('build', { generation: 2 }), job]);
    await live(world, 20);
    expect(starts(world)).toContain('1: job 1.2');
  });
});

test('approval: given by a person in ORDERS.json, kept when the order is raised', async () => {
  const world = await createFleet(1);
  world.orders([run('deploy', { approval: true })]);
  await quiet(world);
  expect(await asked(world)).toEqual(['deploy: waits for approval; coord approve deploy']);
  expect(await state(world, 'deploy')).toMatchObject({ state: 'BLOCKED', approval: 'awaited' });
  world.orders([run('deploy', { approval: true, approved: true })]);
  await quiet(world);
  world.orders([run('deploy', { approval: true, approved: true, generation: 2 })]);
  await quiet(world);
  expect(starts(world)).toEqual(['1: deploy 1.1', '1: deploy 2.1']);
  expect(await asked(world)).toEqual([]);
});

describe('O4: a person says what became of a run that was lost with its machine', () => {
  /** The machine that took it is gone for the other one, which sees `ship` wait. */
  async function lost(
    assign: number | number[] = [2, 1],
  ): Promise<{ world: World; gone: SimMachine; left: SimMachine; orders(resolved?: object): void }> {
    const world = await createFleet(2);
    const [left, gone] = world.machines;
    world.script('job', () => ({ ms: 1_000_000, exitCode: 7 }));
    const orders = (resolved?: object) =>
      world.orders([run('job', { assign, ...(resolved === undefined ? {} : { resolved }) }), run('ship', { after: ['job'] })]);
    orders();
    await live(world, 3, [gone, left]);
    expect(starts(world)).toEqual(['2: job 1.1']);
    await live(world, 600, [left]);
    return { world, gone, left, orders };
  }

  test('asked for with both commands; COMPLETED lets others go on; not run again; a real result replaces it', async () => {
    const { world, gone, left, orders } = await lost();
    expect(await state(world, 'job')).toMatchObject({ state: 'FAILED', reason: 'lost with 2 m2; it may have run' });
    expect(await asked(world)).toContain(
      'job: failed: lost with 2 m2; it may have run; to run it again: coord retry job; if you know how it ended: coord order resolve job',
    );
    expect(await state(world, 'ship')).toMatchObject({ state: 'BLOCKED', reason: 'job failed; coord retry job' });
    orders({ generation: 1, as: 'completed', note: 'the site is up' });
    await live(world, 5, [left]);
    expect(await state(world, 'job')).toMatchObject({ state: 'COMPLETED', reason: 'resolved by a person: the site is up' });
    expect(await asked(world)).toEqual([]);
    expect(starts(world)).toContain('1: ship 1.1');
    await live(world, 500, [gone, left]);
    expect(await state(world, 'job')).toMatchObject({ state: 'FAILED', exitCode: 7 });
    expect(starts(world).filter((it) => it.includes('job'))).toEqual(['2: job 1.1']);
  });

  test('FAILED; a machine that comes back and knows no more than it was interrupted changes nothing', async () => {
    const { world, gone, left, orders } = await lost();
    orders({ generation: 1, as: 'failed' });
    // It is on the board with the next beat.
    await live(world, 90, [left]);
    expect(await state(world, 'job')).toMatchObject({ state: 'FAILED', reason: 'resolved by a person' });
    world.reboot(gone);
    await live(world, 5, [gone, left]);
    expect(await state(world, 'job')).toMatchObject({ state: 'FAILED', reason: 'resolved by a person' });
    expect(starts(world)).toEqual(['2: job 1.1']);
  });

  test('O4b an order for one machine that is lost in the midst: the word stands until the run shows itself', async () => {
    const { world, gone, left, orders } = await lost(2);
    expect(await state(world, 'job')).toMatchObject({ state: 'IN_PROGRESS', machine: 2 });
    expect(await state(world, 'ship')).toMatchObject({ state: 'BLOCKED', reason: 'waits for job' });
    orders({ generation: 1, as: 'completed' });
    await live(world, 90, [left]);
    expect(await state(world, 'job')).toMatchObject({ state: 'COMPLETED', reason: 'resolved by a person' });
    expect(starts(world)).toEqual(['1: ship 1.1', '2: job 1.1']);
    await live(world, 5, [gone, left]);
    expect(await state(world, 'job')).toMatchObject({ state: 'IN_PROGRESS' });
    await live(world, 500, [gone, left]);
    expect(await state(world, 'job')).toMatchObject({ state: 'FAILED', exitCode: 7 });
    expect(starts(world).filter((it) => it.includes('job'))).toEqual(['2: job 1.1']);
  });

  test('of another generation it says nothing', async () => {
    const { world, left, orders } = await lost();
    orders({ generation: 2, as: 'completed' });
    await live(world, 90, [left]);
    expect(await state(world, 'job')).toMatchObject({ state: 'FAILED', reason: 'lost with 2 m2; it may have run' });
  });

  test('S3 a claim that was never started is not started after the word', async () => {
    const world = await createFleet(2);
    const [left, gone] = world.machines;
    world.orders([run('job', { assign: [2, 1] })]);
    await gone.cycle();
    expect(claims(world)).toHaveLength(1);
    await live(world, 600, [left]);
    expect(await state(world, 'job')).toMatchObject({ state: 'FAILED', reason: 'lost with 2 m2; it may have run' });
    world.orders([run('job', { assign: [2, 1], resolved: { generation: 1, as: 'completed' } })]);
    await live(world, 40, [gone, left]);
    await quiet(world);
    expect(starts(world)).toEqual([]);
    expect(claims(world)).toEqual([]);
    expect(await state(world, 'job')).toMatchObject({ state: 'COMPLETED', reason: 'resolved by a person' });
  });
});
