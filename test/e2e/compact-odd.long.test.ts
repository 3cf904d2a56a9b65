// `coord compact` between what people do meanwhile: merges, edits of the announcement, a fleet.yaml that breaks. Real git, real processes.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isoTime } from '../../src/core/base/time.ts';
import { clockOff } from './clock-off.ts';
import { announced, historyOf, later, laterWith, main, markers, oldFleet, personFirst, said } from './compact-fleet.ts';
import { createFleet, endFleets, type TestMachine } from './fleet.ts';

afterEach(endFleets);

test('R3b a person who merges what others have pushed announces nothing anew', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  const person = fleet.person('merges');
  person.git('commit', '--allow-empty', '-qm', 'Not pushed yet');
  await announced(opened);
  person.git('pull', '-q', '--no-rebase', '--no-edit');
  person.git('push', '-q', 'origin', 'HEAD:main');
  expect(fleet.git('log', '-1', '--format=%P', 'main').split(' ')).toHaveLength(2);
  const done = await later(fleet, mac, 42);
  expect(done, done.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^shortened the history/) });
  for (const machine of [pc, mac]) await machine.ok('sync');
});

test('R3b twice in a minute: each is done', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  for (const text of ['one', 'two']) fleet.person().push({ 'notes.txt': text });
  await mac.coord(['order', 'add', 'a', '--for', '9', 'true'], { env: clockOff(fleet, 10 * 86_400_000) });
  await mac.coord(['order', 'add', 'b', '--for', '9', 'true'], { env: clockOff(fleet, 30 * 86_400_000) });
  for (const keep of ['35d', '15d']) {
    const done = await later(fleet, mac, 40, '--keep', keep, '--now');
    expect(done.stdout, done.stderr).toMatch(/^shortened the history: \d+ commits? before /);
  }
  expect(markers(fleet)).toHaveLength(2);
});

test('R3b who wants more to stay while it is done is heard: nothing is changed', async () => {
  const opened = await oldFleet();
  const { fleet, mac } = opened;
  await announced(opened);
  const before = historyOf(fleet);
  const edit = 'sed -i.bak "s/keep_history: 30d/keep_history: 365d/" coordination/fleet.yaml && rm coordination/fleet.yaml.bak';
  const done = await laterWith(fleet, mac, 42, personFirst(fleet, edit));
  expect(done).toMatchObject({ code: 5, stderr: expect.stringContaining('the announcement was changed meanwhile') });
  expect(historyOf(fleet).slice(0, before.length)).toEqual(before);
});

test('R3b D4 a fleet.yaml that breaks after the announcement is mended first', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  await announced(opened);
  const good = fleet.board('fleet.yaml');
  fleet.person().push({ 'coordination/fleet.yaml': `${good}\nmore: [\n` });
  const done = await later(fleet, mac, 42);
  expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining('does not let coord change keep_history') });
  expect(markers(fleet)).toEqual([]);
  fleet.person().push({ 'coordination/fleet.yaml': `${good}\n` });
  await pc.ok('sync');
  expect(await later(fleet, mac, 42)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^shortened the history/) });
});

test('R3b a standing word has no bundle of one name', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  const refused = await mac.coord(['compact', '--at-least', '1MB', '--bundle', 'one.bundle']);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--bundle cannot go with --at-least') });
});

test('R3b two fleets of one name and one minute have branches of their own in one archive', async () => {
  const both = [await oldFleet(), await oldFleet()];
  const archive = `${both[0]?.fleet.root}/archive.git`;
  execFileSync('git', ['init', '--quiet', '--bare', archive]);
  const at = isoTime(Date.now() + 41 * 86_400_000).slice(0, 16);
  for (const { fleet, mac, pc } of both) {
    fleet.person().push({ 'coordination/fleet.yaml': `heartbeat: 1h\nkeep_history: 30d\ncompact_at: ${at}:00Z\n` });
    await said(pc, mac);
  }
  for (const { fleet, mac } of both) {
    const tip = main(fleet);
    // One that the archive has, and one that it lacks.
    const bundles = ['0', '1'].map((digit) =>
      join(mac.coordHome, 'history', `${basename(mac.folder)}-${digit.repeat(10)}.bundle`),
    );
    mkdirSync(join(mac.coordHome, 'history'));
    const lacked = fleet.git('commit-tree', '-m', 'elsewhere', '-p', `${tip}~1`, `${tip}^{tree}`).trim();
    for (const [at, commit] of [tip, lacked].entries()) {
      fleet.git('update-ref', 'refs/heads/old', commit);
      fleet.git('bundle', 'create', '--quiet', bundles[at] ?? '', 'refs/heads/old');
    }
    fleet.git('update-ref', '-d', 'refs/heads/old');
    fleet.git('push', '--quiet', archive, `${tip}:refs/heads/earlier-${tip}`);
    const done = await later(fleet, mac, 42, '--archive', archive);
    expect(done, done.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(archive) });
    expect(done.stdout).toContain(`\n  removed, because that archive has the same: ${bundles[0]}\n`);
    expect(bundles.map((path) => existsSync(path))).toEqual([false, true]);
    expect(execFileSync('git', ['--git-dir', archive, 'for-each-ref', '--contains', tip], { encoding: 'utf8' })).toContain(
      'compacted-',
    );
  }
  const [folder = ''] = both[0]?.mac.folder.split('/').slice(-1) ?? [];
  const names = execFileSync('git', ['--git-dir', archive, 'for-each-ref', '--format=%(refname)'], { encoding: 'utf8' });
  expect(names.match(new RegExp(`^refs/heads/compacted-${folder}-`, 'gm'))).toHaveLength(2);
});

test('R3b C2 another length, asked for after a kill, is announced; nothing is told as done that was not', async () => {
  const opened = await oldFleet();
  const { fleet, mac } = opened;
  await announced(opened);
  expect((await laterWith(fleet, mac, 42, { COORD_CRASH_AT: 'history-replaced' })).code).toBeNull();
  const done = await later(fleet, mac, 60, '--keep', '1d');
  expect(done, done.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^history before .* is shortened from /) });
  expect(fleet.board('fleet.yaml')).toMatch(/\nkeep_history: 1d\ncompact_at: /);
});

test('R3b who changes the length after it was done, under the time that still stands, announces anew', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  await announced(opened);
  expect((await laterWith(fleet, mac, 42, { COORD_CRASH_AT: 'history-replaced' })).code).toBeNull();
  const before = markers(fleet);
  const shorter = fleet.board('fleet.yaml').replace('30d', '1d');
  fleet.person().push({ 'coordination/fleet.yaml': `${shorter}\n` });
  await said(pc, mac);
  const again = await later(fleet, mac, 60);
  expect(again, again.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^shortened the history/) });
  expect(markers(fleet)).not.toEqual(before);
  expect(fleet.board('fleet.yaml')).toMatch(/keep_history: 1d$/);
});
