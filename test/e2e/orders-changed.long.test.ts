// The life of orders on real processes: stopped, raised, tried again, checked, waited for, and what a run's own words become.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, isAlive, until } from './fleet.ts';
import { FAMILY, oneMachine, pids } from './orders-parts.ts';

afterEach(endFleets);

test('cancel, retry and remove from the command line say what they lead to (O8, part 7)', async () => {
  const { mac } = await oneMachine();
  const run = 'echo x >> ran; [ -e good ]';
  expect(await mac.ok('order', 'add', 'job', '--for', '1', '--', run)).toMatch(/^placed job for 1 mac \(this machine\)/);
  await mac.ok('sync', '--wait');
  expect(await mac.here(['wait', 'job'])).toMatchObject({ code: 1, stderr: expect.stringContaining('FAILED') });
  writeFileSync(join(mac.home, 'good'), '');
  expect(await mac.ok('retry', 'job')).toMatch(/placed job .* generation 2/);
  expect(await mac.here(['wait', 'job', '--timeout', '2m'])).toMatchObject({ code: 0 });
  expect(mac.count('ran')).toBe(2);
  expect(await mac.coord(['cancel', 'job'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('had ended already: COMPLETED'),
  });
  expect(await mac.ok('order', 'remove', 'job')).toContain('removed job');
  expect((await mac.json('status')).orders).toEqual({});

  await mac.ok('order', 'add', 'long', '--for', '1', '--', FAMILY);
  await until('it runs', () => mac.count('pids') === 2);
  expect(await mac.coord(['retry', 'long'])).toMatchObject({ code: 1, stderr: expect.stringContaining('has not ended') });
  expect(await mac.ok('cancel', 'long')).toContain('cancelled long');
  await mac.ok('sync', '--wait');
  expect(pids(mac).filter(isAlive)).toEqual([]);
  expect(await mac.ok('retry', 'long')).toContain('generation 2');
  await mac.ok('cancel', 'long');
});

test('several ids: all are checked first, and one push changes all of them or nothing does (D5)', async () => {
  const { fleet, mac } = await oneMachine();
  const held = { assign: 1, run: 'true', approval: true };
  fleet.person().order([...['a', 'b', 'c'].map((id) => ({ id, ...held })), { id: 'done', assign: 1, run: 'true' }]);
  await mac.ok('sync', '--wait');
  const before = fleet.board('ORDERS.json');
  expect(await mac.here(['approve', 'a', 'nope', 'done', 'b'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining(
      'nothing was done to any of the 4 orders: no order "nope" in ORDERS.json; order done asks for no approval',
    ),
  });
  expect(await mac.here(['retry', 'done', 'a'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('any of the 2 orders: order a has not ended: it is BLOCKED\n  try: coord cancel a'),
  });
  expect(await mac.here(['cancel', 'a', 'nope'])).toMatchObject({ code: 1, stderr: expect.stringContaining('"nope"') });
  expect(await mac.here(['order', 'remove', 'a', 'nope'])).toMatchObject({ code: 1, stderr: expect.stringContaining('"nope"') });
  expect(fleet.board('ORDERS.json')).toBe(before);

  const commits = () => Number(fleet.git('rev-list', '--count', 'main', '--', 'coordination/ORDERS.json'));
  const from = commits();
  expect(await mac.ok('approve', 'a', 'b')).toMatch(/^approved a .*\napproved b .*\n$/);
  expect(fleet.git('log', '--format=%s', '-20', 'main', '--', 'coordination/ORDERS.json')).toContain('approve a, b');
  await mac.ok('sync', '--wait');
  expect(await mac.ok('cancel', 'c', 'c', 'a')).toBe(
    'cancelled c: it will not start\na had ended already: COMPLETED; it will not run again\n',
  );
  expect(await mac.ok('retry', 'a', 'b')).toMatch(/placed a .*generation 2\nplaced b .*generation 2\n$/s);
  await mac.ok('sync', '--wait');
  expect(await mac.ok('order', 'remove', 'a', 'b', 'c', 'done')).toContain('removed done from ORDERS.json · it was COMPLETED');
  expect(commits()).toBe(from + 4);
  expect(JSON.parse(fleet.board('ORDERS.json')).orders).toEqual([]);
});

test('scripts: what a command about orders leads to is there as JSON, of each order (part 7)', async () => {
  const { fleet, mac } = await oneMachine();
  fleet.person().order(['a', 'b'].map((id) => ({ id, assign: 1, run: 'false', approval: true })));
  await mac.ok('sync');
  expect(await mac.json('approve')).toMatchObject({ a: { approval: 'awaited' }, b: { approval: 'awaited' } });
  const changed = await mac.json('order', 'set', 'a', '--title', 'A');
  expect(changed).toEqual({ id: 'a', landed: true, order: expect.objectContaining({ title: 'A' }) });
  const given = (id: string) => ({ id, landed: true, order: expect.objectContaining({ approval: 'given' }) });
  expect(await mac.json('approve', 'a', 'b')).toEqual([given('a'), given('b')]);
  expect(await mac.json('approve')).toEqual({});
  await mac.ok('sync', '--wait');
  expect(await mac.json('retry', 'a')).toMatchObject([{ id: 'a', landed: true, order: { generation: 2 } }]);
  await mac.ok('sync', '--wait');
  expect(await mac.json('cancel', 'b')).toMatchObject([{ id: 'b', landed: true, order: { state: 'FAILED' } }]);
  const wrong = await mac.here(['cancel', 'a', 'nope', '--json']);
  expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no order "nope"') });
  expect(await mac.json('order', 'remove', 'a', 'b')).toEqual(['a', 'b'].map((id) => ({ id, landed: true, order: null })));
});

test('order clean removes what has ended by one push; off a terminal it says what, and wants --yes', async () => {
  const { fleet, mac } = await oneMachine();
  fleet.person().order([
    { id: 'base', assign: 1, run: 'true' },
    { id: 'next', assign: 1, run: 'false', after: ['base'] },
    { id: 'done', assign: 1, run: 'true' },
    { id: 'held', assign: 1, run: 'true', approval: true },
  ]);
  await mac.ok('sync', '--wait');
  await mac.ok('sync', '--wait');
  const list = () => JSON.parse(fleet.board('ORDERS.json')).orders.map(({ id }: { id: string }) => id);
  const would = [
    'would remove 1 order from ORDERS.json:',
    '  done  COMPLETED  just now',
    '2 that ended stay:',
    '  next  it needs you: coord status',
    '  base  another order comes after it\n',
  ].join('\n');
  const told = ({ stdout }: { stdout: string }) => stdout.replaceAll(/just now|\d+ s ago/g, 'just now');
  expect(told(await mac.here(['order', 'clean', '--dry-run']))).toBe(would);
  const refused = await mac.here(['order', 'clean']);
  expect(told(refused)).toBe(would);
  expect(refused).toMatchObject({
    code: 1,
    stderr: 'coord: nothing was removed: without a terminal, expected --yes\n  try: coord order clean --yes\n',
  });
  expect(await mac.ok('order', 'clean', '--older-than', '7d')).toBe('nothing to remove\n');
  expect(await mac.here(['order', 'clean', '--state', 'queued'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no state "queued"; expected one of completed, failed, cancelled'),
  });
  expect(await mac.here(['order', 'clean', '--older-than', 'long'])).toMatchObject({ code: 2 });
  expect(list()).toEqual(['base', 'next', 'done', 'held']);

  expect(await mac.ok('order', 'clean', '--yes')).toContain('removed 1 order from ORDERS.json:\n  done');
  expect(list()).toEqual(['base', 'next', 'held']);
  expect(await mac.ok('order', 'clean', '--state', 'completed,failed', '--yes')).toContain('removed 2 orders');
  expect(fleet.git('log', '-3', '--format=%s', 'main', '--', 'coordination/ORDERS.json')).toContain('remove base, next');
  expect(list()).toEqual(['held']);
  expect(await mac.ok('order', 'clean', '--yes')).toBe('nothing to remove\n');
});

test('time-outs, tries, checks, outputs, programs that are not there: each says so (O7, O9, section 5)', async () => {
  const { fleet, mac } = await oneMachine('--slots', '9');
  fleet.person().order([
    { id: 'slow', assign: 1, run: 'echo going; sleep 1000', timeout: '1s' },
    { id: 'second-try', assign: 1, attempts: 2, run: 'echo try >> tries; [ "$COORD_ATTEMPT" = 2 ]' },
    { id: 'never', assign: 1, attempts: 2, run: 'echo try >> nevers; exit 9' },
    { id: 'checked', assign: 1, run: 'true', check: 'echo looked; exit 4' },
    { id: 'passes', assign: 1, run: 'touch made', check: ['test', '-e', 'made'] },
    { id: 'says', assign: 1, run: 'echo "version=1.2" >> "$COORD_OUTPUT"; echo "note=a b=c" >> "$COORD_OUTPUT"' },
    { id: 'missing', assign: 1, run: ['no-such-program'] },
    { id: 'leaks', assign: 1, run: 'echo ghp_0123456789abcdefghijklmnopqrstuvwxyz; printf "\\033[31mred\\007\\n"' },
    { id: 'floods', assign: 1, run: 'yes 0123456789 | head -n 300000; echo the end' },
  ]);
  await mac.ok('sync', '--wait');
  const { orders } = fleet.status();
  expect(orders.slow).toMatchObject({ state: 'FAILED', reason: 'timed out' });
  expect(orders['second-try']).toMatchObject({ state: 'COMPLETED', attempt: 2 });
  expect(mac.count('tries')).toBe(2);
  expect(orders.never).toMatchObject({ state: 'FAILED', attempt: 2, exitCode: 9 });
  expect(mac.count('nevers')).toBe(2);
  expect(orders.checked).toMatchObject({
    state: 'FAILED',
    reason: 'check failed with 4',
    tail: expect.stringContaining('looked'),
  });
  expect(orders.passes).toMatchObject({ state: 'COMPLETED' });
  expect(orders.says).toMatchObject({ state: 'COMPLETED', outputs: { version: '1.2', note: 'a b=c' } });
  expect(orders.missing).toMatchObject({
    state: 'FAILED',
    reason: expect.stringContaining('program not found: no-such-program'),
  });
  expect(orders.leaks?.tail).toMatch(/red/);
  expect(orders.leaks?.tail).not.toMatch(/ghp_0|\u001b|\u0007/);
  expect(orders.floods?.tail).toMatch(/the end$/);
  expect(Buffer.byteLength(fleet.board('results/1.json'))).toBeLessThan(40_000);
  expect(mac.processes()).toEqual([]);
});

test('one slot: three orders run one after the other, in the order of their priority (part 4)', async () => {
  const { fleet, mac } = await oneMachine();
  const run = (id: string) => `[ ! -e busy ] || echo overlap >> ran; touch busy; sleep 0.2; echo ${id} >> ran; rm busy`;
  fleet.person().order([
    { id: 'low', assign: 1, run: run('low'), priority: 'low' },
    { id: 'normal', assign: 1, run: run('normal') },
    { id: 'urgent', assign: 1, run: run('urgent'), priority: 'urgent' },
  ]);
  await mac.ok('sync', '--wait');
  expect(mac.read('ran')).toBe('urgent\nnormal\nlow\n');
});

test('assign edited after the start: it stays where it ran; one for nobody waits and says so (S3, O8)', async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  fleet.person().order([
    { id: 'moved', assign: 1, run: 'echo x >> ran' },
    { id: 'nobody', assign: 'laptop', run: 'true' },
    { id: 'later', assign: 'any', run: 'true' },
  ]);
  await mac.ok('sync');
  fleet.person().order([{ id: 'moved', assign: 2, run: 'echo x >> ran' }]);
  await pc.ok('sync');
  await mac.ok('sync', '--wait');
  expect([mac.count('ran'), pc.count('ran')]).toEqual([1, 0]);
  fleet.person().order([{ id: 'moved', assign: 2, run: 'echo x >> ran', generation: 2 }]);
  await mac.ok('sync', '--wait');
  await pc.ok('sync', '--wait');
  expect([mac.count('ran'), pc.count('ran')]).toEqual([1, 1]);
});

test('logs shows the failure again after a retry was cancelled, and says where there is no output', async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  fleet.person().order([
    { id: 'fail1', assign: 2, run: 'echo it broke; exit 3' },
    { id: 'silent', assign: 2, run: 'true' },
  ]);
  await pc.ok('sync', '--wait');
  await mac.ok('sync');
  expect(await mac.here(['logs', 'silent'])).toMatchObject({ code: 0, stdout: '', stderr: 'no output on machine 2\n' });
  expect(await pc.here(['logs', 'silent'])).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/^no output/) });
  await mac.ok('retry', 'fail1');
  await mac.ok('cancel', 'fail1');
  for (const words of [
    ['logs', 'fail1'],
    ['logs', '-f', 'fail1'],
  ])
    expect(await mac.here(words)).toMatchObject({
      ...{ code: 0, stdout: 'it broke\n' },
      stderr: expect.stringMatching(/^generation 1, attempt 1, on 2: FAILED, /),
    });
  await mac.ok('order', 'add', 'never', '--for', '2', '--', 'true');
  await mac.ok('cancel', 'never');
  expect((await mac.here(['logs', '-f', 'never'])).stderr).toMatch(
    /has no output here: it is CANCELLED[\s\S]*coord order show never/,
  );
});
