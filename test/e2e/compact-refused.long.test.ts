// What refuses `coord compact`, and what a kill or somebody else's push in the middle of it leaves. Real git, real processes.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { announced, historyOf, later, laterWith, main, markers, oldFleet, personFirst, said } from './compact-fleet.ts';
import { endFleets, type TestMachine } from './fleet.ts';

afterEach(endFleets);

/** Files that keep an old history. */
function bundles({ coordHome }: TestMachine): readonly string[] {
  const folder = join(coordHome, 'history');
  return existsSync(folder) ? readdirSync(folder) : [];
}

test('R3b refused while a machine has not seen it; --now too; it can be taken back', async () => {
  const { fleet, mac, pc } = await oldFleet();
  const asked = await later(fleet, mac, 0.01, '--keep', '1d');
  expect(asked.stdout).toBe('no history is older than 1d\n');
  expect(await later(fleet, mac, 3, '--keep', '1d')).toMatchObject({ code: 0 });
  const before = historyOf(fleet);
  for (const [days, word] of [
    [4.5, '--json'],
    [3, '--now'],
  ] as const) {
    const done = await later(fleet, mac, days, word);
    expect(done).toMatchObject({ code: 5 });
    expect(done.stderr).toMatch(/machine 2 pc has not said that it saw the announcement yet[\s\S]*coord sync on it/);
  }
  expect(historyOf(fleet).slice(0, before.length)).toEqual(before);
  await said(pc);
  expect((await later(fleet, mac, 3, '--cancel')).stdout).toBe('the history stays as it is\n');
  expect(fleet.board('fleet.yaml')).toBe('heartbeat: 1h\nkeep_history: 1d');
  expect(await mac.coord(['compact', '--keep', 'x'])).toMatchObject({ code: 2 });
});

test('R3b refused while something waits here', async () => {
  const opened = await oldFleet();
  const { fleet, mac } = opened;
  await announced(opened);
  fleet.hook('pre-receive', 'while read old new ref; do case $ref in refs/heads/main) echo no; exit 1;; esac; done');
  await mac.coord(['order', 'add', 'x', '--for', '2', '--', 'true']);
  const tip = main(fleet);
  const done = await later(fleet, mac, 42);
  expect(done).toMatchObject({ code: 5 });
  expect(done.stderr).toContain('wait here, not on the remote yet');
  expect(main(fleet)).toBe(tip);
});

test('R3b M4 messages that wait for room in a full log refuse it not', async () => {
  const opened = await oldFleet();
  const { fleet, mac } = opened;
  await announced(opened);
  const messages = join(mac.folder, 'coordination', 'messages');
  mkdirSync(messages, { recursive: true });
  writeFileSync(
    join(messages, '1_TO_2.md'),
    Array(17)
      .fill(`## x\n\n${'x'.repeat(60_000)}\n`)
      .join('\n'),
  );
  await mac.ok('sync');
  expect(await mac.coord(['send', '2', 'y'.repeat(30_000)])).toMatchObject({ stderr: expect.stringContaining('is full') });
  expect(await later(fleet, mac, 42)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^shortened/) });
});

test('R3b a host that refuses forced pushes: said with the way out, nothing changed; then it goes on', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  await announced(opened);
  fleet.git('config', 'receive.denyNonFastForwards', 'true');
  const before = historyOf(fleet);
  const done = await later(fleet, mac, 42);
  expect(done).toMatchObject({ code: 5 });
  expect(done.stderr).toMatch(/the host lets nobody replace main \(.*\): nothing was changed/);
  expect(done.stderr).toContain('git config receive.denyNonFastForwards false');
  expect(historyOf(fleet).slice(0, before.length)).toEqual(before);
  expect(bundles(mac)).toEqual([]);
  // What was there before the try stays.
  expect(await laterWith(fleet, mac, 42, { COORD_CRASH_AT: 'history-kept' })).toMatchObject({ code: null });
  const kept = bundles(mac);
  expect(kept).toHaveLength(1);
  expect(await later(fleet, mac, 42)).toMatchObject({ code: 5 });
  expect(bundles(mac)).toEqual(kept);
  fleet.git('config', 'receive.denyNonFastForwards', 'false');
  expect(await later(fleet, mac, 42)).toMatchObject({ code: 0 });
  expect(markers(fleet)).toHaveLength(1);
  for (const machine of [pc, mac]) await machine.ok('sync');
});

test('R3b an archive that takes nothing, or is this repo itself: said, and nothing is replaced', async () => {
  const opened = await oldFleet();
  const { fleet, mac } = opened;
  await announced(opened);
  const tip = main(fleet);
  for (const [url, why] of [
    [join(fleet.root, 'none.git'), /the archive .*none\.git was not reached.*nothing was changed/],
    [fleet.hub, /there is a fleet in .*: expected a repo of its own for the old history/],
    ['ext::sh -c true', /transport helpers are not allowed/],
  ] as const) {
    const done = await later(fleet, mac, 42, '--archive', url);
    expect(done.code).not.toBe(0);
    expect(done.stderr).toMatch(why);
  }
  expect(bundles(mac)).toEqual([]);
  expect(fleet.git('merge-base', tip, 'main')).toBe(tip);
  expect(await later(fleet, mac, 42)).toMatchObject({ code: 0 });
});

test.each([
  'history-kept',
  'history-archived',
  'history-built',
  'history-replaced',
])('R3b C2 killed at %s: the same command goes on, and the archive has it once', async (step) => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  await announced(opened);
  const archive = join(fleet.root, 'archive.git');
  execFileSync('git', ['init', '--quiet', '--bare', archive]);
  const inArchive = () => execFileSync('git', ['--git-dir', archive, 'for-each-ref'], { encoding: 'utf8' });
  const killed = await laterWith(fleet, mac, 42, { COORD_CRASH_AT: step }, '--archive', archive);
  expect(killed, killed.stderr).toMatchObject({ code: null });
  expect(markers(fleet)).toHaveLength(step === 'history-replaced' ? 1 : 0);
  expect(inArchive() === '').toBe(step === 'history-kept');
  // Others go on in between.
  await pc.ok('sync');
  const done = await later(fleet, mac, 42, '--archive', archive);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(done.stdout).toContain(archive);
  expect(done.stdout).toMatch(step === 'history-replaced' ? /was shortened already/ : /^shortened the history/);
  const [marker = '', ...others] = markers(fleet);
  expect(others).toEqual([]);
  expect(fleet.git('diff', `${marker}^`, marker)).toBe('');
  const said = fleet.git('log', '-1', '--format=%B', marker);
  expect(said).toContain(`Coord-Archive: ${archive}\n`);
  const [, tip = ''] = /^Coord-Compacted: (\w+)$/m.exec(said) ?? [];
  expect(inArchive()).toMatch(new RegExp(`^${tip} commit\trefs/heads/compacted-[A-Za-z0-9_-]+-[0-9-]{15}-[0-9a-f]{10}\n$`));
  expect(fleet.board('fleet.yaml')).toBe('heartbeat: 1h\nkeep_history: 30d');
  for (const machine of [pc, mac]) await machine.ok('sync');
});

test('R3b C2 killed while the bundle is written: nothing holds the old history here, and its rest goes', async () => {
  const opened = await oldFleet();
  const { fleet, mac } = opened;
  await announced(opened);
  const bin = join(fleet.root, 'bin');
  mkdirSync(bin);
  const killing = `case "$*" in *"bundle create"*) kill -9 $PPID; for one; do case $one in *.part) echo half > $one; echo half > $one.lock;; esac; done; exit 1;; esac`;
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n${killing}\nexec ${fleet.git('--exec-path')}/git "$@"\n`);
  chmodSync(join(bin, 'git'), 0o755);
  expect((await laterWith(fleet, mac, 42, { PATH: `${bin}:${process.env.PATH}` })).code).toBeNull();
  const heads = ['--git-dir', join(mac.folder, '.coord', 'clone.git'), 'for-each-ref', 'refs/heads'];
  expect(execFileSync('git', heads, { encoding: 'utf8' })).toBe('');
  expect(bundles(mac)).toHaveLength(2);
  // Another fleet of this computer may be writing this one.
  writeFileSync(join(mac.coordHome, 'history', 'other.bundle.part'), 'half');
  expect(await later(fleet, mac, 42)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^shortened/) });
  expect(bundles(mac)).toEqual([expect.stringMatching(/^[\w-]+\.bundle$/), 'other.bundle.part']);
});

test('R3b a person pushes between the look and the push: it is done anew, and their push stays', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  await announced(opened);
  const done = await laterWith(fleet, mac, 42, personFirst(fleet, 'echo mine > notes.txt'));
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(fleet.git('log', '--format=%s', 'main')).toContain('Quick');
  expect(fleet.git('show', 'main:notes.txt')).toBe('mine');
  expect(markers(fleet)).toHaveLength(1);
  for (const machine of [pc, mac]) await machine.ok('sync');
});

test('R3b a person takes the announcement back between the look and the push: nothing is changed', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  await announced(opened);
  const before = historyOf(fleet);
  const takeBack = 'sed -i.bak /compact_at/d coordination/fleet.yaml && rm coordination/fleet.yaml.bak';
  const done = await laterWith(fleet, mac, 42, personFirst(fleet, takeBack));
  expect(done).toMatchObject({ code: 5, stderr: expect.stringContaining('the announcement was taken back meanwhile') });
  expect(fleet.git('log', '--format=%s', 'main')).toContain('Quick');
  expect(historyOf(fleet).slice(0, before.length)).toEqual(before);
  expect(fleet.board('fleet.yaml')).not.toContain('compact_at');
  expect(bundles(mac)).toEqual([]);
  for (const machine of [pc, mac]) await machine.ok('sync');
});

test('R3b --cancel after it was done by a process that was killed does not say that the history stays', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  await announced(opened);
  expect((await laterWith(fleet, mac, 42, { COORD_CRASH_AT: 'history-replaced' })).code).toBeNull();
  const told = await later(fleet, pc, 42, '--cancel');
  expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(/^the history was shortened already: /) });
  expect(fleet.board('fleet.yaml')).toBe('heartbeat: 1h\nkeep_history: 30d');
});

test('R3b two machines do it at once: it is done once', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  await announced(opened);
  const before = historyOf(fleet).length;
  const both = await Promise.all([later(fleet, mac, 42), later(fleet, pc, 42)]);
  expect(both.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  expect(markers(fleet)).toHaveLength(1);
  expect(historyOf(fleet).length).toBeLessThan(before + 3);
  for (const machine of [pc, mac]) await machine.ok('sync');
});
