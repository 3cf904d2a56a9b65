import { describe, expect, test } from 'vitest';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const run = (id: string, more: object = {}) => ({ id, assign: 1, run: 'true', ...more });

async function single(slots = 1): Promise<{ world: World; machine: SimMachine }> {
  const world = await createFleet(1);
  const machine = world.machines[0];
  machine.settings.self = { ...machine.settings.self, policy: { ...machine.settings.self.policy, slots } };
  await quiet(world);
  return { world, machine };
}

const started = (machine: SimMachine) => machine.runner.starts.map((it) => it.order);

describe('perform', () => {
  test('H2 quick runs end in the cycle that started them: one push', async () => {
    const { world, machine } = await single();
    world.orders(['a', 'b', 'c'].map((id) => run(id)));
    const before = machine.calls.push;
    const outcome = await machine.cycle();
    expect(outcome.started).toEqual(['a', 'b', 'c']);
    expect(outcome.finished.map((it) => it.order)).toEqual(['a', 'b', 'c']);
    expect(machine.calls.push - before).toBe(1);
  });

  test('H2 a long run is waited for no longer than 1.5 s', async () => {
    const { world, machine } = await single();
    world.script('long', () => ({ ms: 1e9, exitCode: 0 }));
    world.orders([run('long')]);
    const before = world.now();
    expect(await machine.cycle()).toMatchObject({ started: ['long'], finished: [] });
    expect(world.now() - before).toBe(1500);
  });

  test('a run that was there before is not waited for', async () => {
    const { world, machine } = await single(2);
    world.script('long', () => ({ ms: 1e9, exitCode: 0 }));
    world.orders([run('long')]);
    await machine.cycle();
    const [before, waits] = [world.now(), machine.runner.waits];
    await machine.cycle();
    expect([world.now(), machine.runner.waits]).toEqual([before, waits]);
    world.orders([run('long'), run('quick')]);
    await machine.cycle();
    expect(world.now() - before).toBe(10);
  });

  test('what is due and did not fit into the cycle starts next', async () => {
    const { world, machine } = await single();
    for (const id of ['a', 'b', 'c']) world.script(id, () => ({ ms: 1000, exitCode: 0 }));
    world.orders(['a', 'b', 'c'].map((id) => run(id)));
    const outcome = await machine.cycle();
    expect(outcome.started).toEqual(['a', 'b']);
    expect(outcome.waiting.map((it) => `${it.order} ${it.reason}`)).toEqual(['c waits for a free slot']);
    world.pass(1000);
    await quiet(world);
    expect(started(machine)).toEqual(['a', 'b', 'c']);
  });

  test('O10 what finds no place here is BLOCKED, starves nobody, and starts once it can', async () => {
    const { world, machine } = await single();
    machine.settings.blocked.set('a', 'no such folder');
    world.orders([run('a', { priority: 'urgent' }), run('b'), run('c')]);
    await quiet(world);
    expect(started(machine)).toEqual(['b', 'c']);
    expect((await world.status()).orders.a).toMatchObject({ state: 'BLOCKED', reason: 'no such folder' });
    machine.settings.blocked.clear();
    await quiet(world);
    expect(started(machine)).toEqual(['b', 'c', 'a']);
  });

  test('O10 many that find no place: each is placed once a round, and the last one starts', async () => {
    const { world, machine } = await single();
    for (let index = 0; index < 50; index += 1) machine.settings.blocked.set(`x${index}`, 'no such folder');
    world.orders([...Array.from({ length: 50 }, (_, index) => run(`x${index}`)), run('last')]);
    const outcome = await machine.cycle();
    expect(outcome.started).toEqual(['last']);
    expect(outcome.waiting).toHaveLength(50);
  });

  test.each([
    'void',
    'throws',
  ] as const)('O9 a runner that gives every start up (%s) does not make the cycle spin, nor keep other words back', async (broken) => {
    const { world, machine } = await single();
    world.orders([run('a')]);
    machine.runner.broken = broken;
    const outcome = await machine.cycle();
    expect(outcome.push).toMatchObject({ lane: 'accepted' });
    expect(outcome.waiting).toMatchObject([
      {
        order: 'a',
        state: broken === 'throws' ? 'BLOCKED' : 'ASSIGNED',
        reason: expect.stringContaining('could not be started'),
      },
    ]);
    expect(machine.runner.looks).toBeLessThan(5);
    machine.runner.broken = null;
    world.pass(5_000);
    await quiet(world);
    expect(started(machine)).toEqual(['a']);
    expect((await world.status()).orders.a).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  });

  test('quick failures wait longer each time, and hold up nobody', async () => {
    const { world, machine } = await single();
    world.script('a', () => ({ ms: 0, exitCode: 1 }));
    world.orders([run('a', { attempts: 12 }), run('b')]);
    await quiet(world);
    expect(started(machine)).toEqual(['a', 'b']);
    expect((await world.status()).orders.b).toMatchObject({ state: 'COMPLETED' });
    const waited: number[] = [];
    const pauseMs = (index: number) => Math.min(600_000, 5000 * 2 ** index);
    for (let sinceMs = world.now(); waited.length < 11 && world.now() < 7_200_000; ) {
      world.pass(Math.max(1000, pauseMs(waited.length) / 100));
      const { started: now } = await machine.cycle();
      if (now.length === 0) continue;
      waited.push(world.now() - sinceMs);
      sinceMs = world.now();
    }
    for (const [index, ms] of waited.entries()) expect(ms).toBeLessThanOrEqual(pauseMs(index) * 1.26 + 1000);
    expect(waited.at(-1)).toBeGreaterThan(400_000);
    await quiet(world);
    expect((await world.status()).orders.a).toMatchObject({ state: 'FAILED', attempt: 12 });
  });

  test('a dry run places nothing, starts nothing, says nothing, and tells what it would do', async () => {
    const { world, machine } = await single();
    machine.settings.blocked.set('a', 'no such folder');
    world.orders([run('a', { priority: 'high' }), run('b')]);
    await machine.edit({ kind: 'add', order: { id: 'c', assign: 1, run: 'true' } });
    const before = { ...machine.calls };
    const outcome = await machine.cycle({ dryRun: true });
    expect(outcome).toMatchObject({ started: ['b'], push: null, waiting: [{ order: 'a', reason: 'no such folder' }] });
    expect(machine.calls).toEqual({ ...before, fetch: before.fetch + 1 });
    expect(started(machine)).toEqual([]);
    expect(await machine.journal.intentions()).toHaveLength(1);
    expect(outcome.seen?.composed.why).toBe('documents');
  });
});

describe('S6: offline', () => {
  test('S6 goes on with what it has: starts, ends, and says so later', async () => {
    const { world, machine } = await single();
    world.script('a', () => ({ ms: 5000, exitCode: 0 }));
    world.orders([run('a'), run('b')]);
    machine.settings.blocked.set('b', 'later');
    await machine.cycle();
    machine.line.offline = true;
    machine.settings.blocked.clear();
    world.pass(5000);
    const outcome = await machine.cycle();
    expect(outcome).toMatchObject({ started: ['b'], push: null, trouble: { code: 'NETWORK' } });
    expect(outcome.finished.map((it) => it.order)).toEqual(['a', 'b']);
    const { push, write } = machine.calls;
    machine.restart();
    await machine.cycle();
    expect(machine.calls).toMatchObject({ push, write });
    machine.line.offline = false;
    await quiet(world);
    expect(started(machine)).toEqual(['a', 'b']);
    expect(Object.values((await world.status()).orders).map((it) => it.state)).toEqual(['COMPLETED', 'COMPLETED']);
  });

  test('S6 a machine that never reached the remote has nothing to look at', async () => {
    const world = await createFleet(1);
    const machine = world.addMachine('new');
    machine.disk.state = { ...world.machines[0].state(), machine: 2 };
    machine.line.offline = true;
    expect(await machine.cycle()).toMatchObject({ seen: null, push: null, trouble: { code: 'NETWORK' } });
  });

  test('F2 S6 who is offline calls nobody lost, and is told when it comes back', async () => {
    const world = await createFleet(3);
    const [one, two] = world.machines;
    one.line.offline = true;
    for (let minute = 0; minute < 10; minute += 1) {
      world.pass(60_000);
      for (const machine of world.machines) await machine.cycle();
    }
    expect((await one.cycle()).seen?.composed.board.status.machines['2']?.state).toBe('IDLE');
    expect((await world.status()).machines['1']?.state).toBe('OFFLINE');
    expect(await world.text('COMPUTER_2.md')).toMatch(/^lost_1: /m);
    one.line.offline = false;
    await one.cycle();
    await two.cycle();
    expect((await world.status()).machines['1']?.state).toBe('IDLE');
    expect((await one.cycle()).state.duplicate).toBeNull();
  });
});
