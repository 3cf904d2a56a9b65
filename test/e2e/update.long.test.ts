// coord update with machines of two builds; npm is the real one, and what it installs stands in a folder.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createFleet, endFleets, mainPath } from './fleet.ts';
import { envOf } from './program.ts';

const { version: VERSION } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'));

afterAll(endFleets);

test('I6 a machine with an older version is named; the order installs the newer one there', async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (mac === undefined || pc === undefined) throw new Error('two machines');
  expect(await mac.ok('update')).toMatch(/^all machines have \d+\.\d+\.\d+\n$/);
  const older = join(fleet.root, 'older');
  cpSync(dirname(mainPath), older, { recursive: true });
  for (const name of readdirSync(older).filter((it) => it.endsWith('.js'))) {
    const text = readFileSync(join(older, name), 'utf8');
    writeFileSync(join(older, name), text.replaceAll(`"${VERSION}"`, '"0.0.9"'));
  }
  const env = envOf(pc);
  execFileSync(process.execPath, [join(older, 'main.js'), 'sync'], { cwd: pc.folder, env, stdio: 'ignore' });
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
