// Orders that run when something happened (O19), on real processes and a real hub.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine } from './fleet.ts';

afterEach(endFleets);

/** What the runs wrote to a file that they all share. */
function told(fleet: Fleet): string[] {
  const path = join(fleet.root, 'told');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

test('O19: each failure of an order on one machine runs the trigger once, on one of two', { timeout: 120_000 }, async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  const both = [mac, pc];
  const settled = async (count: number) => {
    for (let round = 0; round < 20 && told(fleet).length < count; round += 1) for (const it of both) await it.ok('sync');
    for (const it of [...both, ...both]) await it.ok('sync');
  };
  await mac.ok('order', 'add', 'backup', '--for', 'mac', '--', 'exit 3');
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
