// A1 to A4 in a whole fleet: files of a run travel to people and to the order that comes after it, on another machine.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { RunWithFiles } from '../../src/core/model/orders/left-files.ts';
import { createFleet, endFleets, type TestMachine } from './fleet.ts';
import { ask, connect, endClients } from './mcp-client.ts';

afterEach(async () => {
  await endClients();
  endFleets();
});

const REF = 'refs/coord/artifacts/1';
const BUILD =
  'mkdir -p dist; echo one > dist/a.txt; printf "\\000\\001" > dist/b.bin; echo hidden > dist/.secret; ln -s /etc/passwd dist/link';

test('A1, A2, A3, A4 files that an order names reach people and the next order on another machine', async () => {
  const fleet = createFleet();
  const [one, two] = (await fleet.calm('pc', 'nas')) as [TestMachine, TestMachine];
  for (const { home } of [one, two]) mkdirSync(join(home, 'app'));
  const person = fleet.person();
  const deploy = 'ls -R "$COORD_FROM_BUILD_FILES"; cp "$COORD_FROM_BUILD_FILES/dist/a.txt" got.txt';
  person.order([
    { id: 'build', assign: 1, cwd: '~/app', run: BUILD, artifacts: ['dist/*', 'nothing/*'] },
    { id: 'deploy', assign: 2, cwd: '~/app', run: deploy, after: ['build'] },
  ]);
  await one.ok('sync');
  // O10: the repo never grants itself anything.
  expect(fleet.status().orders.build).toMatchObject({
    state: 'BLOCKED',
    reason: 'files of runs may not be published; on pc: coord allow artifacts',
  });
  expect(fleet.git('for-each-ref', '--format=%(refname)', 'refs/coord/artifacts')).toBe('');
  expect(await one.ok('allow', 'artifacts')).toContain('go into this repo as they are');
  expect(await one.ok('allow')).toContain('artifacts:     files that orders name may be published');
  await one.ok('sync', '--wait');
  const { build } = fleet.status().orders;
  expect(build).toMatchObject({ state: 'COMPLETED', reason: 'not taken: dist/link: it is a link' });
  expect(fleet.git('ls-tree', '-r', REF).split('\n')).toHaveLength(2);
  expect(fleet.git('rev-list', '--count', REF)).toBe('1');

  await two.ok('sync', '--wait');
  expect(fleet.status().orders.deploy).toMatchObject({ state: 'COMPLETED' });
  expect(two.read('app/got.txt')).toBe('one\n');
  expect(fleet.status().orders.deploy?.tail).not.toContain('.secret');
  // No look fetches what nobody has asked for.
  const objects = person.git(
    '--git-dir',
    join(two.folder, '.coord', 'clone.git'),
    'cat-file',
    '--batch-all-objects',
    '--batch-check',
  );
  const [, id = ''] = /blob ([0-9a-f]{40})/.exec(fleet.git('ls-tree', '-r', REF)) ?? [];
  expect(objects).not.toContain(id);

  const [run] = await two.json<readonly [RunWithFiles]>('artifacts', 'build');
  expect(run).toMatchObject({ machine: 1, order: 'build', generation: 1, attempt: 1, state: 'COMPLETED' });
  expect(run.files.map(({ name, size, where }) => [name, size, where])).toEqual([
    ['dist/a.txt', 4, 'repo'],
    ['dist/b.bin', 2, 'repo'],
  ]);
  expect(await two.ok('artifacts', 'build')).toMatch(
    /build 1\.1 on 1 · COMPLETED · until .*\n {2}dist\/a\.txt +4 B +[0-9a-f]{64} +in the repo/,
  );
  const into = join(fleet.root, 'got');
  await two.ok('artifacts', 'build', '--get', into);
  expect(readFileSync(join(into, 'dist', 'b.bin'))).toEqual(Buffer.from([0, 1]));
  // What is there already counts as fetched.
  expect(await two.ok('artifacts', 'build', '--get', into)).toContain(join(into, 'dist', 'a.txt'));
  writeFileSync(join(into, 'dist', 'a.txt'), 'mine');
  const again = await two.here(['artifacts', 'build', '--get', into]);
  expect([again.code, again.stderr]).toEqual([5, expect.stringContaining('--force')]);
  await two.ok('artifacts', 'build', '--get', into, '--force');
  expect(readFileSync(join(into, 'dist', 'a.txt'), 'utf8')).toBe('one\n');
  expect((await one.json<readonly [RunWithFiles]>('artifacts', 'build'))[0].files.map(({ where }) => where)).toEqual([
    'here',
    'here',
  ]);
  // What an agent reads of them comes from the ref, and no file of it is left here.
  const agent = await connect(two);
  expect((await ask(agent, 'read_files', { order: 'build' })).text).toContain('| dist/a.txt · 4 bytes · ');
  expect(await ask(agent, 'read_files', { order: 'build', name: 'dist/a.txt' })).toMatchObject({
    isError: false,
    structured: { machine: 1, text: 'one\n', cutAfter: null },
  });
  expect(await ask(agent, 'read_files', { order: 'build', name: 'dist/b.bin' })).toMatchObject({
    isError: true,
    structured: { error: { code: 'REFUSED', hint: expect.stringContaining('coord artifacts build --get') } },
  });
  // C3: where there is nothing to say, nothing is written, and the ref stays.
  await one.ok('sync');
  const store = () =>
    readdirSync(join(one.folder, '.coord', 'artifacts')).map((name) => [
      name,
      statSync(join(one.folder, '.coord', 'artifacts', name)).mtimeMs,
    ]);
  const before = [store(), fleet.git('rev-parse', REF)];
  expect(await one.ok('sync')).toContain('nothing new');
  expect([store(), fleet.git('rev-parse', REF)]).toEqual(before);
  expect(statSync(join(one.folder, '.coord', 'artifacts')).mode & 0o777).toBe(0o700);
  expect(existsSync(join(two.folder, '.coord', 'artifacts'))).toBe(false);
  expect((await two.here(['artifacts', 'deploy'])).stderr).toContain('no run of deploy left files');
  // What this machine pushed is its own: a purge takes it along.
  expect(await one.json('leave', '--purge')).toEqual({
    ...{ machine: 1, name: 'pc', already: false, unsent: {}, purged: true, stillCalled: [] },
    onRemote: [{ ref: REF, deleted: true, why: null }],
  });
  expect(fleet.git('for-each-ref', '--format=%(refname)', 'refs/coord/artifacts')).toBe('');
});

test('A2, I4 who removes a machine is told what deletes the files of its runs, while there are any', async () => {
  const fleet = createFleet();
  const [one, two] = (await fleet.calm('pc', 'nas')) as [TestMachine, TestMachine];
  mkdirSync(join(one.home, 'app'));
  await one.ok('allow', 'artifacts');
  fleet.person().order([{ id: 'build', assign: 1, cwd: '~/app', run: BUILD, artifacts: ['dist/*'] }]);
  await one.ok('sync', '--wait');
  const removed = await two.ok('machines', 'remove', 'pc', '--again');
  const command =
    / {2}the files of its runs are still in the repo: a later order may need them; this deletes them: git push (.+) --delete (.+)\n$/;
  expect(removed).toMatch(command);
  expect(await two.ok('machines', 'remove', 'pc')).toMatch(command);
  const [, url = '', ref = ''] = command.exec(removed) ?? [];
  expect(ref).toBe(REF);
  fleet.person().git('push', '--quiet', url, '--delete', ref);
  expect(await two.ok('machines', 'remove', 'pc')).toBe('machine 1 pc has left already\n');
});
