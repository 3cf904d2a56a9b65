// `coord compact` while machines are there that others do not hear of, or whose clock is wrong. Real git, real processes.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { historyOf, later, main, markers, oldFleet, said } from './compact-fleet.ts';
import { createFleet, endFleets, type TestMachine } from './fleet.ts';

afterEach(endFleets);

test('R3b a machine that sleeps and whose lane the host lost is waited for, and does not halt', async () => {
  const { fleet, mac, pc } = await oldFleet();
  for (const text of ['one', 'two', 'three']) fleet.person().push({ 'notes.txt': text });
  const lane = fleet.git('rev-parse', 'refs/coord/machines/2');
  fleet.git('update-ref', '-d', 'refs/coord/machines/2');
  await said(mac);
  const before = historyOf(fleet);
  const refused = await later(fleet, mac, 40, '--keep', '30d', '--now');
  expect(refused).toMatchObject({ code: 5 });
  expect(refused.stderr).toMatch(/nobody can tell what machine 2 pc saw last[\s\S]*coord sync on it; coord machines remove 2/);
  expect(historyOf(fleet).slice(0, before.length)).toEqual(before);
  // Either way out is one.
  await pc.ok('sync');
  expect(fleet.git('rev-parse', 'refs/coord/machines/2')).not.toBe(lane);
  fleet.git('update-ref', '-d', 'refs/coord/machines/2');
  await mac.ok('machines', 'remove', '2', '--again');
  expect(await later(fleet, mac, 40, '--keep', '30d', '--now')).toMatchObject({ code: 0 });
  expect(markers(fleet)).toHaveLength(1);
});

test('R3b this machine itself needs no lane: it knows what it saw', async () => {
  const { fleet, mac, pc } = await oldFleet();
  fleet.git('update-ref', '-d', 'refs/coord/machines/1');
  const tip = main(fleet);
  const done = await later(fleet, mac, 40, '--keep', '30d');
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(fleet.git('merge-base', tip, 'main')).toBe(tip);
  await pc.ok('sync');
});

test('R3b announced by a clock that is days behind: others have their day, and the week, all the same', async () => {
  const fleet = createFleet();
  const [mac, pc, third] = (await fleet.joined('mac', 'pc', 'third')) as [TestMachine, TestMachine, TestMachine];
  for (const text of ['one', 'two', 'three']) fleet.person().push({ 'notes.txt': text });
  await said(mac, pc, third);
  const before = historyOf(fleet);
  expect(await later(fleet, mac, 41, '--keep', '30d')).toMatchObject({ code: 0 });
  const seen = await later(fleet, pc, 50);
  expect(seen, seen.stderr).toMatchObject({ code: 0, stdout: expect.not.stringMatching(/^shortened/) });
  expect(historyOf(fleet).slice(0, before.length)).toEqual(before);
  await said(mac);
  const refused = await later(fleet, pc, 55);
  expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining('machine 3 third has not said that it saw') });
  expect(await later(fleet, pc, 56.5)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^shortened/) });
  for (const machine of [mac, third]) await machine.ok('sync');
});

test('R3b a time long past in an edit by hand is none: people have their day from when it came', async () => {
  const { fleet, mac } = await oldFleet();
  const person = fleet.person('by hand');
  writeFileSync(join(person.clone, 'coordination/fleet.yaml'), 'keep_history: 1d\ncompact_at: 2020-01-01 00:00\n');
  const past = { ...process.env, GIT_COMMITTER_DATE: '2020-01-01T00:00:00Z' };
  const as = ['-C', person.clone, '-c', 'user.name=B', '-c', 'user.email=b@example.com'];
  execFileSync('git', [...as, 'commit', '-aqm', 'By hand'], { env: past });
  person.git('push', '-q', 'origin', 'HEAD:main');
  for (const days of [5, 5.5]) {
    const done = await later(fleet, mac, days);
    expect(done, done.stderr).toMatchObject({ code: 0, stdout: expect.not.stringMatching(/^shortened/) });
  }
  const refused = await later(fleet, mac, 6.5);
  expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining('machine 2 pc has not said that it saw') });
  expect(markers(fleet)).toEqual([]);
});

test('R3b --now: coord sync on each machine, and the same command again', async () => {
  const { fleet, mac, pc } = await oldFleet();
  expect(await later(fleet, mac, 3, '--keep', '1d', '--now')).toMatchObject({ code: 5 });
  await pc.ok('sync');
  const lane = fleet.git('rev-parse', 'refs/coord/machines/2');
  await pc.ok('sync');
  expect(fleet.git('rev-parse', 'refs/coord/machines/2')).toBe(lane);
  const done = await later(fleet, mac, 3, '--now');
  expect(done, done.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^shortened/) });
  await pc.ok('sync');
});
