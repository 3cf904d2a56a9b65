// Pausing by command, on real processes and a real hub.
import { afterEach, expect, test } from 'vitest';
import { clockOff } from './clock-off.ts';
import { createFleet, endFleets, type TestMachine } from './fleet.ts';

afterEach(endFleets);

test('P1, P2 pause and resume: here, for another machine, for the fleet; offline it is recorded first', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  fleet.away(true);
  const offline = await pc.here(['pause', '--for', '30m', '--note', 'moving  desks']);
  expect(offline).toMatchObject({ code: 0, stderr: expect.stringContaining('saved here, not pushed yet') });
  fleet.away(false);
  await mac.ok('order', 'add', 'job', '--for', 'pc', '--', 'echo x >> ran');
  expect(await pc.ok('sync')).toContain('paused');
  expect(fleet.status().machines['2']).toMatchObject({ state: 'PAUSED', pauseNote: 'moving desks' });
  await mac.ok('sync');
  expect(await mac.ok('status')).toMatch(/pc +◫ PAUSED.*until 20\d\d-\d\d-\d\d \d\d:\d\d UTC: moving desks/);
  expect(fleet.status().orders.job).toMatchObject({ state: 'QUEUED', reason: expect.stringContaining('2 pc is paused until') });

  // A person's word beside it, in a file with comments.
  fleet.person().push({ 'coordination/fleet.yaml': '# ours\nname: f # short\n' });
  expect(await mac.ok('pause', 'PC')).toContain('paused 2 pc, in fleet.yaml');
  expect(fleet.board('fleet.yaml')).toBe('# ours\nname: f # short\npaused:\n  2: {}');
  const resumed = await pc.coord(['resume']);
  expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining('still paused, by fleet.yaml: coord resume 2') });
  expect(pc.count('ran')).toBe(0);
  expect(await mac.here(['resume', '2'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^resumed 2 pc in fleet.yaml/),
    stderr: '',
  });
  await pc.ok('sync', '--wait');
  // What holds it besides is said, and only that.
  expect(await mac.here(['resume', '2'])).toMatchObject({
    stdout: expect.stringMatching(/^fleet.yaml does not pause 2 pc/),
    stderr: '',
  });
  await pc.ok('pause', '--for', '30m');
  expect((await mac.here(['resume', '2'])).stderr).toBe('! still paused, because its owner paused it: run coord resume there\n');
  await pc.ok('resume');
  expect(pc.count('ran')).toBe(1);

  const stats = await pc.coord(['stats', '--json']);
  expect(JSON.parse(stats.stdout).total).toMatchObject({ runs: 1, completed: 1, success: 1, waits: 1 });
  await mac.ok('pause', '--fleet', '--note', 'inventory');
  expect(fleet.status().machines['1']).toMatchObject({ state: 'PAUSED', pauseNote: 'inventory' });
  expect((await mac.here(['resume', '2'])).stderr).toBe('! still paused, because the whole fleet is: coord resume --fleet\n');
  await mac.ok('resume', '--fleet');
  expect(fleet.board('fleet.yaml')).toBe('# ours\nname: f # short');
  expect((await mac.coord(['pause', '--for', 'soon'])).code).toBe(2);
});

const UNHEARD = '! still reports PAUSED. If it does so after its next sync, its owner paused it: run coord resume there\n';

test('P2 that its owner paused it is said of a machine only where what it saw tells so', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  // It knows of the first word alone.
  await mac.ok('pause', 'pc', '--for', '1h');
  await pc.ok('sync');
  await mac.ok('pause', 'pc', '--for', '2h');
  const took = { stdout: expect.stringMatching(/^resumed 2 pc in fleet.yaml/), stderr: '' };
  const nothing = { stdout: expect.stringMatching(/^fleet.yaml does not pause 2 pc/), stderr: UNHEARD };
  expect(await mac.here(['resume', 'pc'])).toMatchObject(took);
  expect(await mac.here(['resume', 'pc'])).toMatchObject(nothing);
  // A word that ran out while it was away.
  await mac.ok('pause', 'pc', '--for', '1h');
  await pc.ok('sync');
  expect(await mac.coord(['resume', 'pc'], { env: clockOff(fleet, 2 * 3_600_000) })).toMatchObject(nothing);
  await pc.ok('sync');
  expect(await mac.here(['resume', 'pc'])).toMatchObject({ ...nothing, stderr: '' });
  // The owner did, and it has not seen since that nobody else does.
  await pc.ok('pause', '--for', '3h');
  await mac.ok('pause', 'pc', '--for', '1h');
  const owner = '! still paused, because its owner paused it: run coord resume there\n';
  expect(await mac.here(['resume', 'pc'])).toMatchObject({ ...took, stderr: owner });
});
