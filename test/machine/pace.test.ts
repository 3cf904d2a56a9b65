// The real cycle behind a daemon's gate: what is held back is neither lost nor said twice, and a lease is kept (H2, H3, O5).
import { describe, expect, test } from 'vitest';
import { createPacer } from '../../src/machine/pace/pacer.ts';
import { type Daemon, daemon, live, turn } from './daemons.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const MINUTE_MS = 60_000;

const listed = (count: number, change: object = {}) =>
  Array.from({ length: count }, (_, index) => ({ id: `o${index}`, assign: 1, run: 'true', ...change }));

const resultsOf = async (world: World, machine: number) => (await world.text(`results/${machine}.json`)) ?? '';

describe('H2: a push that is held back', () => {
  test('H2 nothing is lost and nothing is done twice', async () => {
    const world = await createFleet(3);
    const [one] = world.machines;
    const it = daemon(world, one);
    world.person({ 'fleet.yaml': 'pushes_per_minute: 1\n' });
    const before = one.calls.push;
    listed(8).forEach(({ id }) => void world.script(id, () => ({ ms: 2000, exitCode: 0 })));
    world.orders(listed(8));
    let held = 0;
    for (let second = 0; second < 30; second += 1) {
      world.pass(1000);
      if ((await turn(world, it)) !== null) held += 1;
    }
    expect(held).toBeGreaterThan(10);
    expect(one.calls.push - before).toBeLessThanOrEqual(3);
    expect(one.state().ended.length).toBe(8);
    await live(world, [it], 10 * MINUTE_MS);
    const { orders } = await world.status();
    expect(Object.values(orders).map(({ state }) => state)).toEqual(Array(8).fill('COMPLETED'));
    expect(one.runner.starts).toHaveLength(8);
  });

  test('H2 it is said as soon as the named wait is over; a process that dies meanwhile loses nothing', async () => {
    const world = await createFleet(3);
    const [one] = world.machines;
    world.person({ 'fleet.yaml': 'pushes_per_minute: 1\n' });
    let it = daemon(world, one);
    let heldForMs: number | null = null;
    listed(8).forEach(({ id }) => void world.script(id, () => ({ ms: 2000, exitCode: 0 })));
    for (let count = 1; heldForMs === null && count < 9; count += 1) {
      world.orders(listed(count));
      await turn(world, it);
      world.pass(3000);
      heldForMs = await turn(world, it);
    }
    expect(heldForMs).not.toBeNull();
    const unsaid = one.state().ended.at(-1)?.order ?? '';
    expect(await resultsOf(world, 1)).not.toContain(`"${unsaid}"`);
    one.restart();
    const pushes = one.calls.push;
    world.pass(heldForMs ?? 0);
    expect(await turn(world, it)).toBeNull();
    expect(one.calls.push).toBe(pushes + 1);
    expect(await resultsOf(world, 1)).toContain(`"${unsaid}"`);
    // And a daemon that was started anew has nothing more to say.
    it = daemon(world, one);
    await turn(world, it);
    expect(one.calls.push).toBe(pushes + 1);
  });

  test('H2 a one-shot sync never waits', async () => {
    const world = await createFleet(3);
    const [one] = world.machines;
    for (let count = 1; count <= 8; count += 1) {
      world.orders(listed(count));
      expect((await one.cycle()).push?.lane).toBe('accepted');
    }
  });

  test('H2 ten saves and ten results in a minute go at once; pushes of other processes here count too', async () => {
    const world = await createFleet(3);
    const [one, two] = world.machines;
    const both = [daemon(world, one), daemon(world, two)];
    await live(world, both, 10 * MINUTE_MS);
    for (let save = 1; save <= 5; save += 1) {
      await one.edit({ kind: 'add', order: { id: `save-${save}`, assign: 2, run: 'true' } });
      for (const it of both) expect(await turn(world, it)).toBeNull();
      expect((await world.status()).orders[`save-${save}`]).toMatchObject({ state: 'COMPLETED' });
      world.pass(12_000);
    }
    // Syncs from the command line: they wait for nothing, and the daemon's next word waits for them.
    for (let save = 6; save <= 20; save += 1) {
      await one.edit({ kind: 'add', order: { id: `save-${save}`, assign: 3, run: 'true' } });
      expect((await one.cycle()).push?.lane).toBe('accepted');
    }
    await one.edit({ kind: 'add', order: { id: 'last', assign: 3, run: 'true' } });
    expect(await turn(world, both[0] as Daemon)).toBeGreaterThan(0);
    // So it does of a daemon that has just been started.
    expect(await turn(world, daemon(world, one))).toBeGreaterThan(0);
    await live(world, both, 2 * MINUTE_MS);
    expect((await world.status()).orders.last).toMatchObject({ state: 'QUEUED' });
  });

  test('H2 a person’s edit, an urgent message and a claim go at once where a beat waits for its turn', async () => {
    const world = await createFleet(3);
    const [, , three] = world.machines;
    const it = daemon(world, three);
    await live(world, [it], 10 * MINUTE_MS);
    // Machine 1's turn: not this one's.
    world.pass(MINUTE_MS - (world.now() % MINUTE_MS));
    await turn(world, it);
    await three.edit({ kind: 'add', order: { id: 'a', assign: 1, run: 'true' } });
    expect(await turn(world, it)).toBeNull();
    expect(three.disk.outbox).toHaveLength(0);
  });

  test('H2 an edit that nobody waits for goes in turn, and with whatever goes before that', async () => {
    const world = await createFleet(3);
    const [, , three] = world.machines;
    const it = daemon(world, three);
    world.orders([{ id: 'a', assign: 3, run: 'true' }]);
    await live(world, [it], 10 * MINUTE_MS);
    // Machine 1's turn: not this one's.
    world.pass(MINUTE_MS - (world.now() % MINUTE_MS));
    await turn(world, it);
    await three.edit({ kind: 'remove', id: 'a' }, { canWait: true });
    expect(await turn(world, it)).toBeGreaterThan(0);
    expect(three.disk.outbox).toHaveLength(1);
    await three.edit({ kind: 'add', order: { id: 'b', assign: 1, run: 'true' } });
    expect(await turn(world, it)).toBeNull();
    expect(three.disk.outbox).toHaveLength(0);
    expect(Object.keys((await world.status()).orders)).toEqual(['b']);
    await three.edit({ kind: 'remove', id: 'b' }, { canWait: true });
    await live(world, [it], 2 * MINUTE_MS);
    expect((await world.status()).orders).toEqual({});
  });
});

test('H2 C4 what only a person can move is said at once, like a result: who placed it waits for that', async () => {
  const world = await createFleet(3);
  const [one, , three] = world.machines;
  const it = daemon(world, three);
  await live(world, [it], 10 * MINUTE_MS);
  three.settings.blocked.set('a', 'not allowed on m3');
  // Machine 1's turn: not this one's.
  world.pass(MINUTE_MS - (world.now() % MINUTE_MS));
  await one.edit({ kind: 'add', order: { id: 'a', assign: 3, run: 'true' } });
  await one.cycle();
  it.mayRecall = false;
  expect(await turn(world, it)).toBeNull();
  expect((await world.status()).orders.a).toMatchObject({ state: 'BLOCKED', reason: 'not allowed on m3' });
  // What has been said is nothing new.
  const before = three.calls.push;
  await live(world, [it], 30_000);
  expect(three.calls.push - before).toBeLessThanOrEqual(1);
});

describe('O4: after an outage of the hub', () => {
  test('O4 H3 all are back within two minutes, and nobody is called lost meanwhile', async () => {
    const world = await createFleet(3);
    const daemons = world.machines.map((machine) => daemon(world, machine));
    world.script('long', () => ({ ms: 3_600_000, exitCode: 0 }));
    world.orders([{ id: 'long', assign: 2, run: 'true' }]);
    await live(world, daemons, 5 * MINUTE_MS);
    const cut = (is: boolean) => {
      for (const { line } of world.machines) line.offline = is;
    };
    cut(true);
    await live(world, daemons, 10 * MINUTE_MS);
    cut(false);
    const pushes = world.machines.map(({ calls }) => calls.push);
    const offline: string[] = [];
    for (let second = 0; second < 120; second += 5) {
      world.pass(5000);
      await live(world, daemons, 0);
      const { machines, needsYou } = await world.status();
      for (const [machine, { state }] of Object.entries(machines)) if (state === 'OFFLINE') offline.push(machine);
      expect(needsYou).toEqual([]);
    }
    expect(offline).toEqual([]);
    await live(world, daemons, 2 * MINUTE_MS);
    for (const [at, machine] of world.machines.entries()) expect(machine.calls.push).toBeGreaterThan(pushes[at] ?? 0);
    // Who is really gone is found out all the same.
    await live(world, daemons.slice(0, 2), 4 * MINUTE_MS);
    expect((await world.status()).machines['3']?.state).toBe('OFFLINE');
  });
});

describe('O5: leases behind a gate', () => {
  test('O5 a run that could be taken over lives on while its fleet is made to beat more seldom', async () => {
    const world = await createFleet(3);
    const [one] = world.machines;
    const it = daemon(world, one);
    world.script('train', () => ({ ms: 45 * MINUTE_MS, exitCode: 0 }));
    world.orders([{ id: 'train', assign: [1], run: 'true', attempts: 3 }]);
    await live(world, [it], MINUTE_MS);
    expect(one.runner.runningNow()).toEqual(['train']);
    world.person({ 'fleet.yaml': 'heartbeat: 1h\n' });
    const before = one.calls.push;
    await live(world, [it], 60 * MINUTE_MS);
    expect((await world.status()).orders.train).toMatchObject({ state: 'COMPLETED', attempt: 1 });
    expect(one.calls.push - before).toBeLessThan(60);
  });
});

describe('H2: daemons among themselves, and beside cron', () => {
  test.each([
    ['', 60],
    ['heartbeat: 90s\n', 40],
  ])('H2 who beats every heartbeat publishes exactly the setting (%j)', async (settings, beats) => {
    const world = await createFleet(3);
    if (settings !== '') world.person({ 'fleet.yaml': settings });
    const daemons = world.machines.map((machine) => daemon(world, machine));
    await live(world, daemons, 30 * MINUTE_MS);
    const before = world.machines.map(({ calls }) => calls.push);
    await live(world, daemons, 60 * MINUTE_MS);
    for (const [index, { calls }] of world.machines.entries()) {
      expect(calls.push - (before[index] ?? 0)).toBe(beats);
      const document = await world.text(`COMPUTER_${index + 1}.md`, `refs/coord/machines/${index + 1}`);
      expect(document).toContain(settings === '' ? 'heartbeat: 1m\n' : 'heartbeat: 1m30s\n');
    }
  });

  test('S6 daemons and cron come to the same result', async () => {
    const states = async (daemonsOf: (world: World) => readonly SimMachine[]) => {
      const world = await createFleet(3);
      const daemons = daemonsOf(world).map((machine) => daemon(world, machine));
      const cron = world.machines.filter((machine) => daemons.every((one) => one.machine !== machine));
      world.script('bad', () => ({ ms: 10, exitCode: 3 }));
      world.orders([
        { id: 'own', assign: 2, run: 'true' },
        { id: 'any', assign: 'any', run: 'true', attempts: 2 },
        { id: 'all', assign: 'all', run: 'true' },
        { id: 'bad', assign: 3, run: 'false', attempts: 2 },
        { id: 'after', assign: 1, run: 'true', after: ['any', 'own'] },
      ]);
      await live(world, daemons, 20 * MINUTE_MS, cron);
      const { orders } = await world.status();
      expect(world.machines.flatMap(({ runner }) => runner.overlaps)).toEqual([]);
      return Object.entries(orders).map(([id, { state, attempt }]) => [id, state, attempt]);
    };
    const byCron = await states(() => []);
    expect(byCron).toContainEqual(['after', 'COMPLETED', 1]);
    expect(await states((world) => world.machines)).toEqual(byCron);
    expect(await states((world) => world.machines.slice(1))).toEqual(byCron);
  });

  test('F3, O4 daemons that look seldom do not take each other for lost: in a quiet night main stands still', async () => {
    const world = await createFleet(3);
    const daemons = world.machines.map((machine) => daemon(world, machine));
    await live(world, daemons, 20 * MINUTE_MS);
    const main = world.hub.refs.get('refs/heads/main');
    await live(world, daemons, 3 * 60 * MINUTE_MS);
    expect(world.hub.refs.get('refs/heads/main')).toBe(main);
  });

  test('C3 a daemon that has nothing to say comes to rest', async () => {
    const world = await createFleet(3);
    await quiet(world);
    const it = daemon(world, world.machines[0]);
    const { fetch } = world.machines[0]?.calls ?? { fetch: 0 };
    await live(world, [it], 3 * 60 * MINUTE_MS);
    const fetched = (world.machines[0]?.calls.fetch ?? 0) - fetch;
    expect(fetched).toBeLessThan(100);
    expect(fetched).toBeGreaterThan(36);
  });
});

test('C9, H3 after a sync by another process the next look comes soon: what that began is not known here', async () => {
  const world = await createFleet(1);
  const [machine] = world.machines;
  const pacer = createPacer(machine.machine().clock, { fraction: () => 0.5 });
  await machine.cycle({ dryRun: false, gate: pacer.gate });
  pacer.next({ isWaitedFor: false, isTold: false });
  world.pass(2 * 3_600_000);
  expect(pacer.next({ isWaitedFor: false, isTold: false }).inMs).toBeLessThanOrEqual(15_000);
});

test('H3 while somebody waits here a daemon looks every 15 s, and at its own pace again afterwards', async () => {
  const world = await createFleet(1);
  const [machine] = world.machines;
  await quiet(world);
  const pacer = createPacer(machine.machine().clock, { fraction: () => 0.5 });
  const lookInMs = async (isWaitedFor: boolean) => {
    await machine.cycle({ dryRun: false, gate: pacer.gate });
    return pacer.next({ isWaitedFor, isTold: false }).inMs;
  };
  await lookInMs(false);
  world.pass(5_000);
  for (let look = 0; look < 30; look += 1) {
    expect(await lookInMs(true)).toBeLessThanOrEqual(15_000);
    world.pass(15_000);
  }
  // What is due besides comes at its own times.
  const after = [await lookInMs(false)];
  world.pass(60_000);
  after.push(await lookInMs(false));
  expect(Math.max(...after)).toBeGreaterThan(15_000);
});

test('H3.5 a schedule’s minute that falls into a push is begun right after it', async () => {
  const world = await createFleet(1);
  const [machine] = world.machines;
  const it = daemon(world, machine);
  const nightly = { id: 'nightly', assign: 1, run: 'true', schedule: '0 0 * * *' };
  world.orders([nightly]);
  await live(world, [it], 110 * MINUTE_MS);
  world.pass(120 * MINUTE_MS - 1000 - world.now());
  world.orders([nightly, { id: 'a', assign: 9, run: 'true' }]);
  machine.line.beforePush = async () => {
    machine.line.beforePush = null;
    world.pass(3000);
  };
  it.mayRecall = false;
  await turn(world, it);
  expect(world.now()).toBe(120 * MINUTE_MS + 2000);
  expect(machine.runner.starts).toEqual([]);
  await live(world, [it], 1000);
  expect(machine.runner.starts).toMatchObject([{ order: 'nightly@20261121T0000Z' }]);
});

test('H2 a turn shorter than a cycle is not missed: what was told to wait for it goes, seconds later', async () => {
  const world = await createFleet(3);
  world.person({ 'fleet.yaml': 'pushes_per_minute: 600\n' });
  const [machine] = world.machines;
  const { gate } = createPacer(machine.machine().clock, { fraction: () => 0.5 });
  const { seen, state } = await machine.cycle({ dryRun: false, gate });
  if (seen === null) throw new Error('nothing was seen');
  const ask = () => gate.waitMs(seen.snapshot, state, 'patient');
  world.pass(600_000);
  if (ask() === 0) world.pass(3000);
  const waitMs = ask();
  expect(waitMs).toBeGreaterThan(0);
  world.pass(waitMs + 3000);
  expect(ask()).toBe(0);
  // One that comes very late waits for the next turn like everybody.
  world.pass(600_000);
  if (ask() === 0) world.pass(3000);
  world.pass(ask() + 3_600_000 + 3000);
  expect(ask()).toBeGreaterThan(0);
});
