import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quickWords, syncWords } from '../../src/cli/quick-words.ts';
import { createFleet, type Done, endFleets, type Fleet, mainPath, type TestMachine } from './fleet.ts';

let fleet: Fleet;
let mac: TestMachine;
let fresh: TestMachine;

beforeAll(async () => {
  fleet = createFleet();
  const [first, second] = await fleet.calm('mac', 'pc');
  if (first === undefined || second === undefined) throw new Error('no machine');
  mac = first;
  fleet.person().order([
    { id: 'hi', assign: 1, run: 'echo hi', title: 'Say “hi”' },
    { id: 'lost', assign: 'nobody', run: 'true' },
  ]);
  await second.ok('send', '1', 'first\nof two lines');
  await mac.ok('sync', '--wait');
  await mac.ok('inbox', '--take');
  await second.ok('send', '1', 'second');
  await mac.ok('sync');
  fresh = fleet.machine('fresh');
  mkdirSync(join(fresh.folder, '.coord'), { recursive: true });
  writeFileSync(join(fresh.folder, '.coord', 'fleet.json'), '{}');
});

afterAll(endFleets);

/** A word that changes nothing and that only the parser of all commands understands. */
const THE_LONG_WAY = '--';

/** A computer that has joined none. */
const noFleet = () => ({ COORD_HOME: join(fleet.root, 'no-home') });

const WORDS = [
  'overview',
  'overview --json',
  'status',
  'status --json',
  'machines',
  'machines --json',
  'order list',
  'order list --json',
  'order list --state queued --json',
  'order list --state=completed,In-Progress --for mac --since 2d',
  'order list --since 2026-11-20 --for 2 --state= --state blocked',
  'inbox',
  'inbox --all',
  'inbox --json',
  'inbox --json --all',
  'inbox --all --json --json',
];

const told = ({ code, stdout, stderr }: Done) => {
  const timeless = (text: string) => text.replaceAll(/just now|\d+ (?:s|min) ago/g, 'a moment ago');
  return { code, stdout: timeless(stdout), stderr: timeless(stderr) };
};

async function expectSame(asked: readonly string[], options: { cwd?: string; env?: Record<string, string> }, code: number) {
  expect(quickWords(asked)).not.toBeNull();
  const quick = told(await mac.coord(asked, options));
  expect(quick, asked.join(' ')).toEqual(told(await mac.coord([...asked, THE_LONG_WAY], options)));
  expect(quick.code, asked.join(' ')).toBe(code);
}

test.each(WORDS)('%s: the quick answer is the one of the long way, word for word', async (words) => {
  await expectSame(words.split(' '), {}, 0);
  await expectSame(words.split(' '), { cwd: fleet.root }, 0);
  await expectSame(words.split(' '), { cwd: fleet.root, env: noFleet() }, words.startsWith('overview') ? 0 : 3);
});

test('coord alone is coord overview: in a fleet, where there is none, and where another folder is named', async () => {
  for (const options of [{ cwd: mac.folder }, { cwd: fleet.root, env: noFleet() }]) {
    const expected = told(await mac.coord(['overview'], options));
    for (const words of [[], [THE_LONG_WAY]]) expect(told(await mac.coord(words, options))).toEqual(expected);
    expect(await mac.coord(['--json'], options)).toMatchObject(told(await mac.coord(['overview', '--json'], options)));
  }
  await expectSame(['--dir', mac.folder], { cwd: fleet.root }, 0);
  await expectSame(['--dir', fleet.root], {}, 3);
  await expectSame([], { env: { COORD_DIR: fleet.root } }, 3);
  // A folder that has never synced.
  await expectSame(['--dir', fresh.folder], {}, 0);
});

test.each([
  ['order list --state done', '--state: no state "done"; expected one of queued, assigned,'],
  ['order list --for moon', '--for: no machine "moon" in this fleet; expected one of 1 mac, 2 pc'],
  ['order list --since soon', '--since: expected a length of time such as 2h'],
])('%s: a filter that means nothing is an error that says what there is, by both ways', async (words, why) => {
  await expectSame(words.split(' '), {}, 2);
  expect((await mac.coord(words.split(' '))).stderr).toContain(why);
});

test('order list: filters show those orders and no others, and say where there is none', async () => {
  const ids = async (...words: string[]) => Object.keys(await mac.json<Record<string, unknown>>('order', 'list', ...words));
  expect(await ids('--state', 'completed')).toEqual(['hi']);
  expect(await ids('--state', 'blocked,failed')).toEqual(['lost']);
  expect(await ids('--for', 'MAC')).toEqual(['hi']);
  expect(await ids('--for', 'pc')).toEqual([]);
  expect(await ids('--since', '1h')).toEqual(['hi', 'lost']);
  // It has not ended.
  expect(await ids('--since', '2999-01-01')).toEqual(['lost']);
  expect(await mac.ok('order', 'list', '--state', 'failed')).toBe('no such order among all 2\n');
  expect(await mac.ok('order', 'list', '--state', 'completed')).not.toContain('lost');
});

test.each(['status', 'inbox'])('%s finds the fleet folder as the long way does', async (command) => {
  const [root, nowhere] = [fleet.root, join(fleet.root, 'nowhere')];
  await expectSame([command], { cwd: join(mac.folder, 'coordination') }, 0);
  await expectSame(['--dir', mac.folder, command], { cwd: root }, 0);
  await expectSame([`--dir=${mac.folder}`, command], { cwd: root, env: { COORD_DIR: nowhere } }, 0);
  await expectSame([command], { cwd: root, env: { COORD_DIR: mac.folder } }, 0);
  await expectSame(['--fleet', 'fleet', command], { cwd: root, env: { COORD_DIR: nowhere } }, 0);
  await expectSame(['--dir', mac.folder, '--fleet=nobody', command], { cwd: root }, 0);
  await expectSame(['--fleet=nobody', command], {}, 3);
  await expectSame(['--dir', nowhere, command], {}, 3);
  await expectSame([command], { env: { COORD_DIR: nowhere } }, 3);
  // A folder that has never synced.
  await expectSame(['--dir', fresh.folder, command], {}, command === 'inbox' ? 0 : 1);
});

test.each<{ words: readonly string[] }>(
  [
    ['--version'],
    ['--dir'],
    ['--dir', ''],
    ['--dir=', 'status'],
    ['--dir', '--json', 'status'],
    ['--help'],
    ['overview', '--help'],
    ['--dir', 'x', '--dir', 'y', 'status'],
    ['--fleet', 'x', '--fleet', 'y', 'status'],
    ['--fleet', '', 'status'],
    ['--fleet', '--json', 'status'],
    ['status', '--fleet', 'x'],
    ['status', '--dir', 'x'],
    ['status', 'now'],
    ['status', '--json', 'now'],
    ['status', '--all'],
    ['status', '--help'],
    ['status', '--'],
    ['--json', 'status'],
    ['order'],
    ['order', 'list', '--all'],
    ['order', 'list', '--state'],
    ['order', 'list', '--state', '--json'],
    ['order', 'list', '--json=yes'],
    ['order', 'list', '--state', 'failed', 'now'],
    ['inbox', '--take'],
    ['toString'],
    ['help', 'status'],
  ].map((words) => ({ words })),
)('what is not exactly a quick command goes the long way: $words', ({ words }) => {
  expect(quickWords(words)).toBeNull();
});

test('--version needs no file of the program but main.js, which loads nothing', () => {
  const alone = mkdtempSync(join(fleet.root, 'version-'));
  writeFileSync(join(alone, 'package.json'), '{ "type": "module" }');
  copyFileSync(mainPath, join(alone, 'main.js'));
  const version = execFileSync(process.execPath, [join(alone, 'main.js'), '--version'], { encoding: 'utf8' });
  expect(version).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(readFileSync(mainPath, 'utf8')).not.toMatch(/^import /m);
});

test('two files of the program, and no package, are all that a quick answer loads', async () => {
  const alone = join(fleet.root, 'alone');
  mkdirSync(alone);
  writeFileSync(join(alone, 'package.json'), '{ "type": "module" }');
  for (const name of ['main.js', 'quick.js']) copyFileSync(join(dirname(mainPath), name), join(alone, name));
  const answer = execFileSync(process.execPath, [join(alone, 'main.js'), '--dir', mac.folder, 'status'], { encoding: 'utf8' });
  expect(answer).toContain('hi');
  // What a parser of all documents would bring along takes longer to load than the answer.
  expect(statSync(join(alone, 'quick.js')).size).toBeLessThan(100_000);
  const text = readFileSync(join(alone, 'quick.js'), 'utf8');
  const imported = [...text.matchAll(/(?:^|[;\n])import\b[^;"']*["']([^"']+)["']/g)].map(([, from]) => from);
  expect(imported).toContain('node:fs');
  expect(imported.filter((from) => !from?.startsWith('node:'))).toEqual([]);
});

test.each([
  'sync',
  'sync --dry-run',
  'sync --json --dry-run',
  'sync --wait --json',
])('%s: in one file, and by the long way, is the same', async (words) => {
  const asked = words.split(' ');
  expect(syncWords(asked)).not.toBeNull();
  const means = async (options: { cwd?: string; env?: Record<string, string> }, code: number, more: readonly string[] = []) => {
    const here = await mac.coord([...more, ...asked], options);
    const { stdout, stderr } = await mac.coord([...more, ...asked, THE_LONG_WAY], options);
    const timeless = (text: string) => text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|"\w*Ms": \d+/g, '');
    expect([here.code, timeless(here.stdout), here.stderr], words).toEqual([code, timeless(stdout), stderr]);
  };
  await means({}, 0);
  await means({ cwd: fleet.root }, 0);
  await means({ cwd: fleet.root, env: noFleet() }, 3);
  await means({ cwd: fleet.root }, 0, ['--fleet', 'fleet']);
  await means({ cwd: fleet.root }, 0, ['--dir', mac.folder]);
  await means({ cwd: fleet.root, env: { COORD_DIR: mac.folder } }, 0);
});

test.each<{ words: readonly string[] }>(
  [
    ['sync', 'now'],
    ['sync', '--help'],
    ['sync', '--'],
    ['--json', 'sync'],
    ['--dir', '', 'sync'],
    ['sync', '--dir', 'x'],
  ].map((words) => ({ words })),
)('what is not exactly a sync goes the long way: $words', ({ words }) => {
  expect(syncWords(words)).toBeNull();
});
