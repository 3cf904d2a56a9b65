// H2, O4, O5: what a machine that is called by the clock publishes as its heartbeat, and what its runs and its observers make of it.
import { expect, test } from 'vitest';
import { createFleet, ORIGIN_MS, type SimMachine, type World } from './world.ts';

const MINUTE_MS = 60_000;

/** As `coord sync` does: cycles of one sync while they say something, three at most (C8). */
async function sync(world: World, machine: SimMachine): Promise<void> {
  const now = { wallMs: 0, monotonicMs: world.now(), boot: `${machine.name}-boot-0` };
  for (let cycle = 0; cycle < 3; cycle += 1) {
    const { push } = await machine.cycle({ dryRun: false, syncedAt: now });
    if (push === null) return;
    world.pass(2000);
  }
}

const heartbeatOf = async (world: World, machine: number) => (await world.status()).machines[machine]?.heartbeat;
const LOST = /lost_/;

test('H2 one sync’s pushes are one sign of life: cron every 5 minutes publishes 5 minutes', async () => {
  const world = await createFleet(1);
  const machine = world.machines[0];
  for (let tick = 1; tick <= 6; tick += 1) {
    world.pass(5 * MINUTE_MS);
    world.orders([1, 2, 3, 4, 5].map((id) => ({ id: `job-${tick}-${id}`, assign: 'any', run: 'true' })));
    const pushes = machine.calls.push;
    await sync(world, machine);
    expect(machine.calls.push - pushes).toBeGreaterThan(1);
  }
  expect(await heartbeatOf(world, 1)).toBe('300s');
});

test('H2 a person who syncs by hand again and again does not make a slow machine a quick one', async () => {
  const world = await createFleet(1);
  const machine = world.machines[0];
  for (let tick = 1; tick <= 5; tick += 1) {
    world.pass(5 * MINUTE_MS);
    await sync(world, machine);
  }
  expect(await heartbeatOf(world, 1)).toBe('300s');
  for (let word = 0; word < 12; word += 1) {
    world.pass(20_000);
    world.orders([{ id: `mine-${word}`, assign: 1, run: 'true' }]);
    await sync(world, machine);
  }
  expect(await heartbeatOf(world, 1)).toBe('300s');
});

test('H2 installed cron is known from the next sync: nobody calls the machine lost, no run is cut off', async () => {
  const world = await createFleet(2);
  const [observer, slow] = world.machines;
  slow.settings.self = { ...slow.settings.self, everyMs: 5 * MINUTE_MS };
  expect((await slow.cycle()).push).not.toBeNull();
  expect(await heartbeatOf(world, 2)).toBe('300s');
  expect((await slow.cycle()).push).toBeNull();
  world.script('deploy', () => ({ ms: 9 * MINUTE_MS, exitCode: 0 }));
  world.orders([{ id: 'deploy', assign: [2], attempts: 2, run: 'true' }]);
  for (let tick = 0; tick < 6; tick += 1) {
    await sync(world, slow);
    for (let look = 0; look < 20; look += 1) {
      world.pass(15_000);
      await observer.cycle();
      expect(await world.text('COMPUTER_1.md')).not.toMatch(LOST);
    }
  }
  expect((await world.status()).orders.deploy).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  expect([observer, slow].flatMap(({ runner }) => runner.starts)).toHaveLength(1);
});

test('O2, O4 a claim takes its lease from the heartbeat that the same push publishes', async () => {
  const world = await createFleet(1);
  const machine = world.machines[0];
  world.person({ 'fleet.yaml': 'heartbeat: 10s\n' });
  for (let beat = 0; beat < 6; beat += 1) {
    world.pass(10_000);
    await machine.cycle();
  }
  // A shorter one waits for a new word, so that beats stay the same tree.
  expect(await heartbeatOf(world, 1)).toBe('60s');
  world.orders([{ id: 'job', assign: 'any', attempts: 2, run: 'true' }]);
  await machine.cycle();
  expect(await heartbeatOf(world, 1)).toBe('10s');
  expect(machine.state().claims).toMatchObject([{ order: 'job', leaseMs: 30_000 }]);
});

test('O4 where a take-over is awaited, the board says until when at most, and it comes before that', async () => {
  const world = await createFleet(2);
  world.person({ 'fleet.yaml': 'lease: 10m\n' });
  world.script('job', () => ({ ms: 3_600_000, exitCode: 0 }));
  world.orders([{ id: 'job', assign: [2, 1], attempts: 2, run: 'true' }]);
  const [one, two] = world.machines;
  for (let cycle = 0; cycle < 3; cycle += 1) for (const machine of [two, one]) await machine.cycle();
  expect(two.runner.starts).toHaveLength(1);
  // The claim keeps its ten minutes, the machine itself is lost after three.
  world.person({ 'fleet.yaml': null });
  const lastSign = world.now();
  const shown = async () => (await world.status()).orders.job;
  for (let look = 0; look < 16; look += 1) {
    world.pass(15_000);
    await one.cycle();
  }
  expect(await shown()).toMatchObject({
    state: 'QUEUED',
    reason: expect.stringMatching(
      /^lost with 2 m2 in attempt 1 of 2; another machine takes over by 2026-11-20 22:\d\d UTC at the latest, if it has a free slot$/,
    ),
  });
  const byMs = Date.parse((await shown())?.takeOver?.by ?? '') - ORIGIN_MS;
  expect(byMs - lastSign).toBeGreaterThan(10 * MINUTE_MS);
  expect(byMs - lastSign).toBeLessThan(30 * MINUTE_MS);
  while (one.runner.starts.length === 0 && world.now() < byMs) {
    world.pass(15_000);
    await one.cycle();
  }
  expect(one.runner.starts).toMatchObject([{ order: 'job', attempt: 2 }]);
});
