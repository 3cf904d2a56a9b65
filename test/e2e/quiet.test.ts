// What coord leaves alone: an idle sync changes nothing, a dry run does nothing, and nothing lies outside its two folders.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets } from './fleet.ts';

afterEach(endFleets);

/** Content of every file below a folder, by path. */
function contents(folder: string, skip: (path: string) => boolean = () => false): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      const name = relative(folder, path);
      if (skip(name)) continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isSymbolicLink()) found[name] = readlinkSync(path);
      else found[name] = `${lstatSync(path).ino} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
    }
  };
  walk(folder);
  return found;
}

test('an idle sync is one fetch: it writes git’s FETCH_HEAD alone, and no commit (C3)', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.calm('mac', 'pc');
  if (!mac) throw new Error('two machines');
  fleet.person().order([{ id: 'hi', assign: 'all', run: 'echo hi' }]);
  await fleet.machine('pc').ok('sync');
  await mac.ok('sync', '--wait');
  await mac.ok('sync');
  const hub = fleet.git('for-each-ref');
  const skip = (path: string) => path.endsWith('FETCH_HEAD');
  const before = contents(join(fleet.root, 'mac'), skip);
  const trace = join(fleet.root, 'trace');
  const idle = await mac.coord(['sync'], { env: { GIT_TRACE2_EVENT: trace } });
  expect(idle).toMatchObject({ code: 0, stdout: 'nothing new\n', stderr: '' });
  expect(contents(join(fleet.root, 'mac'), skip)).toEqual(before);
  expect(fleet.git('for-each-ref')).toBe(hub);
  const names = readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"event":"cmd_name"'))
    .map((line) => (JSON.parse(line) as { name: string }).name);
  expect(names.filter((name) => name === 'fetch')).toHaveLength(1);
  expect(names.filter((name) => ['push', 'fast-import', 'ls-remote', 'gc', 'repack', 'update-ref'].includes(name))).toEqual([]);
});

test('a dry run says what it would do; it starts, pushes and leaves nothing but what it has seen (C6)', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.calm('mac');
  if (!mac) throw new Error('one machine');
  fleet.person().order([{ id: 'going', assign: 1, run: 'exec sleep 1000' }]);
  await mac.ok('sync');
  fleet.person().order([
    { id: 'going', assign: 1, run: 'exec sleep 1000', cancelled: true },
    { id: 'more', assign: 1, run: 'echo x >> ran' },
  ]);
  const hub = fleet.git('for-each-ref');
  // Git keeps what it fetched, the view shows it; all other files of coord's stay.
  const skip = (path: string) => path.includes('clone.git') || path.endsWith('output.log') || path.endsWith('/view.json');
  const before = contents(join(fleet.root, 'mac'), skip);
  expect(await mac.ok('sync', '--dry-run')).toMatch(/^dry run · would stop going/);
  expect(await mac.json<{ dryRun: boolean; stopped: string[] }>('sync', '--dry-run')).toMatchObject({
    dryRun: true,
    stopped: ['going'],
  });
  expect(contents(join(fleet.root, 'mac'), skip)).toEqual(before);
  expect(fleet.git('for-each-ref')).toBe(hub);
  expect([mac.count('ran'), mac.processes().length > 0]).toEqual([0, true]);
  expect((await mac.json('status')).orders).toMatchObject({ going: { state: 'IN_PROGRESS' }, more: { state: 'ASSIGNED' } });
  expect(await mac.ok('sync', '--wait')).toContain('stopped going');
  expect(await mac.ok('sync', '--dry-run')).toBe('nothing to do\n');
});

test('uninstalled by deleting two folders: nothing else was written, in HOME or anywhere near (I5)', async () => {
  const fleet = createFleet();
  const mac = fleet.machine('mac');
  await mac.ok('init', fleet.hub, mac.folder, '--name', 'mac');
  await mac.ok('allow', 'shell');
  fleet.person().order([{ id: 'hi', assign: 1, run: 'echo hi', check: 'true' }]);
  await mac.ok('sync', '--wait');
  await mac.ok('order', 'add', 'more', '--for', '1', '--', 'true');
  await mac.ok('sync', '--wait');
  await mac.ok('status');
  expect(contents(mac.home)).toEqual({});
  expect(readdirSync(mac.home)).toEqual([]);
  expect(readdirSync(join(fleet.root, 'mac')).sort()).toEqual(['coord', 'fleet', 'home']);
  expect(readdirSync(fleet.root).sort()).toEqual(['hub', 'mac', 'person-home']);
  expect(readdirSync(mac.folder).sort()).toEqual(['.coord', 'coordination']);
  expect(readdirSync(mac.coordHome).sort()).toEqual(['machine.json', 'policy.yaml']);
});

test('the projection: plain files of the board; what people’s documents said here is kept and told (C6)', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.calm('mac');
  if (!mac) throw new Error('one machine');
  fleet.person().order([{ id: 'hi', assign: 1, run: 'echo hi' }]);
  await mac.ok('sync');
  const here = (path: string) => readFileSync(join(mac.folder, 'coordination', path), 'utf8').trimEnd();
  for (const path of ['ORDERS.json', 'STATUS.json', 'README.md', 'COMPUTER_1.md', 'results/1.json'])
    expect(here(path), path).toBe(fleet.board(path));
});
