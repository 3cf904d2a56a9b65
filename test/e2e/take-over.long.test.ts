// A machine for life: its disk is lost and a new folder goes on as it (I2). Real git, real processes.
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { changePolicy } from '../../src/system/policy/policy-file.ts';
import { createFleet, endFleets, type Fleet, removed, type TestMachine, until } from './fleet.ts';
import { syncUntil } from './sync-until.ts';

afterEach(endFleets);

const lane = (fleet: Fleet, number: number) => fleet.git('rev-parse', `refs/coord/machines/${number}`);
const field = (fleet: Fleet, number: number, name: string) =>
  new RegExp(`^${name}: (.*)$`, 'm').exec(fleet.board(`COMPUTER_${number}.md`))?.[1];

const allow = (of: TestMachine, folder = of.folder) => changePolicy(of.coordHome, folder, 'allow', 'shell', true);

async function two(): Promise<{ fleet: Fleet; mac: TestMachine; pc: TestMachine }> {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  return { fleet, mac, pc };
}

test('I2 a lost disk: the new folder has name, memory, messages and cursors; what ran is interrupted', async () => {
  const { fleet, mac, pc } = await two();
  fleet.person().order([
    { id: 'done', assign: 2, run: 'echo x >> done' },
    { id: 'going', assign: 2, run: 'echo x >> going; exec sleep 1000' },
  ]);
  fleet.person().push({ 'coordination/messages/0_TO_2.md': '## one\nfirst\n\n## two\nsecond\n' });
  await syncUntil([pc], () => fleet.status().orders.done?.state === 'COMPLETED' && pc.count('going') === 1);
  await pc.ok('inbox', '--take');
  await pc.ok('send', '1', 'from the first folder');
  await mac.ok('sync');
  await mac.ok('inbox', '--take');
  const before = lane(fleet, 2);
  const [seq, instance] = [Number(field(fleet, 2, 'seq')), field(fleet, 2, 'instance')];
  for (const pid of pc.processes()) process.kill(pid, 'SIGKILL');
  removed(pc.folder);
  rmSync(pc.coordHome, { recursive: true });

  expect(await pc.here(['join', fleet.hub, pc.folder, '--as', '2', '--again'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/back in the fleet .* as .*machine 2 pc[\s\S]*nothing may run here yet/),
  });
  expect(lane(fleet, 2)).not.toBe(before);
  expect(Number(field(fleet, 2, 'seq'))).toBeGreaterThan(seq);
  expect(field(fleet, 2, 'instance')).not.toBe(instance);
  allow(pc);
  await pc.ok('sync', '--wait');
  const status = fleet.status();
  expect(status.machines['2']).toMatchObject({ name: 'pc', state: 'IDLE' });
  expect(status.orders).toMatchObject({
    done: { state: 'COMPLETED' },
    going: { state: 'FAILED', reason: 'interrupted', attempt: 1 },
  });
  expect([pc.count('done'), pc.count('going')]).toEqual([1, 1]);
  expect(await pc.ok('inbox')).not.toMatch(/first|second/);
  fleet.person().push({ 'coordination/messages/0_TO_2.md': '## one\nfirst\n\n## two\nsecond\n\n## three\nthird\n' });
  await pc.ok('sync');
  expect(await pc.ok('inbox')).toContain('third');
  expect(await pc.ok('send', '1', 'from the second folder')).toContain('message 2');
  expect(await mac.ok('sync')).toContain('1 new message');
  expect(await pc.ok('sync')).not.toContain('started');
});

test('R3 I2 an earlier folder that is still alive finds a foreign lane commit and halts', async () => {
  const { fleet, pc } = await two();
  const again = join(fleet.root, 'pc', 'again');
  await pc.ok('join', fleet.hub, again, '--as', '2', '--name', 'tower');
  fleet.person().order([{ id: 'once', assign: 2, run: 'echo x >> once' }]);
  const halted = await pc.here(['--dir', pc.folder, 'sync']);
  expect(halted).toMatchObject({ code: 5, stderr: expect.stringContaining('another folder writes as machine 2') });
  expect(halted.stderr).toContain('coord adopt');
  expect(pc.count('once')).toBe(0);
  allow(pc, again);
  await pc.ok('--dir', again, 'sync', '--wait');
  expect(pc.count('once')).toBe(1);
  expect(fleet.status().machines['2']).toMatchObject({ name: 'tower' });
});

test('I2 no machine of that number: an error that says what to do, and nothing is left behind', async () => {
  const { fleet, pc } = await two();
  const again = join(fleet.root, 'pc', 'again');
  expect(await pc.here(['join', fleet.hub, again, '--as', '7'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no machine 7 in this fleet[\s\S]*without --as/),
  });
  expect(await pc.coord(['join', fleet.hub, again, '--as', '0'])).toMatchObject({ code: 2 });
  expect(fleet.git('for-each-ref', '--format=%(refname)', 'refs/coord').split('\n')).toHaveLength(2);
});

test.each([
  'written',
  'push-journaled',
  'pushed',
  'outcome-journaled',
])('I2 R5 join --as killed at %s: the same command goes on', async (step) => {
  const { fleet, pc } = await two();
  fleet.person().order([{ id: 'done', assign: 2, run: 'echo x >> done' }]);
  await pc.ok('sync', '--wait');
  rmSync(pc.folder, { recursive: true });
  const args = ['join', fleet.hub, pc.folder, '--as', '2'];
  expect(await pc.coord(args, { env: { COORD_CRASH_AT: step } })).toMatchObject({ code: null });
  expect(await pc.ok(...args)).toContain('machine 2 pc');
  allow(pc);
  await pc.ok('sync', '--wait');
  expect(pc.count('done')).toBe(1);
  expect(fleet.status()).toMatchObject({ machines: { 2: { name: 'pc' } }, orders: { done: { state: 'COMPLETED' } } });
});

describe('R3: a copied machine folder', () => {
  async function copied() {
    const { fleet, mac, pc } = await two();
    fleet.person().order([{ id: 'first', assign: 2, run: 'echo first >> ran' }]);
    await pc.ok('sync', '--wait');
    await pc.ok('send', '1', 'before the copy');
    const copy = join(fleet.root, 'pc', 'copy');
    cpSync(pc.folder, copy, { recursive: true, preserveTimestamps: true });
    allow(pc, copy);
    const inCopy = (...args: string[]) => pc.here(['--dir', copy, ...args]);
    const here = (...args: string[]) => pc.here(['--dir', pc.folder, ...args]);
    return { fleet, mac, pc, inCopy, here };
  }

  test('R3 both sync: one halts; after adopt there the other one; nothing runs twice, no message is lost', async () => {
    const { fleet, mac, pc, inCopy, here } = await copied();
    const one = { id: 'one', assign: 2, run: 'echo one >> ran' };
    fleet.person().order([one]);
    const first = await here('sync', '--wait');
    const second = await inCopy('sync', '--wait');
    expect([first.code, second.code]).toEqual([0, 5]);
    expect(second.stderr).toMatch(/another folder writes as machine 2 pc[\s\S]*coord adopt/);
    expect(await inCopy('send', '1', 'from the copy')).toMatchObject({ code: 0, stdout: expect.stringContaining('recorded') });
    expect(await here('send', '1', 'from the folder')).toMatchObject({ code: 0 });

    expect(await inCopy('adopt')).toMatchObject({ code: 0, stdout: expect.stringContaining('this folder is machine 2 pc') });
    fleet.person().order([one, { id: 'two', assign: 2, run: 'echo two >> ran' }]);
    expect(await here('sync', '--wait')).toMatchObject({ code: 5 });
    expect(await inCopy('sync', '--wait')).toMatchObject({ code: 0 });
    expect(pc.read('ran').split('\n')).toEqual(['first', 'one', 'two', '']);
    expect(fleet.status().orders).toMatchObject({ one: { state: 'COMPLETED' }, two: { state: 'COMPLETED' } });
    await mac.ok('sync');
    const inbox = await mac.json<{ number: number; body: string }[]>('inbox');
    expect(inbox.map(({ number, body }) => `${number} ${body}`)).toEqual([
      '1 before the copy',
      '2 from the folder',
      '3 from the copy',
    ]);
  });

  test('R3 what only the other one ran is interrupted, and not run again in silence', async () => {
    const { fleet, pc, inCopy, here } = await copied();
    fleet.person().order([{ id: 'going', assign: 2, run: 'echo going >> ran; until [ -e go ]; do sleep 0.05; done' }]);
    expect(await here('sync')).toMatchObject({ code: 0, stdout: expect.stringContaining('started going') });
    await until('it has begun', () => pc.count('ran') === 2);
    expect(await inCopy('adopt')).toMatchObject({ code: 0 });
    expect(fleet.status().orders.going).toMatchObject({ state: 'FAILED', reason: 'interrupted', attempt: 1 });
    expect(await inCopy('sync', '--wait')).toMatchObject({ code: 0 });
    writeFileSync(join(pc.home, 'go'), '');
    expect(await here('sync', '--wait')).toMatchObject({ code: 5 });
    expect(pc.read('ran')).toBe('first\ngoing\n');
  });

  test('R3 killed in the middle of adopt: the next sync goes on', async () => {
    const { fleet, pc, inCopy, here } = await copied();
    for (const step of ['adopted', 'push-journaled', 'pushed']) {
      fleet.person().order([{ id: step, assign: 2, run: `echo ${step} >> ran` }]);
      expect(await here('sync', '--wait'), step).toMatchObject({ code: 0 });
      expect(await inCopy('sync'), step).toMatchObject({ code: 5 });
      const args = ['--dir', join(fleet.root, 'pc', 'copy'), 'adopt'];
      expect(await pc.coord(args, { env: { COORD_CRASH_AT: step } }), step).toMatchObject({ code: null });
      expect(await inCopy('sync', '--wait'), step).toMatchObject({ code: 0 });
      expect(await here('sync'), step).toMatchObject({ code: 5 });
      expect(await here('adopt'), step).toMatchObject({ code: 0 });
    }
    expect(pc.read('ran')).toBe('first\nadopted\npush-journaled\npushed\n');
  });

  test('R3 where nobody else writes, adopt says so and does nothing; offline it says that', async () => {
    const { fleet, here } = await copied();
    const before = lane(fleet, 2);
    expect(await here('adopt')).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to adopt') });
    expect(lane(fleet, 2)).toBe(before);
    fleet.away(true);
    expect(await here('adopt')).toMatchObject({ code: 4 });
  });
});
