// Shared orders on real processes and a real hub: who runs what is counted by the runs themselves.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, isAlive, type TestMachine } from './fleet.ts';

afterEach(endFleets);

/** What the runs wrote to a file that they all share. */
function told(fleet: Fleet): string[] {
  const path = join(fleet.root, 'told');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').sort() : [];
}

const tell = (fleet: Fleet) => `echo "$COORD_ORDER $COORD_GENERATION.$COORD_ATTEMPT" >> ${join(fleet.root, 'told')}`;
const claims = (fleet: Fleet) => fleet.git('for-each-ref', '--format=%(refname)', 'refs/coord/claims').trim();

/** Every machine syncs again and again, all at once, until it is so. */
async function syncAtOnce(machines: readonly TestMachine[], isSo: () => boolean): Promise<void> {
  do await Promise.all(machines.map((machine) => machine.coord(['sync'])));
  while (!isSo());
}

/** The same one after the other, in this process. */
async function syncAll(machines: readonly TestMachine[], isSo: () => boolean, pauseMs = 300): Promise<void> {
  for (;;) {
    for (const machine of machines) await machine.ok('sync');
    if (isSo()) return;
    await delay(pauseMs);
  }
}

test('S1, O2 twelve orders for any machine, four machines that sync at once: each runs once', async () => {
  const fleet = createFleet();
  const machines = await fleet.joined('one', 'two', 'three', 'four');
  const ids = Array.from({ length: 12 }, (_, at) => `job-${String(at).padStart(2, '0')}`);
  fleet.person().order(ids.map((id) => ({ id, assign: 'any', run: tell(fleet) })));
  await syncAtOnce(machines, () => fleet.status().summary.completed === 12);
  expect(told(fleet)).toEqual(ids.map((id) => `${id} 1.1`));
  expect(fleet.status().summary).toMatchObject({ completed: 12, queued: 0, assigned: 0, inProgress: 0 });
});

test('O2, O2a from the command line: an order that names no machine runs on one, and leaves no claim', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  fleet.person().push({ 'coordination/fleet.yaml': 'heartbeat: 10s\n' });
  await syncAll([mac], () => true);
  expect(await mac.ok('order', 'add', 'job', '--', tell(fleet))).toMatch(/job/);
  await syncAll([mac, fleet.machine('pc')], () => fleet.status().orders.job?.state === 'COMPLETED');
  expect(told(fleet)).toEqual(['job 1.1']);
  // Its deletion rides on a beat.
  await syncAll([mac, fleet.machine('pc')], () => claims(fleet) === '', 1000);
});

test('O3 tags: BLOCKED with the reason until such a machine joins', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  await mac.ok('order', 'add', 'train', '--tags', 'gpu', '--', tell(fleet));
  expect((await mac.json('status')).orders.train).toMatchObject({
    state: 'BLOCKED',
    reason: 'no machine has gpu; it starts when one joins',
  });
  const box = fleet.machine('box');
  await box.ok('join', fleet.hub, box.folder, '--name', 'box', '--tags', 'gpu,linux');
  await mac.ok('sync');
  expect((await mac.json('status')).orders.train?.reason).toBe('not allowed; on 2 box: coord allow shell');
  await box.ok('allow', 'shell');
  await syncAll([mac, box], () => fleet.status().orders.train?.state === 'COMPLETED');
  expect(fleet.status().orders.train).toMatchObject({ machine: 2 });
});

test('O4, O5 a machine dies with a run: its watchdog ends that in time, and another machine takes over', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  // The shortest there is: a lease of 30 s, and 20 s for a run without news.
  fleet.person().push({ 'coordination/fleet.yaml': 'heartbeat: 10s\n' });
  await syncAll([mac, pc], () => fleet.board('COMPUTER_2.md').includes('heartbeat: 10s'));
  const run = `${tell(fleet)}; [ "$COORD_ATTEMPT" = 2 ] || { echo $$ > pid; exec sleep 1000; }`;
  fleet.person().order([{ id: 'long', assign: ['mac', 'pc'], run, attempts: 2 }]);
  await syncAll([mac], () => told(fleet).length === 1);
  // Nobody syncs on mac any more: that machine is gone for the others, and its coord is dead for its run.
  await syncAll([pc], () => fleet.status().orders.long?.state === 'COMPLETED', 2000);
  expect(isAlive(Number(mac.read('pid')))).toBe(false);
  expect(told(fleet)).toEqual(['long 1.1', 'long 1.2']);
  expect(fleet.status().orders.long).toMatchObject({ attempt: 2, machine: 2 });
  await syncAll([mac, pc], () => claims(fleet) === '', 2000);
  expect(fleet.status().orders.long).toMatchObject({ state: 'COMPLETED', attempt: 2, machine: 2 });
});

test('C2, S1 killed at every step between claim and report: one run, one result', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  const steps = [
    'claim-journaled',
    'written',
    'push-journaled',
    'pushed',
    'outcome-journaled',
    'start-journaled',
    'started',
    'performed',
  ];
  const orders = steps.map((step) => ({ id: step, assign: 'any', run: tell(fleet), priority: 'normal' }));
  for (const [at, step] of steps.entries()) {
    fleet.person().order(orders.slice(0, at + 1));
    expect((await mac.coord(['sync'], { env: { COORD_CRASH_AT: step } })).code, step).toBeNull();
    await syncAll([mac], () => fleet.status().orders[step]?.state === 'COMPLETED');
    expect(told(fleet), step).toEqual(
      steps
        .slice(0, at + 1)
        .map((it) => `${it} 1.1`)
        .sort(),
    );
  }
});

test('C2, O2 killed as it gives a claim back: the next sync deletes it', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  const order = { id: 'job', assign: 'any', run: tell(fleet) };
  fleet.person().order([order]);
  expect((await mac.coord(['sync'], { env: { COORD_CRASH_AT: 'outcome-journaled' } })).code).toBeNull();
  expect(claims(fleet)).toBe('refs/coord/claims/job/1.1');
  fleet.person().order([{ ...order, cancelled: true }]);
  expect((await mac.coord(['sync'], { env: { COORD_CRASH_AT: 'unclaim-journaled' } })).code).toBeNull();
  expect(claims(fleet)).toBe('refs/coord/claims/job/1.1');
  await mac.ok('sync');
  expect(claims(fleet)).toBe('');
  expect(told(fleet)).toEqual([]);
});

test('O2 R4 the same where the host takes branches only', async () => {
  const fleet = createFleet();
  fleet.hook('update', 'case "$1" in refs/heads/*) exit 0;; *) echo no; exit 1;; esac');
  const machines = await fleet.joined('one', 'two');
  fleet.person().order([{ id: 'job', assign: 'any', run: tell(fleet) }]);
  await syncAtOnce(machines, () => fleet.status().orders.job?.state === 'COMPLETED');
  expect(told(fleet)).toEqual(['job 1.1']);
});
