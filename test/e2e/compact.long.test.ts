// `coord compact` from the announcement to the clones of people. Real git, real processes.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { announced, historyOf, later, letGo, main, markers, oldFleet, said } from './compact-fleet.ts';
import { endFleets, until } from './fleet.ts';

afterEach(endFleets);

test('R3b announced on the board, done a day later, the old history in a bundle; machines go on', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc, old } = opened;
  // Of one that left, the lane stays as it was.
  const [gone] = await fleet.joined('gone');
  await gone?.ok('leave');
  await said(mac, pc);
  expect(await mac.ok('timeline', '--order', 'early')).toMatch(/A person.*early/);
  const first = await later(fleet, mac, 40, '--keep', '30d');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toMatch(
    /^history before \d{4}-\d\d-\d\d is shortened from \d{4}-\d\d-\d\d \d\d:\d\d UTC on, by the next coord compact/,
  );
  expect(fleet.board('fleet.yaml')).toMatch(/^heartbeat: 1h\nkeep_history: 30d\ncompact_at: 20\S+$/);
  expect(fleet.board('README.md')).toMatch(
    /> \*\*The history of this repo before .* Afterwards, once in each clone of it: `git pull --rebase`/,
  );
  await announced(opened);
  const notice =
    /\nThe history of this repo before 20\S+ goes into a file from 20\S+ \d\d:\d\d UTC on\. Afterwards, once in each clone of it: git pull --rebase\n/;
  for (const machine of [mac, pc]) expect(await machine.ok('status')).toMatch(notice);
  expect((await later(fleet, mac, 40)).stdout).toContain(', by the next coord compact; the board says so');
  const before = historyOf(fleet);
  expect(before).toContain(old[0]);
  const done = await later(fleet, mac, 42);
  expect(done, done.stderr).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout).toMatch(/^shortened the history: \d+ commits before /);
  const after = historyOf(fleet);
  expect(after.length).toBeLessThan(before.length);
  expect(before.filter((commit) => after.includes(commit))).toEqual([]);
  const [marker = ''] = markers(fleet);
  const tip = /^Coord-Compacted: (\w+)$/m.exec(fleet.git('log', '-1', '--format=%B', marker))?.[1] ?? '';
  expect(fleet.git('diff', tip, marker)).toBe('');
  expect(fleet.git('merge-base', tip, before.at(-1) ?? '')).toBe(before.at(-1));
  // Runs are told as before; that the order was placed is in the bundle.
  const told = await mac.here(['timeline', '--order', 'early']);
  expect(told.stdout).toContain('early');
  expect(told.stdout).not.toContain('A person');
  expect(told.stderr).toMatch(/what people did before \d{4}-\d\d-\d\d left the history of main, and is in fleet-\w{10}\.bundle/);
  // What was announced is done, and is no announcement any more.
  expect(fleet.board('fleet.yaml')).toBe('heartbeat: 1h\nkeep_history: 30d');
  expect(fleet.board('README.md')).not.toContain('The history of this repo');
  expect(await mac.ok('status')).not.toContain('The history of this repo');

  const [bundle = ''] = readdirSync(join(mac.coordHome, 'history'));
  const kept = join(fleet.root, 'kept');
  expect(done.stdout).toContain(`git clone --branch main ${join(mac.coordHome, 'history', bundle)} old`);
  execFileSync('git', ['clone', '--quiet', '--branch', 'main', join(mac.coordHome, 'history', bundle), kept], { stdio: 'pipe' });
  expect(execFileSync('git', ['-C', kept, 'rev-list', 'HEAD']).toString()).toContain(old[0]);

  fleet.person().order([
    { id: 'a', assign: 1, run: 'echo a' },
    { id: 'b', assign: 2, run: 'echo b' },
  ]);
  for (const machine of [pc, mac]) await machine.ok('sync', '--wait');
  expect(fleet.status().orders).toMatchObject({ a: { state: 'COMPLETED' }, b: { state: 'COMPLETED' } });
  // A machine that joins afterwards fetches what is left, and the next time there is nothing to do.
  const [late] = await fleet.joined('late');
  await late?.ok('sync');
  for (const machine of [mac, pc]) await machine.ok('sync');
  letGo(fleet);
  expect(spawnSync('git', ['--git-dir', fleet.hub, 'cat-file', '-e', old[0] ?? '']).status).not.toBe(0);
});

test('R3b S5 a machine that slept meanwhile, its run unsynced, brings the result once', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  fleet.person().order([{ id: 'night', assign: 2, run: 'until [ -e go ]; do sleep 0.05; done; echo x >> ran' }]);
  await said(pc);
  fleet.away(true);
  writeFileSync(join(pc.home, 'go'), '');
  await until('it has run', () => pc.count('ran') === 1 && pc.processes().length === 0);
  expect(await pc.here(['sync'])).toMatchObject({ code: 4 });
  fleet.away(false);
  await said(mac);
  // It was heard of long ago, and has not seen that. What it saw stays.
  expect(await later(fleet, mac, 40, '--keep', '1d')).toMatchObject({ code: 0 });
  const done = await later(fleet, mac, 50);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(done.stdout).toContain('what machine 2 pc saw last stays');
  expect(fleet.status().orders.night?.state).not.toBe('COMPLETED');
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.night).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  expect(
    JSON.parse(fleet.board('results/2.json')).ended.filter(({ order }: { order: string }) => order === 'night'),
  ).toHaveLength(1);
  expect(pc.count('ran')).toBe(1);
});

test('R3b a person’s clone: git refuses its old history; git pull --rebase takes what it has along', async () => {
  const opened = await oldFleet();
  const { fleet, mac } = opened;
  const [ahead, still] = [fleet.person('ahead'), fleet.person('still')];
  for (const person of [ahead, still]) person.git('status');
  await announced(opened);
  ahead.git('pull', '--quiet', '--rebase');
  ahead.git('commit', '--quiet', '--allow-empty', '--message', 'Mine, not pushed yet');
  expect(await later(fleet, mac, 42)).toMatchObject({ code: 0 });
  const commits = historyOf(fleet);
  const push = spawnSync('git', ['-C', ahead.clone, 'push', 'origin', 'HEAD:main'], { encoding: 'utf8' });
  expect(push.status).toBe(1);
  expect(push.stderr).toContain('! [rejected]');
  expect(historyOf(fleet)).toEqual(commits);
  for (const person of [ahead, still]) person.git('pull', '--quiet', '--rebase');
  expect(still.git('rev-parse', 'HEAD')).toBe(main(fleet));
  expect(ahead.git('log', '--format=%s', 'origin/main..HEAD')).toBe('Mine, not pushed yet');
  ahead.git('push', '--quiet', 'origin', 'HEAD:main');
  await mac.ok('sync');
});

test('R3b F4 of a board on a branch of its own that branch is shortened, and main stays', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  fleet.person().push({ 'coordination/fleet.yaml': 'heartbeat: 1h\nboard: coord-board\n' });
  await said(mac, pc, mac);
  await announced(opened);
  const [people, board] = [historyOf(fleet), historyOf(fleet, 'coord-board')];
  expect(await later(fleet, mac, 42)).toMatchObject({ code: 0 });
  expect(historyOf(fleet).slice(0, people.length)).toEqual(people);
  const after = historyOf(fleet, 'coord-board');
  expect(board.filter((commit) => after.includes(commit))).toEqual([]);
  expect(after.length).toBeLessThan(board.length + 1);
  await said(pc, mac);
  expect(fleet.board('messages/2_TO_0.md', 'coord-board')).toContain('seen by pc');
  for (const machine of [mac, pc]) await machine.ok('sync');
});

test('R3b D4 O20 versions in force stay: of a template that an order began with, and of ORDERS.json', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  const first = 'until [ -e go ]; do sleep 0.05; done';
  const settings = (run: string) => {
    const steps = `[{ id: a, assign: 1, run: '${first}' }, { id: b, assign: 1, run: '${run}' }]`;
    return { 'coordination/fleet.yaml': `heartbeat: 1h\ntemplates: { build: { steps: ${steps} } }\n` };
  };
  fleet
    .person()
    .push({ ...settings('echo first >> ran'), 'coordination/ORDERS.json': '{ "orders": [{ "id": "x", "use": "build" }] }' });
  await mac.ok('sync');
  expect(fleet.status().orders['x.a']).toMatchObject({ state: 'IN_PROGRESS' });
  fleet.person().push(settings('echo second >> ran'));
  await said(mac, pc, mac);
  fleet.person().push({ 'coordination/ORDERS.json': '{ "orders": [' });
  await said(mac, pc);
  await announced(opened);
  const versions = (path: string) => fleet.git('log', '--format=', '--raw', '--no-abbrev', 'main', '--', `coordination/${path}`);
  const before = ['fleet.yaml', 'ORDERS.json'].map(versions);
  const done = await later(fleet, mac, 42);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(markers(fleet)).toHaveLength(1);
  const after = ['fleet.yaml', 'ORDERS.json'].map(versions);
  expect(after[0]?.length).toBeLessThan(before[0]?.length ?? 0);
  // Each clone is made anew of what is left.
  await said(pc, mac);
  letGo(fleet);
  for (const machine of [mac, pc]) rmSync(join(machine.folder, '.coord', 'clone.git'), { recursive: true });
  for (const machine of [pc, mac]) await machine.ok('sync');
  writeFileSync(join(mac.home, 'go'), '');
  await mac.ok('sync', '--wait');
  fleet.person().order([{ id: 'x', use: 'build' }]);
  await mac.ok('sync', '--wait');
  expect(fleet.status().orders['x.b']).toMatchObject({ state: 'COMPLETED' });
  expect(mac.read('ran')).toBe('first\n');
});
