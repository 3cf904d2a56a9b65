import { describe, expect, test } from 'vitest';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const run = (id: string, more: object = {}) => ({ id, assign: 1, run: 'true', ...more });

/** A cycle in which everything happens: exits, starts, a stop, a lost edit, edits that go, a push. */
async function busy(): Promise<{ world: World; machine: SimMachine }> {
  const world = await createFleet(2);
  const machine = world.machines[0];
  machine.settings.self = { ...machine.settings.self, policy: { ...machine.settings.self.policy, slots: 3 } };
  world.script('long', () => ({ ms: Number.POSITIVE_INFINITY, exitCode: 0 }));
  world.script('ends', () => ({ ms: 5000, exitCode: 0 }));
  world.orders([run('long'), run('ends')]);
  await quiet(world);
  world.pass(5000);
  world.orders([run('long', { cancelled: true }), run('ends'), run('new'), run('tried', { attempts: 2 })]);
  world.script('tried', (attempt) => ({ ms: 10, exitCode: attempt === 1 ? 1 : 0 }));
  await machine.edit({ kind: 'add', order: { id: 'added', assign: 1, run: 'true' } });
  await machine.edit({ kind: 'set', id: 'nowhere', field: 'priority', value: 'high' });
  return { world, machine };
}

async function stepsOfBusyCycle(): Promise<string[]> {
  const { world, machine } = await busy();
  world.steps.length = 0;
  await machine.cycle();
  return world.steps.map((step) => step.split(' ')[1] ?? '');
}

const steps = await stepsOfBusyCycle();

describe('C2: killed anywhere, nothing is lost and nothing runs twice', () => {
  test('C2 the busy cycle comes by every step', () => {
    expect([...new Set(steps)].sort()).toEqual([
      'composed',
      'edits-reported',
      'edits-settled',
      'exits-journaled',
      'exits-seen',
      'fetched',
      'leases-renewed',
      'loaded',
      'observed',
      'outcome-journaled',
      'performed',
      'push-journaled',
      'pushed',
      'run-discarded',
      'start-journaled',
      'started',
      'stop-asked',
      'stop-journaled',
      'written',
    ]);
  });

  test('O9 killed between journaling an end and discarding: its folder and environment go next cycle', async () => {
    const world = await createFleet(1);
    const [machine] = world.machines;
    world.script('a', () => ({ ms: 60_000, exitCode: 0 }));
    world.orders([{ id: 'a', assign: 1, run: 'true' }]);
    await machine.cycle();
    const keys = machine.state().active.map(({ key }) => key);
    expect(keys).toHaveLength(1);
    world.pass(60_000);
    expect(await machine.killedCycle((step) => step === 'exits-journaled')).toBe(true);
    expect([machine.state().active, machine.runner.discarded]).toEqual([[], []]);
    await machine.cycle();
    expect(machine.runner.discarded).toEqual(keys);
  });

  test('O9 killed between two discards, and offline: both folders go; an idle cycle looks at no ended run', async () => {
    const world = await createFleet(1, 2);
    const [machine] = world.machines;
    for (const id of ['a', 'b']) world.script(id, () => ({ ms: 60_000, exitCode: 0 }));
    world.orders(['a', 'b'].map((id) => ({ id, assign: 1, run: 'true' })));
    await machine.cycle();
    const keys = machine.state().active.map(({ key }) => key);
    expect(keys).toHaveLength(2);
    world.pass(60_000);
    machine.line.offline = true;
    expect(await machine.killedCycle((step) => step === 'run-discarded')).toBe(true);
    expect(machine.runner.discarded).toEqual(keys.slice(0, 1));
    await machine.cycle();
    expect(new Set(machine.runner.discarded)).toEqual(new Set(keys));
    const { length } = machine.runner.discarded;
    await machine.cycle();
    expect(machine.runner.discarded).toHaveLength(length);
    expect(machine.state().undiscarded).toEqual([]);
  });

  test.each(steps.map((step, index) => [index + 1, step] as const))('C2 killed at step %i, %s', async (count) => {
    const { world, machine } = await busy();
    let passed = 0;
    expect(await machine.killedCycle(() => ++passed === count)).toBe(true);
    for (const ms of [1000, 10_000]) {
      world.pass(ms);
      await quiet(world);
    }
    const starts = machine.runner.starts.map((it) => `${it.order} ${it.generation}.${it.attempt}`);
    expect([...starts].sort()).toEqual(['added 1.1', 'ends 1.1', 'long 1.1', 'new 1.1', 'tried 1.1', 'tried 1.2']);
    const status = await world.status();
    expect(Object.entries(status.orders).map(([id, it]) => `${id} ${it.state}`)).toEqual([
      'long CANCELLED',
      'ends COMPLETED',
      'new COMPLETED',
      'tried COMPLETED',
      'added COMPLETED',
    ]);
    expect(await machine.journal.intentions()).toEqual([]);
    expect(machine.state().lostEdits.map((it) => it.reason)).toEqual(['there is no order "nowhere"']);
    expect(machine.state()).toMatchObject({ active: [], duplicate: null, tried: null });
    expect(machine.runner.runningNow()).toEqual([]);
  });

  test.each(steps.map((step, index) => [index + 1, step] as const))('C2 the power fails at step %i, %s', async (count) => {
    const { world, machine } = await busy();
    let passed = 0;
    await machine.killedCycle(() => ++passed === count);
    world.reboot(machine);
    for (const ms of [1000, 10_000]) {
      world.pass(ms);
      await quiet(world);
    }
    const starts = machine.runner.starts.map((it) => `${it.order} ${it.generation}.${it.attempt}`);
    expect([...new Set(starts)]).toHaveLength(starts.length);
    const { orders } = await world.status();
    // What was under way is FAILED with attempts 1, and not run again in silence (O9); what was told to stop is CANCELLED.
    for (const id of ['new', 'added']) expect(['COMPLETED', 'FAILED']).toContain(orders[id]?.state);
    expect(orders.tried?.state).toMatch(/COMPLETED|FAILED/);
    expect(orders.long?.state).toMatch(/CANCELLED|FAILED/);
    for (const order of Object.values(orders)) if (order.state === 'FAILED') expect(order.reason).toBe('interrupted');
  });
});

test('O9 a run that ended before it could be told to stop keeps its result', async () => {
  const world = await createFleet(1);
  const machine = world.machines[0];
  world.script('a', () => ({ ms: 5000, exitCode: 0 }));
  world.orders([run('a')]);
  await machine.cycle();
  world.pass(4999);
  world.orders([run('a', { cancelled: true })]);
  await quiet(world);
  expect((await world.status()).orders.a).toMatchObject({ state: 'COMPLETED' });
});

test('O8 removed while it runs, then added again: it does not run, and says that it has run before', async () => {
  const world = await createFleet(1);
  const machine = world.machines[0];
  world.script('a', () => ({ ms: Number.POSITIVE_INFINITY, exitCode: 0 }));
  world.orders([run('a')]);
  await machine.cycle();
  world.orders([]);
  await quiet(world);
  expect((await world.status()).orders).toEqual({});
  world.orders([run('a')]);
  world.pass(60_000);
  await quiet(world);
  expect((await world.status()).orders.a).toMatchObject({
    state: 'BLOCKED',
    reason: expect.stringContaining('a has run before (CANCELLED on 1'),
  });
  expect(machine.runner.starts).toHaveLength(1);
});

test('O8 a raised generation stops the older run, waits for its end, and then starts', async () => {
  const world = await createFleet(1);
  const machine = world.machines[0];
  world.script('a', (_, generation) => ({ ms: generation === 1 ? Number.POSITIVE_INFINITY : 10, exitCode: 0 }));
  world.orders([run('a')]);
  await machine.cycle();
  world.orders([run('a', { generation: 2 })]);
  await quiet(world);
  expect(machine.runner.starts.map((it) => [it.generation, it.atMs])).toEqual([
    [1, 240_000],
    [2, expect.any(Number)],
  ]);
  expect(machine.state().ended.map((it) => `${it.generation} ${it.state}`)).toEqual(['1 CANCELLED', '2 COMPLETED']);
  expect((await world.status()).orders.a).toMatchObject({ state: 'COMPLETED', generation: 2 });
});

test('O8 a raised generation that moved to another machine waits for the older run', async () => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  world.script('a', (_, generation) => ({ ms: generation === 1 ? Number.POSITIVE_INFINITY : 10, exitCode: 0 }));
  world.orders([run('a')]);
  await one.cycle();
  world.orders([run('a', { generation: 2, assign: 2 })]);
  await two.cycle();
  await two.cycle();
  expect(two.runner.starts).toEqual([]);
  expect((await world.status()).orders.a).toMatchObject({
    state: 'ASSIGNED',
    reason: 'waits until generation 1 has ended on 1 m1',
  });
  await one.cycle();
  await two.cycle();
  expect(two.runner.starts).toHaveLength(1);
});

test('S3 moved after it started: it does not start elsewhere', async () => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  world.script('a', () => ({ ms: 60_000, exitCode: 1 }));
  world.orders([run('a')]);
  await one.cycle();
  world.orders([run('a', { assign: 2 })]);
  await quiet(world);
  world.pass(60_000);
  await quiet(world);
  expect([one.runner.starts.length, two.runner.starts.length]).toEqual([1, 0]);
  expect((await world.status()).orders.a).toMatchObject({ state: 'FAILED', machine: 1 });
});
