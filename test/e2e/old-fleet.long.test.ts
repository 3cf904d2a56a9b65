// C5a: a machine that joins an old fleet gets the newest part of its history, and does all that others do.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { BEGIN_COMMITS } from '../../src/ledger/ledger-options.ts';
import { main } from './compact-fleet.ts';
import { createFleet, endFleets, type Fleet, type TestMachine } from './fleet.ts';

afterEach(endFleets);

/** A fleet with one order that has run, and more commits since than a new clone gets. */
async function oldFleet(): Promise<{ fleet: Fleet; mac: TestMachine; pc: TestMachine; late: TestMachine }> {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.calm('mac', 'pc')) as [TestMachine, TestMachine];
  fleet.person().order([{ id: 'early', assign: 1, run: 'echo early' }]);
  await mac.ok('sync', '--wait');
  await pc.ok('sync');
  const commits = Array.from({ length: BEGIN_COMMITS + 100 }, (_, at) =>
    [
      'commit refs/heads/main',
      `committer A person <p@example.com> ${Math.floor(Date.now() / 1000)} +0000`,
      'data 4\nnote',
      ...(at === 0 ? [`from ${main(fleet)}`] : []),
      `M 100644 inline notes.txt\ndata ${String(at).length}\n${at}\n`,
    ].join('\n'),
  );
  execFileSync('git', ['--git-dir', fleet.hub, 'fast-import', '--quiet', '--done'], { input: `${commits.join('\n')}\ndone\n` });
  await mac.ok('sync');
  const late = fleet.machine('late');
  await late.ok('join', fleet.hub, late.folder, '--name', 'late');
  await late.ok('allow', 'shell');
  return { fleet, mac, pc, late };
}

const clone = ({ folder }: TestMachine) => join(folder, '.coord', 'clone.git');
const hasPart = (machine: TestMachine) => existsSync(join(clone(machine), 'shallow'));

test('C5a: it runs and answers as any other, and a machine that slept goes on beside it', async () => {
  const { fleet, mac, pc, late } = await oldFleet();
  expect([mac, pc, late].map(hasPart)).toEqual([false, false, true]);
  fleet.person().order([{ id: 'all', assign: 'all', run: 'echo done' }]);
  for (const machine of [late, pc, mac, late]) await machine.ok('sync', '--wait');
  const { machines } = fleet.status().orders.all ?? {};
  expect(Object.values(machines ?? {}).map(({ state }) => state)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
  await late.ok('send', 'mac', 'here I am');
  expect(await mac.ok('sync')).toContain('1 new message');
  expect(hasPart(late)).toBe(true);
  expect(await late.ok('doctor')).not.toContain('✗');
});

test('C5a: its timeline goes back as far as it has it, and with --whole to the first day', async () => {
  const { late } = await oldFleet();
  const { stdout, stderr } = await late.coord(['timeline']);
  expect(stdout).not.toContain('early added');
  expect(stderr).toContain('coord timeline --whole');
  expect(hasPart(late)).toBe(true);
  expect(await late.ok('timeline', '--whole')).toContain('order early added');
  expect(hasPart(late)).toBe(false);
});

test('C5a, C5: a machine that slept, and whose clone is gone, finds its main in all of the history', async () => {
  const { fleet, mac, pc } = await oldFleet();
  execFileSync('rm', ['-rf', clone(pc)]);
  await pc.ok('sync');
  expect(hasPart(pc)).toBe(false);
  fleet.person().order([{ id: 'two', assign: 2, run: 'echo two' }]);
  await pc.ok('sync', '--wait');
  await mac.ok('sync');
  expect(fleet.status().orders.two?.state).toBe('COMPLETED');
});

test('C5a, R3a: where main is gone it puts back all of it, from what the lanes hold', async () => {
  const { fleet, mac, pc, late } = await oldFleet();
  for (const machine of [late, mac, pc]) await machine.ok('sync');
  const before = main(fleet);
  const count = fleet.git('rev-list', '--count', 'main');
  fleet.git('update-ref', '-d', 'refs/heads/main');
  fleet.git('gc', '--quiet', '--prune=now');
  expect((await late.coord(['sync'])).code).toBe(5);
  expect(await late.ok('doctor', '--fix')).toMatch(new RegExp(`put main back as it was at ${before.slice(0, 10)}\\n`));
  expect([main(fleet), fleet.git('rev-list', '--count', 'main')]).toEqual([before, count]);
  fleet.person().order([{ id: 'after', assign: 'all', run: 'echo after' }]);
  for (const machine of [late, mac, pc, late]) await machine.ok('sync', '--wait');
  const { machines } = fleet.status().orders.after ?? {};
  expect(Object.values(machines ?? {}).map(({ state }) => state)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
});

test('C5a, R3b: an announcement is taken back there without a look at the history', async () => {
  const { fleet, late } = await oldFleet();
  expect(await late.ok('compact', '--cancel')).toBe('nothing was announced\n');
  fleet.person().push({
    'coordination/fleet.yaml': 'heartbeat: 1h\nkeep_history: 30d\ncompact_at: 2026-11-21T22:00:00Z\n',
  });
  expect(await late.ok('compact', '--cancel')).toBe('the history stays as it is\n');
  expect(fleet.board('fleet.yaml')).toBe('heartbeat: 1h\nkeep_history: 30d');
  expect(hasPart(late)).toBe(true);
});
