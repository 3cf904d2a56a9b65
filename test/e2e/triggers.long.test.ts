// Orders that run when something happened (O19), on real processes and a real hub.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine } from './fleet.ts';
import { syncUntil } from './sync-until.ts';

afterEach(endFleets);

/** What the runs wrote to a file that they all share. */
function told(fleet: Fleet): string[] {
  const path = join(fleet.root, 'told');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

test('O19: each failure of an order on one machine runs the trigger once, on one of two', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  const both = [mac, pc];
  const settled = async (count: number) => {
    await syncUntil(both, () => told(fleet).length >= count);
    for (const it of [...both, ...both]) await it.ok('sync', '--wait');
  };
  await mac.ok('order', 'add', 'backup', '--for', 'mac', '--', 'exit 3');
  await mac.ok('sync', '--wait');
  const words = ['KIND', 'ORDER', 'GENERATION', 'ATTEMPT', 'MACHINE', 'TEXT'].map((name) => `$COORD_EVENT_${name}`).join(' ');
  await mac.ok(
    'order',
    'add',
    'alarm',
    '--for',
    'mac,pc',
    '--on',
    'failed backup',
    '--',
    `echo "${words}" >> ${join(fleet.root, 'told')}`,
  );
  expect(fleet.board('ORDERS.json')).toContain('"failed": "backup"');
  await settled(0);
  // It was placed after that failure.
  expect(told(fleet)).toEqual([]);
  expect((await mac.json('status')).orders.alarm).toMatchObject({ state: 'QUEUED', reason: 'waits for: failed backup' });
  await mac.ok('retry', 'backup');
  await settled(1);
  await mac.ok('retry', 'backup');
  await settled(2);
  expect(told(fleet)).toEqual(['failed backup 2 1 1 exit code 3', 'failed backup 3 1 1 exit code 3']);
  expect(fleet.status().orders.alarm).toMatchObject({ state: 'COMPLETED', on: 'failed backup', times: 2 });
  expect(fleet.board('README.md')).toMatch(/on failed backup · 2 times, last /);
  expect(await pc.ok('order', 'show', 'alarm')).toMatch(/^on: +failed backup$/m);
  expect(await mac.ok('cancel', 'alarm')).toContain('it will not run again');
});

test('O19: placed together with what it watches, a trigger misses no failure, however quick', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  const run = `echo "$COORD_EVENT_ORDER" >> ${join(fleet.root, 'told')}`;
  fleet.person().order([
    { id: 'backup', assign: 'mac', run: 'exit 3' },
    { id: 'alarm', assign: 'pc', on: { failed: 'backup' }, run },
  ]);
  // It has failed, and all of it is said, before the other machine looks for the first time.
  await mac.ok('sync', '--wait');
  expect(fleet.status().orders.backup?.state).toBe('FAILED');
  for (let round = 0; round < 6; round += 1) for (const it of [pc, mac]) await it.ok('sync', '--wait');
  expect(told(fleet)).toEqual(['backup']);
});

test('O19: an urgent message reaches all machines and starts the stabilising orders, once each', async () => {
  const fleet = createFleet();
  const [mac, pc, box] = (await fleet.joined('mac', 'pc', 'box')) as [TestMachine, TestMachine, TestMachine];
  const all = [mac, pc, box];
  const tell = (who: string) =>
    `echo "${who} $COORD_MACHINE: $COORD_EVENT_KIND of $COORD_EVENT_MACHINE: $COORD_EVENT_TEXT" >> ${join(fleet.root, 'told')}`;
  await mac.ok('order', 'add', 'stabilise', '--for', 'pc', '--on', 'emergency any', '--', tell('stabilise'));
  await mac.ok('order', 'add', 'save', '--for', 'all', '--on', 'emergency box', '--', tell('save'));
  for (const it of all) await it.ok('sync');
  await box.ok('emergency', 'The disk is failing');
  await syncUntil(all, () => told(fleet).length >= 4);
  for (const it of [...all, ...all]) await it.ok('sync', '--wait');
  const words = 'emergency of 3: The disk is failing';
  expect(told(fleet).sort()).toEqual([...[1, 2, 3].map((machine) => `save ${machine}: ${words}`), `stabilise 2: ${words}`]);
  for (const it of [mac, pc]) expect(await it.ok('inbox')).toContain('The disk is failing');
  // The same one again is none; the next one is.
  await box.ok('emergency', '--over');
  await box.ok('emergency', 'It failed');
  await syncUntil(all, () => told(fleet).length >= 8);
  for (const it of [...all, ...all]) await it.ok('sync', '--wait');
  expect(told(fleet).slice(4).sort()).toEqual(
    [1, 2, 3].map((it) => `save ${it}: emergency of 3: It failed`).concat('stabilise 2: emergency of 3: It failed'),
  );
  expect(fleet.status().orders.stabilise).toMatchObject({ state: 'COMPLETED', on: 'emergency any', times: 2 });
});

test('D4 an event that coord does not know is refused on the command line, and a fault on the board', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  const wrong = await mac.here(['order', 'add', 'x', '--on', 'faild backup', '--', 'true']);
  expect([wrong.code === 0, wrong.stderr]).toEqual([false, expect.stringContaining('expected --on with "failed <id>"')]);
  fleet.person().order([{ id: 'x', assign: 'mac', run: 'true', on: { faild: 'backup' } }]);
  await mac.ok('sync');
  expect(fleet.status().orders.x?.state).toBe('BLOCKED');
  expect(
    fleet
      .status()
      .faults.map(({ message }) => message)
      .join('; '),
  ).toContain('did you mean "failed"?');
});
