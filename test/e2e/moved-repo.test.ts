// The repo of a fleet goes to another host: what docs/setup.md says to do, as a person would do it.
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { endFleets } from './fleet.ts';
import { two } from './two.ts';

afterAll(endFleets);

test('I5 a repo that moved, and other tags: written into fleet.json; a join in that folder names the way', async () => {
  const { fleet, mac, pc } = await two();
  await mac.ok('sync');
  const moved = join(fleet.root, 'moved.git');
  execFileSync('git', ['init', '--quiet', '--bare', '--template=', moved]);
  const copied = ['refs/heads/*:refs/heads/*', 'refs/coord/*:refs/coord/*'];
  execFileSync('git', ['-C', fleet.hub, 'push', '--quiet', moved, ...copied]);
  renameSync(fleet.hub, `${fleet.hub}.gone`);
  await mac.ok('send', 'pc', 'we have moved');
  const identity = join(pc.folder, '.coord', 'fleet.json');
  expect(await pc.coord(['join', moved, pc.folder])).toMatchObject({
    code: 5,
    stderr: `coord: ${pc.folder} is already machine 2 pc of the fleet in ${fleet.hub}\n  try: coord join ${moved} <new folder>; if the repo moved there: write its address into ${identity}\n`,
  });
  for (const { folder } of [mac, pc]) {
    const path = join(folder, '.coord', 'fleet.json');
    const { tags: _, ...identity } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...identity, remote: moved, tags: ['gpu'] }));
  }
  await mac.ok('sync');
  await pc.ok('sync');
  expect(await pc.ok('inbox')).toContain('we have moved');
  await mac.ok('order', 'add', 'here', '--for', 'pc', '--', 'echo here');
  await pc.ok('sync', '--wait');
  await mac.ok('sync');
  const seen = await mac.json('status');
  expect(seen.orders.here).toMatchObject({ state: 'COMPLETED' });
  expect([seen.self.remote, seen.machines['2']]).toEqual([moved, expect.objectContaining({ tags: ['gpu'] })]);
});
