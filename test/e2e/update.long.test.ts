// coord update with machines of two builds; npm is the real one, and what it installs stands in a folder.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { endFleets, mainPath } from './fleet.ts';
import { OLDER, olderProgram } from './older-program.ts';
import { envOf } from './program.ts';
import { two } from './two.ts';

afterAll(endFleets);

test('I6 a machine with an older version is named; the order installs the newer one there', async () => {
  const { fleet, mac, pc } = await two();
  expect(await mac.ok('update')).toMatch(/^all machines have \d+\.\d+\.\d+\n$/);
  const env = envOf(pc);
  execFileSync(process.execPath, [olderProgram(fleet.root), 'sync'], { cwd: pc.folder, env, stdio: 'ignore' });
  const shown = await mac.ok('update');
  expect(shown).toMatch(/behind it:\n {2}2 pc +0\.0\.9 +by hand, or by an order\n/);
  expect(shown).toContain('by orders: coord update --from <package>');
  expect(await mac.coord(['update', '--order'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--from') });

  const folder = packageIn(fleet.root);
  writeFileSync(join(pc.home, '.npmrc'), `prefix=${join(pc.home, 'npm')}\n`);
  expect(await mac.ok('update', '--order', '--from', folder)).toMatch(/placed update-2-to-\d+-\d+-\d+ for machine 2\n$/);
  await pc.coord(['sync', '--wait']);
  expect(existsSync(join(pc.home, 'npm', 'bin', 'coord'))).toBe(true);
  expect(await mac.ok('update')).toMatch(/^all machines have \d+\.\d+\.\d+\n$/);
  // Where cron syncs, no daemon is started.
  expect((await pc.coord(['daemon', 'status'])).code).toBe(1);
});

test('I6 the order restarts a daemon that runs there, with the newer one', async () => {
  const { fleet, mac, pc } = await two();
  const identity = join(pc.folder, '.coord', 'fleet.json');
  const known = JSON.parse(readFileSync(identity, 'utf8')) as { path: string };
  writeFileSync(identity, JSON.stringify({ ...known, path: `${join(pc.home, 'npm', 'bin')}:${known.path}` }));
  writeFileSync(join(pc.home, '.npmrc'), `prefix=${join(pc.home, 'npm')}\n`);
  const older = [olderProgram(fleet.root), 'daemon', 'start'];
  const PROXY = 'http://proxy.example:3128';
  execFileSync(process.execPath, older, { cwd: pc.folder, env: { ...envOf(pc), HTTPS_PROXY: PROXY }, stdio: 'ignore' });
  const note = join(pc.folder, '.coord', 'daemon', 'environment.json');
  expect(readFileSync(note, 'utf8')).toContain(PROXY);
  // Versions before the note left none.
  if (process.platform === 'linux') rmSync(note);
  const state = () => pc.json<{ running: boolean; pid: number; version: string }>('daemon', 'status');
  const before = await state();
  expect(before).toMatchObject({ running: true, version: OLDER });
  for (let looks = 0; looks < 40 && !(await mac.ok('update')).includes('2 pc'); looks += 1) await delay(250);
  const placed = await mac.ok('update', '--order', '--from', packageIn(fleet.root));
  const [, id = ''] = /placed (\S+) for machine 2/.exec(placed) ?? [];
  expect(await mac.coord(['wait', id, '--timeout', '2m'])).toMatchObject({ code: 0 });
  const after = await state();
  expect(after.running && after.pid !== before.pid && after.version !== OLDER, JSON.stringify(after)).toBe(true);
  if (process.platform === 'linux') {
    const environment = readFileSync(`/proc/${after.pid}/environ`, 'utf8');
    expect(environment).toContain(`COORD_HOME=${pc.coordHome}\0`);
    expect(environment).toContain(`HTTPS_PROXY=${PROXY}\0`);
    expect(environment).not.toMatch(/COORD_(?:ORDER|PROGRESS|RUN_KEY)/);
  }
  await pc.ok('daemon', 'stop');
});

/** What npm installs: a command `coord` that is the program of the tests. */
function packageIn(root: string): string {
  const folder = join(root, 'package');
  mkdirSync(folder);
  const about = { name: 'git-coord-of-the-test', version: '9.9.9', type: 'module', bin: { coord: 'main.js' } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(about));
  writeFileSync(join(folder, 'main.js'), `#!/bin/sh\nexec '${process.execPath}' '${mainPath}' "$@"\n`);
  return folder;
}
