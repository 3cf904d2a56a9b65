// The main job: a person edits ORDERS.json and pushes; the right machines do it; the board and the commands show it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type OrderStatus, type Status } from './fleet.ts';

afterEach(endFleets);

test('an order for a number, a name, all, one that fails, on board and in commands (C2, O1, section 8)', async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.calm('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  fleet.person().order([
    { id: 'number', assign: 2, run: 'echo by number; echo x >> ran' },
    { id: 'name', assign: 'PC', run: ['printf', '%s\n', 'by name, not expanded: $HOME'] },
    { id: 'everywhere', assign: 'all', run: 'echo x >> ran' },
    { id: 'nowhere', assign: 'all', run: 'echo no power; exit 5' },
    { id: 'fails', title: 'A bad | day', assign: 1, run: 'echo no cable; exit 3' },
  ]);
  // On a slow computer the runs outlast the first cycle, which then says that they were started.
  const macSaid = await mac.ok('sync', '--wait');
  for (const end of ['everywhere COMPLETED', 'fails FAILED (exit code 3)']) expect(macSaid).toContain(`finished ${end}`);
  const pcSaid = await pc.ok('sync', '--wait');
  for (const order of ['number', 'name', 'everywhere']) expect(pcSaid).toContain(`finished ${order} COMPLETED`);
  expect([mac.count('ran'), pc.count('ran')]).toEqual([1, 2]);

  const { orders, summary, needsYou } = fleet.status();
  expect(summary).toMatchObject({ machines: 2, completed: 3, failed: 2, queued: 0, inProgress: 0 });
  expect(orders.number).toMatchObject({ state: 'COMPLETED', machine: 2, attempt: 1, exitCode: 0, tail: 'by number' });
  expect(orders.name).toMatchObject({ state: 'COMPLETED', tail: 'by name, not expanded: $HOME' });
  expect(orders.everywhere?.machines).toMatchObject({ 1: { state: 'COMPLETED' }, 2: { state: 'COMPLETED' } });
  expect(orders.fails).toMatchObject({ state: 'FAILED', machine: 1, exitCode: 3, tail: 'no cable' });
  const everywhere = 'failed: on 1: exit code 5; on 2: exit code 5; to run it again: coord retry nowhere';
  expect(needsYou).toContainEqual(expect.objectContaining({ order: 'fails', why: expect.stringContaining('exit code 3') }));
  expect(needsYou).toContainEqual(expect.objectContaining({ order: 'nowhere', why: everywhere }));

  const readme = fleet.board('README.md');
  expect(readme).toMatch(/FAILED \| \*\*fails\*\* · 1 mac<br>A bad \\\| day/);
  expect(readme).toContain('no cable');
  expect(readme).toContain('```mermaid');

  expect(await mac.ok('sync')).toMatch(/^synced · ended elsewhere: nowhere FAILED, number COMPLETED on 2 pc, .* and 1 more\n$/);
  expect(await mac.ok('sync')).toBe('nothing new\n');
  const local = await mac.json('status');
  expect(local).toMatchObject({ self: { machine: 1, name: 'mac', allows: ['shell'] }, sync: { unsyncedSince: null } });
  expect(local.orders).toEqual(orders);
  expect(await mac.ok('status')).toMatch(/✗|✕/);
  expect(await mac.json<Status['machines']>('machines')).toMatchObject({ 2: { name: 'pc', state: 'IDLE' } });
  expect(await mac.json<Record<string, OrderStatus>>('order', 'list')).toEqual(orders);
  expect(await mac.json<OrderStatus>('order', 'show', 'fails')).toEqual(orders.fails);
  expect(await mac.ok('order', 'show', 'fails')).toMatch(/exit code: 3[\s\S]*no cable/);
  await mac.ok('order', 'add', 'build', '--for', '2', '--cwd', '~', '--timeout', '20m', '--', 'echo', "it's \u001b[31m red");
  expect(await mac.ok('order', 'show', 'build')).toMatch(/^run: +echo .*\\u\{1b\}\[31m red.*\ncwd: +~\ntimeout: +20m$/m);
  expect(await mac.ok('order', 'show', 'nowhere')).toMatch(/^on \d: .*FAILED · exit code 5\n {2}no power$/m);
});

test('exit codes: help 0, usage 2, no fleet 3, no such order 1; off a terminal no colour (part 7)', async () => {
  const fleet = createFleet();
  const box = fleet.machine('box');
  expect(await box.coord(['--help'])).toMatchObject({ code: 0 });
  expect(await box.coord([])).toMatchObject({ code: 0 });
  expect(await box.coord(['nonsense'])).toMatchObject({ code: 2 });
  expect(await box.coord(['sync', '--nonsense'])).toMatchObject({ code: 2 });
  for (const args of [['status'], ['sync'], ['order', 'list'], ['allow', 'shell'], ['--dir', fleet.root, 'status']]) {
    const done = await box.coord(args);
    expect(done, args.join(' ')).toMatchObject({ code: 3, stdout: '' });
    expect(done.stderr).toMatch(/^coord: .*fleet.*\n {2}try: coord (init|join) <url>/);
  }
  await fleet.calm('box');
  for (const args of [
    ['order', 'show', 'nothing'],
    ['wait', 'nothing'],
    ['logs', 'nothing'],
    ['cancel', '__proto__'],
    ['retry', 'nothing'],
  ])
    expect(await box.coord(args), args.join(' ')).toMatchObject({ code: 1, stdout: '' });
  const { code, stderr } = await box.here(['order', 'add', 'Bad Id', '--for', '1', '--', 'true']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/"id" to be .*found "Bad Id"/) });
  expect(await box.coord(['order', 'add', 'x', '--for', '1'])).toMatchObject({ code: 2 });
  const noFleet = { cwd: fleet.root, env: { COORD_HOME: fleet.root } };
  expect(await box.coord(['run', '1', '--', 'exit 2'], noFleet)).toMatchObject({ code: 255 });
  expect(await box.ok('status')).not.toMatch(/\u001b/);
});

test('the fleet is found upwards, by --dir and COORD_DIR; init without a URL makes a hub (part 7)', async () => {
  const fleet = createFleet();
  const mac = fleet.machine('mac');
  expect(await mac.ok('init', '--name', 'mac', '--slots', '2', '--tags', 'gpu,linux')).toMatch(/founded a fleet .*machine 1 mac/);
  const here = join(fleet.root, 'mac');
  expect(existsSync(join(here, '.coord', 'hub.git', 'HEAD'))).toBe(true);
  const below = join(here, 'coordination', 'results');
  expect(await mac.coord(['status'], { cwd: below })).toMatchObject({ code: 0 });
  expect(await mac.coord(['--dir', here, 'status'], { cwd: '/' })).toMatchObject({ code: 0 });
  expect(await mac.coord(['status'], { cwd: '/', env: { COORD_DIR: here } })).toMatchObject({ code: 0 });
  const machines = await mac.json<Status['machines']>('machines');
  expect(machines).toMatchObject({ 1: { name: 'mac', tags: ['gpu', 'linux'], slots: 2 } });
});
