// Becoming a machine of a fleet: into repos with other content, at once with others, interrupted, refused. Numbers are given once.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { serveHub } from '../ledger/http-backend.ts';
import { createFleet, type Done, endFleets, type Fleet } from './fleet.ts';
import { lanesOf } from './join-numbers.ts';

afterEach(endFleets);

test('a repo with other content keeps it byte for byte: modes, links, odd names, a COMPUTER (D8, part 5)', async () => {
  const fleet = createFleet();
  fleet.person().push({
    'README.md': '# An app\r\n',
    'bin/tool': { mode: 'executable', text: '#!/bin/sh\n' },
    'latest link': { mode: 'symlink', text: 'bin/tool' },
    'src/données.bin': '\u0000\u0001\u0002 not text',
    'coordination/plan of mine.md': 'words',
    'coordination/deploy.sh': { mode: 'executable', text: '#!/bin/sh\n' },
    'coordination/.hidden/x': 'y',
    '.gitattributes': '* text=auto eol=crlf\n*.bin filter=lfs\n',
  });
  const before = fleet.git('ls-tree', '-r', 'main').split('\n');
  await fleet.joined('mac', 'pc');
  const after = fleet.git('ls-tree', '-r', 'main').split('\n');
  expect(after).toEqual(expect.arrayContaining(before));
  const added = after.filter((line) => !before.includes(line)).map((line) => line.split('\t')[1]);
  expect(added.every((path) => path?.startsWith('coordination/'))).toBe(true);
  expect(added).toContain('coordination/ORDERS.json');
  // H2: the repo is a folder of this computer.
  expect(fleet.board('fleet.yaml')).toContain('\npushes_per_minute: 30\n');
  fleet.person().order([{ id: 'hi', assign: 'all', run: 'echo hi' }]);
  await fleet.machine('mac').ok('sync');
  expect(fleet.git('ls-tree', '-r', 'main').split('\n')).toEqual(expect.arrayContaining(before));
});

test('init on an existing fleet joins it and says so; the board stays (I3)', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  fleet.person().order([{ id: 'hi', assign: 1, run: 'echo hi' }]);
  await mac?.ok('sync');
  const orders = fleet.board('ORDERS.json');
  const pc = fleet.machine('pc');
  expect(await pc.ok('init', fleet.hub, pc.folder, '--name', 'pc')).toMatch(
    /there is a fleet in .* already: joined it as machine 2 pc/,
  );
  expect(fleet.board('ORDERS.json')).toBe(orders);
  expect(fleet.status().machines).toMatchObject({ 1: { name: 'mac' }, 2: { name: 'pc' } });
  expect(await pc.json('init', fleet.hub, join(fleet.root, 'third'), '--again')).toMatchObject({
    machine: 3,
    founded: false,
    allows: [],
  });
});

test('I3, O10 nothing joins where policy.yaml cannot be read: the same command does once it is mended', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  const pc = fleet.machine('pc');
  const policy = join(pc.coordHome, 'policy.yaml');
  mkdirSync(pc.coordHome, { recursive: true });
  for (const bad of ['fleets: {{{', `fleets:\n  ${pc.folder}:\n`, `fleets:\n  ${pc.folder}: { slots: many }\n`]) {
    writeFileSync(policy, bad);
    expect(await pc.coord(['join', fleet.hub, pc.folder]), bad).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/policy\.yaml.*nothing runs until it is fixed/),
    });
    expect(existsSync(join(pc.folder, '.coord')), bad).toBe(false);
  }
  expect(lanesOf(fleet)).toHaveLength(1);
  writeFileSync(policy, 'fleets: {}\n');
  expect(await pc.ok('join', fleet.hub, pc.folder)).toContain('machine 2');
  await mac?.ok('sync');
});

test('without --name, two machines on a computer get different names; a taken name is refused (I1)', async () => {
  const fleet = createFleet();
  const [one, two] = [fleet.machine('one'), fleet.machine('two')];
  const first = await one.json<{ name: string }>('init', fleet.hub, one.folder);
  const second = await two.json<{ name: string }>('join', fleet.hub, two.folder);
  expect(second.name).toBe(`${first.name}-2`);
  const third = fleet.machine('three');
  const taken = await third.here(['join', fleet.hub, third.folder, '--name', first.name.toUpperCase()]);
  expect(taken).toMatchObject({ code: 2, stderr: expect.stringContaining(`machine 1 of this fleet is already named`) });
  // Others: test/operations/machine-name.test.ts.
  expect(await third.here(['join', fleet.hub, third.folder, '--name=ALL'])).toMatchObject({ code: 2, stdout: '' });
  expect(lanesOf(fleet)).toEqual([1, 2]);
});

describe('refused', () => {
  test('join without a fleet: exit 3 and the command, in an empty repo and in one with content (part 5)', async () => {
    const fleet = createFleet();
    const pc = fleet.machine('pc');
    const refused = { code: 3, stdout: '', stderr: expect.stringMatching(/no fleet[\s\S]*try: coord init/) };
    expect(await pc.here(['join', fleet.hub, pc.folder])).toMatchObject(refused);
    fleet.person().push({ 'README.md': 'an app\n' });
    expect(await pc.here(['join', fleet.hub, pc.folder])).toMatchObject(refused);
    expect(fleet.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
    expect(existsSync(pc.folder)).toBe(false);
    expect(await pc.ok('init', fleet.hub, pc.folder, '--name', 'pc')).toContain('founded');
  });

  test('an unreachable remote is exit 4, and the same command works once it is back (R5)', async () => {
    const fleet = createFleet();
    const pc = fleet.machine('pc');
    fleet.away(true);
    for (const verb of ['init', 'join'])
      expect(await pc.here([verb, fleet.hub, pc.folder])).toMatchObject({
        code: 4,
        stderr: expect.stringContaining('not reached'),
      });
    expect(existsSync(pc.folder)).toBe(false);
    fleet.away(false);
    await pc.ok('init', fleet.hub, pc.folder);
  });

  test('a folder in a git work tree, or one that is a machine already: exit 5, untouched (C6, part 5)', async () => {
    const fleet = createFleet();
    const [mac] = await fleet.joined('mac');
    if (!mac) throw new Error('one machine');
    const { clone } = fleet.person();
    const inside = join(clone, 'deep', 'er');
    mkdirSync(inside, { recursive: true });
    const pc = fleet.machine('pc');
    for (const folder of [clone, inside, join(clone, 'new')])
      expect(await pc.here(['join', fleet.hub, folder])).toMatchObject({
        code: 5,
        stderr: expect.stringContaining('git work tree'),
      });
    expect(readdirSync(inside)).toEqual([]);
    expect(existsSync(join(clone, 'new'))).toBe(false);
    const again = await mac.here(['join', fleet.hub, mac.folder]);
    expect(again).toMatchObject({ code: 5, stderr: expect.stringContaining('already machine 1 mac') });
    expect(lanesOf(fleet)).toEqual([1]);
  });

  test('a second join on one computer makes no second machine before somebody says so (I1, I2)', async () => {
    const fleet = createFleet();
    const [mac] = await fleet.joined('mac');
    const second = join(fleet.root, 'mac', 'My Fleet');
    for (const verb of ['join', 'init'])
      expect(await mac?.here([verb, fleet.hub, second])).toMatchObject({
        code: 5,
        stderr: expect.stringMatching(/this computer is machine 1 mac of this fleet already[\s\S]*--as 1/),
      });
    expect(existsSync(second)).toBe(false);
    const joined = await mac?.ok('join', fleet.hub, second, '--again');
    expect(joined).toContain('as machine 2');
    // Shown commands can be pasted, whatever the folder is called.
    expect(joined).toContain(`coord --dir '${second}' allow shell`);
    expect(lanesOf(fleet)).toEqual([1, 2]);
  });

  test('what git must never see as a remote is a usage error and leaves nothing (part 2)', async () => {
    const fleet = createFleet();
    const pc = fleet.machine('pc');
    const at = join(fleet.root, 'pc');
    // Others: test/ledger/remote-url.test.ts.
    for (const url of ['--upload-pack=touch pwned', 'ext::sh -c touch% pwned'])
      for (const args of [
        ['join', url],
        ['join', '--', url, 'fleet'],
      ]) {
        const done = await pc.coord(args, { cwd: at });
        expect(done, args.join(' ')).toMatchObject({ code: 2, stdout: '' });
      }
    expect(readdirSync(at).sort()).toEqual(['home']);
  });
});

test.each([
  'written',
  'push-journaled',
  'pushed',
  'outcome-journaled',
])('join killed at %s and repeated takes one number (I1, R5)', async (step) => {
  const fleet = createFleet();
  await fleet.joined('mac');
  const pc = fleet.machine('pc');
  const args = ['join', fleet.hub, pc.folder, '--name', 'pc'];
  expect(await pc.coord(args, { env: { COORD_CRASH_AT: step } })).toMatchObject({ code: null });
  expect(await pc.ok(...args)).toContain('machine 2 pc');
  expect(lanesOf(fleet)).toEqual([1, 2]);
  expect(fleet.status().machines).toMatchObject({ 2: { name: 'pc' } });
});

test.each([
  'written',
  'push-journaled',
  'pushed',
  'outcome-journaled',
])('init killed at %s and repeated founds one fleet with machine 1 (I1, I3, R5)', async (step) => {
  const fleet = createFleet();
  const mac = fleet.machine('mac');
  const args = ['init', fleet.hub, mac.folder, '--name', 'mac'];
  expect(await mac.coord(args, { env: { COORD_CRASH_AT: step } })).toMatchObject({ code: null });
  expect(await mac.ok(...args)).toContain('machine 1 mac');
  expect(lanesOf(fleet)).toEqual([1]);
  expect(JSON.parse(fleet.board('ORDERS.json'))).toMatchObject({ orders: [] });
});

test('a URL with credentials shows in no output, document, commit or log (part 2)', async () => {
  const fleet = createFleet();
  const secret = 'hunter2-token';
  const http = await serveHub(join(fleet.root, 'hub'), 'fleet.git');
  try {
    http.requireLogin({ user: 'me', password: secret });
    const url = http.url.replace('http://', `http://me:${secret}@`);
    const pc = fleet.machine('pc');
    const said: Done[] = [];
    const coord = async (code: number, ...args: string[]) => {
      const done = await pc.coord(args);
      said.push(done);
      expect(done, args.join(' ')).toMatchObject({ code });
    };
    await coord(3, 'join', url, pc.folder);
    await coord(0, 'init', url, pc.folder, '--name', 'pc');
    await coord(0, 'allow', 'shell');
    await coord(0, 'order', 'add', 'show', '--for', '1', '--', 'env; ps -ef; cat "$HOME"/../fleet/.coord/fleet.json');
    await coord(0, 'sync', '--wait');
    await coord(0, 'status', '--json');
    await coord(0, 'status');
    http.requireLogin({ user: 'me', password: 'another' });
    await coord(4, 'sync');
    await coord(4, 'sync', '--json');
    http.offline(true);
    await coord(4, 'sync');
    await coord(0, 'status');
    await coord(5, 'join', url, pc.folder);
    expect(JSON.stringify(said)).not.toContain(secret);
    expect(fleet.git('log', '--all', '--patch', '--format=raw')).not.toContain(secret);
    // The files that keep it are private; nothing else of coord's knows it.
    const keepers = filesBelow(join(fleet.root, 'pc')).filter((path) => readFileSync(path, 'latin1').includes(secret));
    for (const path of keepers) expect(statSync(path).mode & 0o077, path).toBe(0);
    const names = keepers.map((path) => path.slice(pc.folder.length + 1));
    expect(names.filter((name) => !name.endsWith('output.log'))).toEqual(['.coord/fleet.json']);
  } finally {
    await http.close();
  }
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

test('the folder follows the URL, and defaults to the name of the repo (part 7)', async () => {
  const fleet = createFleet();
  const at = join(fleet.root, 'pc');
  const pc = fleet.machine('pc');
  expect(await pc.coord(['init', fleet.hub], { cwd: at })).toMatchObject({ code: 0 });
  expect(existsSync(join(at, 'fleet', '.coord', 'fleet.json'))).toBe(true);
  writeFileSync(join(at, 'notes.txt'), 'mine');
  expect(await pc.coord(['join', fleet.hub, '.', '--again'], { cwd: at })).toMatchObject({ code: 0 });
  expect(readFileSync(join(at, 'notes.txt'), 'utf8')).toBe('mine');
});

describe('I3 the front page of the repo', () => {
  const top = (fleet: Fleet) => fleet.git('ls-tree', '--name-only', 'main').trim().split('\n');

  test('an empty repo gets one whose links lead to the board, and coord never touches it again', async () => {
    const fleet = createFleet();
    const mac = fleet.machine('mac');
    await mac.coord(['init', fleet.hub, mac.folder, '--name', 'mac']);
    expect(top(fleet)).toEqual(['README.md', 'coordination']);
    const page = () => fleet.git('show', 'main:README.md');
    const links = [...page().matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path);
    expect(links).toContain('coordination/README.md');
    for (const path of links) expect(fleet.git('cat-file', '-t', `main:${path}`).trim()).toBe('blob');
    fleet.person().push({ 'README.md': '# Ours\n' });
    fleet.person().order([{ id: 'hi', assign: 1, run: 'true' }]);
    await mac.ok('sync');
    expect(page()).toBe('# Ours');
  });

  test('--no-readme leaves it out, and a repo that has a main gets none', async () => {
    const [empty, used] = [createFleet(), createFleet()];
    used.person().push({ 'src/a.txt': 'a' });
    const init = async (fleet: Fleet, ...more: string[]) => {
      const mac = fleet.machine('mac');
      await mac.coord(['init', fleet.hub, mac.folder, '--name', 'mac', ...more]);
    };
    await init(empty, '--no-readme');
    await init(used);
    expect([top(empty), top(used)]).toEqual([['coordination'], ['coordination', 'src']]);
  });
});
