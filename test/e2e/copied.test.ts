// A fleet folder that somebody copied to a second disk: one machine, two folders, one number.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets } from './fleet.ts';

afterEach(endFleets);

test('R3: a copied folder: the first to push goes on, the other halts, says DUPLICATE_ID, starts nothing', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.calm('mac');
  if (!mac) throw new Error('one machine');
  await mac.ok('sync');
  const copied = fleet.machine('copied');
  cpSync(join(fleet.root, 'mac'), join(fleet.root, 'copied'), { recursive: true, preserveTimestamps: true });
  // What a machine may do is said by path: the owner of the copy says it again.
  await copied.ok('allow', 'shell');
  fleet.person().order([{ id: 'first', assign: 1, run: 'echo x >> first' }]);
  await mac.ok('sync');
  const lane = fleet.git('rev-parse', 'refs/coord/machines/1');

  fleet.person().order([
    { id: 'first', assign: 1, run: 'echo x >> first' },
    { id: 'second', assign: 1, run: 'echo x >> second' },
  ]);
  const refs = fleet.git('for-each-ref');
  for (const _again of [1, 2]) {
    const halted = await copied.here(['sync']);
    expect(halted).toMatchObject({ code: 5, stderr: expect.stringContaining(`its lane holds ${lane.slice(0, 10)}`) });
  }
  expect(await copied.ok('status')).toContain('another folder writes as machine 1');
  expect((await copied.json('status')).sync.duplicate).toBe(lane);
  // What is asked for there is kept, and not sent.
  const add = await copied.here(['order', 'add', 'third', '--for', '1', '--', 'echo x >> third']);
  expect(add.stdout + add.stderr).toMatch(/not on the remote yet|another folder writes/);
  expect(fleet.git('for-each-ref')).toBe(refs);
  expect([copied.count('first'), copied.count('second'), copied.runs()]).toEqual([0, 0, []]);

  await mac.ok('sync', '--wait');
  expect([mac.count('first'), mac.count('second')]).toEqual([1, 1]);
  expect(fleet.status().orders).toMatchObject({ first: { state: 'COMPLETED' }, second: { state: 'COMPLETED' } });
  expect(await copied.here(['sync'])).toMatchObject({ code: 5 });
  expect(await mac.ok('sync')).toBe('nothing new\n');
});

test('R3: a folder copied to another computer halts there, even if it syncs first; adopt makes it ours', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (!mac) throw new Error('one machine');
  await mac.ok('sync');
  const copied = fleet.machine('copied');
  cpSync(mac.folder, copied.folder, { recursive: true, preserveTimestamps: true });
  await copied.ok('allow', 'shell');
  fleet.person().order([{ id: 'first', assign: 1, run: 'echo x >> first' }]);
  const refs = fleet.git('for-each-ref');
  const halted = await copied.here(['sync']);
  expect(halted).toMatchObject({ code: 5, stderr: expect.stringContaining('was copied or moved to this one') });
  expect(halted.stderr).toContain('coord adopt');
  for (const words of [await copied.ok('status'), (await copied.here(['doctor'])).stdout])
    expect(words).toContain('this folder was made machine 1 mac on another computer');
  expect([fleet.git('for-each-ref'), copied.count('first')]).toEqual([refs, 0]);
  await mac.ok('sync', '--wait');
  expect([mac.count('first'), copied.count('first')]).toEqual([1, 0]);
  await copied.ok('adopt');
  fleet.person().order([{ id: 'second', assign: 1, run: 'echo x >> second' }]);
  await copied.ok('sync', '--wait');
  expect([mac.count('second'), copied.count('second'), copied.count('first')]).toEqual([0, 1, 0]);
  expect(await mac.here(['sync'])).toMatchObject({ code: 5 });
});
