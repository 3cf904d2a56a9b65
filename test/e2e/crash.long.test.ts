// kill -9 of coord sync, at every named step and at random moments: nothing runs twice, nothing is lost, the next sync goes on at
// once, and what ran is found again. What a run did on its own while coord was dead is taken in.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ELSEWHERE, filesBelow, OF_TABLE, OF_WATCHDOG, stepsInSource } from './crash-steps.ts';
import { createFleet, endFleets, isAlive, type TestMachine, until } from './fleet.ts';

afterEach(endFleets);

/** Here a second run is left going. */
const GOING = ['start-journaled', 'started', 'performed', 'pushed'];

async function oneMachine(): Promise<{ fleet: ReturnType<typeof createFleet>; mac: TestMachine }> {
  const fleet = createFleet();
  const [mac] = await fleet.calm('mac');
  if (!mac) throw new Error('one machine');
  return { fleet, mac };
}

test('killed at every step: each order ran once and is reported; no sync has to wait (C2, O9, S3)', async () => {
  const { fleet, mac } = await oneMachine();
  const steps = stepsInSource().filter((step) => ![...ELSEWHERE, ...OF_TABLE, ...OF_WATCHDOG].includes(step));
  expect(steps.length).toBeGreaterThan(9);
  for (const step of steps) {
    // One that is quick, and where it matters one that is going on when the process dies.
    const slow = { id: `slow-${step}`, assign: 1, run: `echo x >> ${step}; until [ -e go-${step} ]; do sleep 0.05; done` };
    const orders = [{ id: `quick-${step}`, assign: 1, run: `echo x >> ${step}` }, ...(GOING.includes(step) ? [slow] : [])];
    fleet.person().order(orders);
    expect(await mac.coord(['sync'], { env: { COORD_CRASH_AT: step } }), step).toMatchObject({ code: null });
    writeFileSync(join(mac.home, `go-${step}`), '');
    await mac.ok('sync', '--wait');
    expect(mac.count(step), step).toBe(orders.length);
    const status = fleet.status();
    for (const { id } of orders) expect(status.orders[id], step).toMatchObject({ state: 'COMPLETED', attempt: 1 });
    expect(status.machines['1'], step).toMatchObject({ state: 'IDLE', runs: [] });
    expect(await mac.ok('sync'), step).toBe('nothing new\n');
  }
  expect(mac.processes()).toEqual([]);
});

test.each([
  'stop-journaled',
  'stop-written',
  'stop-asked',
])('killed at %s: the next sync has stopped the run (O8, C2)', async (step) => {
  const { fleet, mac } = await oneMachine();
  const order = { id: 'long', assign: 1, run: 'echo $$ >> pid; exec sleep 1000' };
  fleet.person().order([order]);
  await mac.ok('sync');
  await until('it runs', () => mac.count('pid') === 1);
  const pid = Number(mac.read('pid'));
  expect(isAlive(pid)).toBe(true);
  fleet.person().order([{ ...order, cancelled: true }]);
  expect(await mac.coord(['sync'], { env: { COORD_CRASH_AT: step } })).toMatchObject({ code: null });
  await mac.ok('sync', '--wait');
  expect(isAlive(pid)).toBe(false);
  expect(fleet.status().orders.long).toMatchObject({ state: 'CANCELLED' });
  expect(mac.count('pid')).toBe(1);
});

test('the lock of a dead process is not waited for (C7)', async () => {
  const { mac } = await oneMachine();
  const idle = await mac.coord(['sync']);
  expect(await mac.coord(['sync'], { env: { COORD_CRASH_AT: 'fetched' } })).toMatchObject({ code: null });
  expect(readdirSync(join(mac.folder, '.coord'))).toContain('lock.owner');
  const next = await mac.coord(['sync']);
  expect(next).toMatchObject({ code: 0, stdout: 'nothing new\n' });
  // Who waits for a lock waits for 10 s and more; a machine that is busy with other work is not as slow as this.
  expect(next.ms - idle.ms).toBeLessThan(5_000);
});

test('20 kills at random while orders come in: each has run exactly once, nothing is lost (S3, C2, C5)', async () => {
  const { fleet, mac } = await oneMachine();
  const kills = 20;
  const seed = Date.now() % 100_000;
  const random = randomFrom(seed);
  const ids = Array.from({ length: kills }, (_, at) => `order-${at}`);
  const orders = ids.map((id) => ({ id, assign: 1, run: `echo ${id} >> ran; echo done ${id}` }));
  const full = await mac.coord(['sync']);
  for (let kill = 0; kill < kills; kill += 1) {
    // Two at a time, so that there is always something to do.
    if (kill % 2 === 0) fleet.person().order(orders.slice(0, kill + 2));
    const sync = mac.start(['sync']);
    await Promise.race([sync.done, new Promise((resolve) => setTimeout(resolve, full.ms * (0.2 + 1.8 * random())))]);
    sync.kill('SIGKILL');
    await sync.done;
  }
  await mac.ok('sync', '--wait');
  const ran = mac.read('ran').trim().split('\n').sort();
  expect(ran, `seed ${seed}`).toEqual([...ids].sort());
  const status = fleet.status();
  for (const id of ids) expect(status.orders[id], `${id}, seed ${seed}`).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  expect(await mac.ok('sync')).toBe('nothing new\n');
  // A run's own folder goes with the run; the lock's own half-written files are swept when they are a minute old.
  const left = filesBelow(mac.folder).filter((path) => !/clone\.git|\.coord.runs|\.lock\.[^/]*\.tmp$/.test(path));
  expect(left.filter((path) => /\.tmp$|\.takeover-|\.gone-/.test(path))).toEqual([]);
});

/** Park and Miller's generator: reproducible from the seed in the failure's text. */
function randomFrom(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test('a run that a restart took away is interrupted, and with one attempt never run again (O9, S3)', async () => {
  const { fleet, mac } = await oneMachine();
  fleet.person().order([{ id: 'once', assign: 1, run: 'echo x >> once; exec sleep 1000' }]);
  await mac.ok('sync');
  await until('it runs', () => mac.count('once') === 1);
  await reboot(mac);
  expect(await mac.ok('sync', '--wait')).toContain('finished once FAILED');
  expect(fleet.status().orders.once).toMatchObject({ state: 'FAILED', reason: 'interrupted', attempt: 1 });
  await mac.ok('sync');
  await mac.ok('sync');
  expect(mac.count('once')).toBe(1);
  expect(fleet.status().needsYou).toMatchObject([{ order: 'once' }]);
});

test('with attempts left, a run that a restart took away is tried again (O1, O9)', async () => {
  const { fleet, mac } = await oneMachine();
  fleet
    .person()
    .order([{ id: 'twice', assign: 1, attempts: 2, run: 'echo x >> twice; [ "$COORD_ATTEMPT" = 2 ] || exec sleep 1000' }]);
  await mac.ok('sync');
  await until('it runs', () => mac.count('twice') === 1);
  await reboot(mac);
  await mac.ok('sync', '--wait');
  expect(mac.count('twice')).toBe(2);
  expect(fleet.status().orders.twice).toMatchObject({ state: 'COMPLETED', attempt: 2 });
});

/** What a restart leaves: the records of a run with another boot's id, and none of its processes. */
async function reboot(mac: TestMachine): Promise<void> {
  const [key] = mac.runs().filter((name) => !name.startsWith('.'));
  const path = join(mac.folder, '.coord', 'runs', key ?? '', 'owner.json');
  const owner = JSON.parse(readFileSync(path, 'utf8')) as { pid: number; bootId: string };
  process.kill(owner.pid, 'SIGKILL');
  for (const pid of mac.processes()) process.kill(pid, 'SIGKILL');
  await until('the run is dead', () => !isAlive(owner.pid) && mac.processes().length === 0);
  writeFileSync(path, JSON.stringify({ ...owner, bootId: 'an-earlier-boot' }));
}

test('killed together with its watchdog, a run is ended by the next sync and never run again (O9, S3)', async () => {
  const { fleet, mac } = await oneMachine();
  fleet.person().order([{ id: 'once', assign: 1, run: 'echo $$ >> once; sleep 1000; echo late >> once' }]);
  await mac.ok('sync');
  await until('it runs', () => mac.count('once') === 1);
  const [key = ''] = mac.runs();
  const owner = JSON.parse(readFileSync(join(mac.folder, '.coord', 'runs', key, 'owner.json'), 'utf8')) as { pid: number };
  process.kill(owner.pid, 'SIGKILL');
  await until('the watchdog is dead', () => !isAlive(owner.pid));
  await mac.ok('sync', '--wait');
  expect(fleet.status().orders.once).toMatchObject({ state: 'FAILED', reason: 'interrupted' });
  expect([mac.count('once'), mac.processes()]).toEqual([1, []]);
});
