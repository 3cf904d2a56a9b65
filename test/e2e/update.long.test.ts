// coord update with machines of two builds; npm is the real one, and what it installs stands in a folder.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createFleet, endFleets } from './fleet.ts';
import { olderProgram } from './older-program.ts';
import { envOf } from './program.ts';

afterAll(endFleets);

test('I6 a machine with an older version is named; the order installs the newer one there', async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (mac === undefined || pc === undefined) throw new Error('two machines');
  expect(await mac.ok('update')).toMatch(/^all machines have \d+\.\d+\.\d+\n$/);
  const env = envOf(pc);
  execFileSync(process.execPath, [olderProgram(fleet.root), 'sync'], { cwd: pc.folder, env, stdio: 'ignore' });
  const shown = await mac.ok('update');
  expect(shown).toMatch(/behind it:\n {2}2 pc +0\.0\.9 +by hand, or by an order\n/);
  expect(shown).toContain('by orders: coord update --from <package>');
  expect(await mac.coord(['update', '--order'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--from') });

  const folder = join(fleet.root, 'package');
  mkdirSync(folder);
  const about = { name: 'git-coord-of-the-test', version: '9.9.9', bin: { 'coord-of-the-test': 'main.js' } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(about));
  writeFileSync(join(folder, 'main.js'), '#!/usr/bin/env node\n');
  writeFileSync(join(pc.home, '.npmrc'), `prefix=${join(pc.home, 'npm')}\n`);
  expect(await mac.ok('update', '--order', '--from', folder)).toMatch(/placed update-2-to-\d+-\d+-\d+ for machine 2\n$/);
  await pc.coord(['sync', '--wait']);
  expect(existsSync(join(pc.home, 'npm', 'bin', 'coord-of-the-test'))).toBe(true);
  expect(await mac.ok('update')).toMatch(/^all machines have \d+\.\d+\.\d+\n$/);
});
