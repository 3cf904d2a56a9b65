// The life of orders on real processes: stopped, raised, tried again, checked, waited for, and what a run's own words become.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, isAlive, until } from './fleet.ts';
import { FAMILY, oneMachine, pids } from './orders-parts.ts';

afterEach(endFleets);

test.each([
  ['cancelled', 'cancelled', (order: object) => [{ ...order, cancelled: true }]],
  ['removed', 'removed from ORDERS.json', () => []],
])('a running order that is %s is stopped with its children, and stays stopped (O8, O9)', async (_name, reason, change) => {
  const { fleet, mac } = await oneMachine();
  const order = { id: 'long', assign: 1, run: FAMILY };
  fleet.person().order([order]);
  expect(await mac.ok('sync')).toBe('synced · started long\n');
  expect(fleet.status().orders.long).toMatchObject({ state: 'IN_PROGRESS', machine: 1 });
  expect(fleet.status().machines['1']).toMatchObject({ state: 'WORKING', runs: ['long'] });
  await until('its child runs', () => mac.count('pids') === 2);
  fleet.person().order(change(order));
  expect(await mac.ok('sync', '--wait')).toContain('stopped long');
  expect(pids(mac).filter(isAlive)).toEqual([]);
  expect(fleet.git('show', 'main:coordination/results/1.json')).toContain(reason);
  // Listed again, it shows the old result (O8).
  fleet.person().order([order]);
  await mac.ok('sync');
  expect((await mac.json('status')).orders.long).toMatchObject({ state: 'CANCELLED', reason });
  expect(pids(mac)).toHaveLength(2);
});

test('a raised generation stops the older run, waits for its end, and then runs once (O8)', async () => {
  const { fleet, mac } = await oneMachine();
  const run = 'echo "$COORD_GENERATION" >> generations; [ "$COORD_GENERATION" = 2 ] || exec sleep 1000';
  fleet.person().order([{ id: 'again', assign: 1, run }]);
  await mac.ok('sync');
  await until('it runs', () => mac.count('generations') === 1);
  fleet.person().order([{ id: 'again', assign: 1, run, generation: 2 }]);
  await mac.ok('sync', '--wait');
  expect(mac.read('generations')).toBe('1\n2\n');
  expect(fleet.status().orders.again).toMatchObject({ state: 'COMPLETED', generation: 2 });
  fleet.person().order([{ id: 'again', assign: 1, run, generation: 1 }]);
  await mac.ok('sync');
  expect(mac.read('generations')).toBe('1\n2\n');
  expect(fleet.status().orders.again).toMatchObject({ state: 'COMPLETED' });
});

test('an order that cannot be placed here takes no slot from those that can (O10, part 4)', async () => {
  const { fleet, mac } = await oneMachine();
  fleet.person().order([
    { id: 'nowhere', assign: 1, run: 'true', cwd: '/no/such/folder', priority: 'urgent' },
    { id: 'fine', assign: 1, run: 'echo x >> ran' },
  ]);
  await mac.ok('sync', '--wait');
  expect(mac.count('ran')).toBe(1);
  expect(fleet.status().orders).toMatchObject({ nowhere: { state: 'BLOCKED' }, fine: { state: 'COMPLETED' } });
});

test('coord run passes code and last words on; wait gives up with 124; 255 is coord’s own (part 7)', async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  const run = mac.start(['run', '2', '--', 'echo over there; exit 7']);
  const onBoard = () => /"id": "run-/.test(fleet.board('ORDERS.json'));
  await until('the order is on the board', onBoard);
  await pc.ok('sync', '--wait');
  const done = await run.done;
  expect(done).toMatchObject({ code: 7, stdout: 'over there\n' });
  expect(done.stderr).toMatch(/^placed run-.* for 2 pc · last heard of .*\n/);
  // What was read leaves the list.
  expect(onBoard()).toBe(false);
  expect(await mac.coord(['run', '1', '--', 'echo here'])).toMatchObject({ code: 0, stdout: 'here\n' });
  expect(await mac.coord(['run', '1', '--cwd', '~', '--', 'sh', '-c', 'exit 3'])).toMatchObject({ code: 3 });
  // A slip places nothing: typed once more, it would run twice.
  const slip = await mac.coord(['run', '2', '--wait-timeout', '10 mins', '--', 'echo there']);
  expect(slip).toMatchObject({ code: 255, stderr: expect.stringContaining('--wait-timeout: expected a length of time') });
  expect(onBoard()).toBe(false);
  const given = await mac.coord(['run', '2', '--wait-timeout', '1s', '--', 'echo there']);
  expect(given).toMatchObject({ code: 255, stderr: expect.stringMatching(/has not ended in time; it stays in ORDERS\.json/) });
  const id = Object.entries((await mac.json('status')).orders).find(([, order]) => order.state === 'QUEUED')?.[0] ?? '';
  expect(await mac.here(['wait', id, '--timeout', '1s'])).toMatchObject({ code: 124 });
  await pc.ok('sync', '--wait');
  await mac.ok('sync');
  expect(onBoard()).toBe(true);
  // To look at it changes nothing, and what has left the list is shown all the same.
  for (let times = 0; times < 2; times += 1) expect(await pc.ok('logs', id)).toBe('there\n');
  expect(await mac.ok('logs', id)).toBe('there\n');
  expect(onBoard()).toBe(true);
  await mac.ok('order', 'remove', id);
  expect(await mac.here(['logs', id])).toMatchObject({
    ...{ code: 0, stdout: 'there\n' },
    stderr: expect.stringMatching(/^generation 1, attempt 1, on 2: COMPLETED, (?:.* ago|just now)\n$/),
  });
  expect(await mac.coord(['--dir', mac.folder, 'run', '1', '--timeout', 'soon', '--', 'true'])).toMatchObject({ code: 255 });
  expect(await mac.coord(['run', '1'])).toMatchObject({ code: 255 });
});

test('logs: the full log where it ran, the tail elsewhere, and -f until the end (O9, part 7)', async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  const lines = Array.from({ length: 400 }, (_, at) => `line ${at}`);
  writeFileSync(join(mac.home, 'long.txt'), `${lines.join('\n')}\n`);
  fleet.person().order([{ id: 'talks', assign: 1, run: 'cat long.txt; until [ -e go ]; do sleep 0.05; done; echo the end' }]);
  await mac.ok('sync');
  const follow = mac.start(['logs', '-f', 'talks']);
  await until('the log is shown', () => follow.said().includes('line 399'));
  expect(follow.said()).not.toContain('the end');
  writeFileSync(join(mac.home, 'go'), '');
  expect(await follow.done).toMatchObject({ code: 0, stdout: `${lines.join('\n')}\nthe end\n` });
  await mac.ok('sync', '--wait');
  expect(await mac.ok('logs', 'talks')).toBe(`${lines.join('\n')}\nthe end\n`);
  expect(await mac.ok('logs', '-f', 'talks')).toContain('the end');
  await pc.ok('sync');
  const there = await pc.here(['logs', 'talks']);
  expect(there).toMatchObject({ code: 0, stderr: expect.stringContaining('machine 1') });
  expect(there.stdout).toMatch(/the end\n$/);
  expect(there.stdout).not.toContain('line 0\n');
});

test('sync --wait stays until what it started has ended and is reported; sync does not wait (C8)', async () => {
  const { fleet, mac } = await oneMachine();
  fleet.person().order([{ id: 'going', assign: 1, run: 'until [ -e go ]; do sleep 0.05; done' }]);
  expect(await mac.ok('sync')).toBe('synced · started going\n');
  const waits = mac.start(['sync', '--wait']);
  await until('it says what it found', () => waits.said() !== '');
  writeFileSync(join(mac.home, 'go'), '');
  expect((await waits.done).stdout).toContain('finished going COMPLETED');
  expect(fleet.status().orders.going).toMatchObject({ state: 'COMPLETED' });
});

test('owner’s secrets reach runs and never the board (O10)', async () => {
  const { fleet, mac } = await oneMachine();
  const secrets = join(mac.coordHome, 'secrets.env');
  writeFileSync(secrets, 'TOKEN=correct-horse-battery\n', { mode: 0o600 });
  const policy = join(mac.coordHome, 'policy.yaml');
  writeFileSync(policy, readFileSync(policy, 'utf8').replace(/^( +)slots:/m, `$1secrets: [${secrets}]\n$1slots:`));
  fleet
    .person()
    .order([{ id: 'uses', assign: 1, run: 'echo "got $TOKEN"; echo "t=$TOKEN" >> "$COORD_OUTPUT"; echo $TOKEN > kept' }]);
  await mac.ok('sync', '--wait');
  expect(mac.read('kept')).toBe('correct-horse-battery\n');
  expect(fleet.status().orders.uses?.tail).toMatch(/^got /);
  expect(fleet.git('log', '--all', '--patch')).not.toContain('correct-horse');
});
