// What people write and what becomes of fleets that nobody planned for: orders that nobody can run, names that two machines have, machines
// that left, came alone, went all together, or come back after a year. Each says what is wrong, stops nothing else, and goes on by itself
// once it is mended.
import { describe, expect, test } from 'vitest';
import { mayBeRetried } from '../../src/core/orders/order-end.ts';
import { removeMachine } from '../../src/machine/membership/remove-machine.ts';
import { createFleet, createWorld, NEW_FLEET, quiet, type SimMachine, type World } from './world.ts';

const run = (id: string, more: object = {}) => ({ id, assign: 'any', run: 'true', ...more });
const CLAIMS = 'refs/coord/claims/';
const claims = (world: World) =>
  [...world.hub.refs.keys()].filter((ref) => ref.startsWith(CLAIMS)).map((ref) => ref.slice(CLAIMS.length));
const starts = (world: World) =>
  world.machines
    .flatMap((machine) => machine.runner.starts.map((it) => `${machine.number}: ${it.order} ${it.generation}.${it.attempt}`))
    .sort();
const state = async (world: World, id: string) => (await world.status()).orders[id];
const told = async (world: World) =>
  (await world.status()).faults.map(({ level, line, message }) => `${level} ${line}: ${message}`);

/** Cycles of these machines, one each a step. */
async function live(world: World, steps: number, of: readonly SimMachine[] = world.machines, stepMs = 1000): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    world.pass(stepMs);
    for (const machine of of) await machine.cycle();
  }
}

const FREE = run('free', { assign: 1 });

describe('D4 what can never come is a fault at its place, and other orders go on', () => {
  test.each<[what: string, wrong: object, says: string]>([
    ['31 February', { schedule: '0 3 31 2 *' }, 'a time that comes; this one never comes'],
    ['a line of four fields', { schedule: '0 3 * *' }, 'five cron fields'],
    ['an unknown time zone', { schedule: '0 3 * * *', timezone: 'Mars/Olympus' }, '"timezone" to be a time zone'],
    ['a circle', { after: ['x'] }, 'a circle: x → x'],
    ['a circle over a chain', { run: undefined, after: ['y'], steps: [{ run: 'true' }] }, 'a circle: x.1 → y → x → x.1'],
  ])('%s', async (_, wrong, says) => {
    const world = await createFleet(1);
    const [one] = world.machines;
    const y = run('y', { assign: 1, after: ['x'] });
    world.orders([run('x', { assign: 1, ...wrong }), y, FREE]);
    await quiet(world);
    expect(await told(world)).toEqual([expect.stringMatching(/^fault \d+: /)]);
    expect((await told(world))[0]).toContain(says);
    expect((await world.status()).needsYou[0]).toMatchObject({ document: 'ORDERS.json', why: expect.stringContaining(says) });
    expect(starts(world)).toEqual(['1: free 1.1']);
    expect((await state(world, 'x'))?.state).toBe('BLOCKED');
    world.orders([run('x', { assign: 1 }), y, FREE]);
    await live(world, 5, [one]);
    expect(await told(world)).toEqual([]);
    expect(starts(world)).toEqual(['1: free 1.1', '1: x 1.1', '1: y 1.1']);
  });
});

describe('D4 a slip in typing never acts', () => {
  test('an unknown field keeps its order from starting, here or shared; running and ended ones stay', async () => {
    const world = await createFleet(2, 2);
    const [one] = world.machines;
    world.script('runs', () => ({ ms: 60_000, exitCode: 0 }));
    world.orders([run('ended', { assign: 1 }), run('runs', { assign: 1 })]);
    await one.cycle();
    await one.cycle();
    const slip = { aproval: true };
    world.orders([
      run('ended', { assign: 1, ...slip }),
      run('runs', { assign: 1, ...slip }),
      run('own', { assign: 2, ...slip }),
      run('shared', slip),
      FREE,
    ]);
    await live(world, 40);
    expect(starts(world)).toEqual(['1: ended 1.1', '1: free 1.1', '1: runs 1.1']);
    const { orders, needsYou } = await world.status();
    const reason = 'unknown field "aproval"; did you mean "approval"?';
    expect(orders).toMatchObject({ ended: { state: 'COMPLETED' }, runs: { state: 'IN_PROGRESS' } });
    expect(orders).toMatchObject({ own: { state: 'BLOCKED', reason }, shared: { state: 'BLOCKED', reason } });
    expect(needsYou.filter(({ why }) => why.includes('aproval')).map(({ document }) => document)).toEqual(
      Array(4).fill('ORDERS.json'),
    );
    await live(world, 3, world.machines, 30_000);
    expect((await state(world, 'runs'))?.state).toBe('COMPLETED');
    world.orders([run('own', { assign: 2 }), run('shared', { 'x-note': 1 })]);
    await live(world, 40);
    expect(starts(world).filter((it) => /own|shared/.test(it))).toHaveLength(2);
  });

  test('an unknown setting in fleet.yaml holds what has not started, with its place', async () => {
    const world = await createFleet(1);
    world.person({ 'fleet.yaml': 'lease: 5m\npausd: all\n' });
    world.orders([FREE]);
    await live(world, 3);
    expect(starts(world)).toEqual([]);
    expect((await state(world, 'free'))?.reason).toContain(
      'fleet.yaml line 2 column 8: unknown field "pausd"; did you mean "paused"?',
    );
    world.person({ 'fleet.yaml': 'lease: 5m\nx-pausd: all\n' });
    await live(world, 3);
    expect(starts(world)).toEqual(['1: free 1.1']);
  });

  test.each([
    'paused: { fleet: until tomorrow }',
    'paused: fleet until 2026-11-30',
    'paused: [all, until tomorrow]',
  ])('a fleet that is paused stays so: %s', async (slip) => {
    const world = await createFleet(1);
    world.person({ 'fleet.yaml': 'paused: all\nboard: board\n' });
    await live(world, 3);
    world.person({ 'fleet.yaml': `${slip}\nboard: board\n` });
    world.orders([FREE]);
    await live(world, 3);
    world.person({ 'fleet.yaml': `${slip}\nboard: coord board\nlease: 6 hours\n` });
    const main = world.hub.refs.get('refs/heads/main');
    await live(world, 4, world.machines, 61_000);
    expect(starts(world)).toEqual([]);
    // What is folded goes where it went before.
    expect(world.hub.refs.get('refs/heads/main')).toBe(main);
    const { faults, machines } = await world.status('refs/heads/board');
    expect(machines[1]?.state).toBe('PAUSED');
    expect(faults).toMatchObject([3, 2, 1].map((line) => ({ document: 'fleet.yaml', line, level: 'fault' })));
    world.person({ 'fleet.yaml': 'board: board\n' });
    await live(world, 3);
    expect(starts(world)).toEqual(['1: free 1.1']);
  });
});

describe('O1, O2 an order that nobody can run is BLOCKED with the reason, and starts once somebody can', () => {
  const who = { name: 'pc', tags: ['gpu'], tools: ['claude'] };
  test.each<[what: string, assign: unknown, reason: string]>([
    ['a number that nobody has', 2, 'no machine 2; it starts when one joins'],
    ['a name that nobody has', 'PC', 'no machine named pc; it starts when one joins'],
    ['a list of which nobody is there', ['pc', 7], 'none of pc, 7 is in the fleet; it starts when one joins'],
    ['a tag that nobody has', { tags: ['gpu'] }, 'no machine has gpu; it starts when one joins'],
    ['a tool that nobody has', { tool: 'claude' }, 'no machine has claude; on a machine that has it: coord agent detect'],
    ['a tool and a tag', { tags: ['gpu'], tool: 'claude' }, 'no machine has gpu and claude; it starts when one joins'],
  ])('%s', async (_, assign, reason) => {
    const world = await createFleet(1);
    world.orders([run('x', { assign }), FREE]);
    await quiet(world);
    expect(await state(world, 'x')).toMatchObject({ state: 'BLOCKED', reason });
    expect((await world.status()).needsYou).toEqual([{ code: 'order', order: 'x', why: reason }]);
    const pc = world.addMachine('pc');
    pc.settings.self = { ...pc.settings.self, ...who };
    await pc.join();
    await live(world, 40);
    expect(starts(world)).toEqual(['1: free 1.1', '2: x 1.1']);
    expect(await state(world, 'x')).toMatchObject({ state: 'COMPLETED', machine: 2 });
  });

  test.each<[what: string, assign: unknown]>([
    ['by name', 'pc'],
    ['in a list', ['pc']],
  ])('two machines of one name, %s: BLOCKED naming both; renamed, it starts', async (_, assign) => {
    const world = await createFleet(3);
    const [, two, three] = world.machines;
    for (const machine of [two, three]) machine.settings.self = { ...machine.settings.self, name: 'pc' };
    await live(world, 3);
    world.orders([run('x', { assign }), FREE]);
    await quiet(world);
    expect(await state(world, 'x')).toMatchObject({
      state: 'BLOCKED',
      reason: 'machines 2 and 3 are both named pc; assign by number',
    });
    three.settings.self = { ...three.settings.self, name: 'box' };
    await live(world, 20);
    expect(starts(world)).toEqual(['1: free 1.1', '2: x 1.1']);
  });
});

describe('I4, O2 a claim of a machine that left, and was not started', () => {
  test.each([
    [
      1,
      [],
      {
        state: 'BLOCKED',
        reason:
          'claimed by 2 m2, which is lost; it may have run; to run it again: coord retry x; if you know how it ended: coord order resolve x',
      },
    ],
    [2, ['1: x 1.2'], { state: 'COMPLETED', machine: 1 }],
  ])('attempts %i', async (attempts, started, end) => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    world.orders([run('x', { assign: [2, 1], attempts })]);
    await two.cycle();
    expect(claims(world)).toEqual(['x/1.1']);
    await removeMachine(one.machine(), one.state(), () => 2);
    await live(world, 600, [one]);
    expect(starts(world)).toEqual(started);
    const x = await state(world, 'x');
    expect(x).toMatchObject(end);
    // What the reason names works: coord retry raises the generation.
    expect(x !== undefined && mayBeRetried(x)).toBe(true);
    world.orders([run('x', { assign: [2, 1], attempts, generation: 2 })]);
    await live(world, 40, [one]);
    expect(starts(world)).toEqual([...started, '1: x 2.1']);
  });
});

test('a fleet of one does what is for it, any, all, a list, its tags, again and again, and in a chain', async () => {
  const world = createWorld();
  const one = world.addMachine('solo');
  await one.join(NEW_FLEET);
  one.settings.self = { ...one.settings.self, tags: ['gpu'] };
  const assigns = [1, 'solo', 'any', 'all', ['other', 1], { tags: ['gpu'] }];
  world.orders([
    ...assigns.map((assign, at) => run(`x${at}`, { assign })),
    { id: 'chain', steps: [{ run: 'true' }, { run: 'true' }] },
    run('often', { schedule: '* * * * *' }),
  ]);
  await live(world, 150);
  const { orders, needsYou } = await world.status();
  expect(needsYou).toEqual([]);
  expect(Object.values(orders).map((order) => order.state)).toEqual(Array(10).fill('COMPLETED'));
  expect(starts(world).filter((it) => !it.includes('often'))).toHaveLength(8);
  // That of an occurrence goes with the next push.
  expect(claims(world).filter((it) => !it.startsWith('often'))).toEqual([]);
});

test('O4, S3 all machines gone, and back: what ran is interrupted or carried on; what waited starts, once', async () => {
  const world = await createFleet(3);
  const [one, two, three] = world.machines;
  for (const id of ['own', 'again', 'once']) world.script(id, () => ({ ms: 3_000_000, exitCode: 0 }));
  world.orders([run('own', { assign: 1 }), run('again', { assign: [2, 3], attempts: 2 }), run('once', { assign: [3] })]);
  await live(world, 20);
  expect(starts(world)).toEqual(['1: own 1.1', '2: again 1.1', '3: once 1.1']);
  for (const machine of world.machines) world.reboot(machine);
  world.pass(3 * 86_400_000);
  world.orders([
    run('own', { assign: 1 }),
    run('again', { assign: [2, 3], attempts: 2 }),
    run('once', { assign: [3] }),
    run('new', { assign: 2 }),
  ]);
  for (const id of ['again', 'new']) world.script(id, () => ({ ms: 10, exitCode: 0 }));
  // The first one back is alone for a while.
  await live(world, 60, [one], 10_000);
  expect((await world.status()).machines).toMatchObject({
    1: { state: 'IDLE' },
    2: { state: 'OFFLINE' },
    3: { state: 'OFFLINE' },
  });
  expect(await state(world, 'own')).toMatchObject({ state: 'FAILED', reason: 'interrupted' });
  await live(world, 60, [three, two, one]);
  expect((await world.status()).machines).toMatchObject({ 1: { state: 'IDLE' }, 2: { state: 'IDLE' }, 3: { state: 'IDLE' } });
  expect(await state(world, 'once')).toMatchObject({ state: 'FAILED', reason: 'interrupted' });
  expect(await state(world, 'again')).toMatchObject({ state: 'COMPLETED', attempt: 2 });
  expect(await state(world, 'new')).toMatchObject({ state: 'COMPLETED' });
  expect(starts(world)).toHaveLength(5);
});

test('O8, O12 a machine back after a year: nothing twice, nothing taken back; a schedule has one late run', async () => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  // Its people keep what has ended on the list (D11).
  world.person({ 'fleet.yaml': 'keep: 3650d\n' });
  world.script('long', () => ({ ms: 86_400_000, exitCode: 0 }));
  const done = run('done', { assign: 2 });
  const nightly = run('nightly', { assign: 2, schedule: '0 3 * * *' });
  world.orders([done, run('gone', { assign: 2 }), run('long', { assign: 2 }), nightly]);
  await live(world, 10);
  expect(starts(world)).toEqual(['2: done 1.1', '2: gone 1.1', '2: long 1.1']);
  // It is off from now on; the others live on, and people too.
  world.reboot(two);
  world.orders([done, nightly, run('raised', { assign: 2 }), run('cancelled', { assign: 2, cancelled: true }), run('other')]);
  await live(world, 366, [one], 86_400_000);
  expect((await world.status()).machines['2']).toMatchObject({ state: 'OFFLINE' });
  expect(await state(world, 'other')).toMatchObject({ state: 'COMPLETED', machine: 1 });
  world.orders([
    done,
    run('gone', { assign: 2 }),
    nightly,
    run('raised', { assign: 2, generation: 3 }),
    run('cancelled', { assign: 2, cancelled: true }),
    run('other'),
  ]);
  await live(world, 30);
  const night = starts(world).filter((it) => it.includes('nightly'));
  expect(night).toHaveLength(1);
  expect(starts(world).filter((it) => !it.includes('nightly'))).toEqual([
    '1: other 1.1',
    '2: done 1.1',
    '2: gone 1.1',
    '2: long 1.1',
    '2: raised 3.1',
  ]);
  expect((await world.status()).machines['2']).toMatchObject({ state: 'IDLE' });
  expect(await state(world, 'gone')).toMatchObject({ state: 'COMPLETED' });
  expect((await world.status()).needsYou).toEqual([]);
});
