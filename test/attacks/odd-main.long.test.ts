// Attacks by objects on main that git lets a host take, and dislikes when it fetches them: they stay in main's history for good.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toldPaths } from '../../src/documents/paths.ts';
import type { GitLedger } from '../../src/ledger/ledger-options.ts';
import { board, LANE, lane, outcomes, seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld } from '../ledger/git-world.ts';

let world: GitWorld;
let one: GitLedger;
const object = (type: string, body: Buffer | string) =>
  world.hub(['hash-object', '-t', type, '--literally', '-w', '--stdin'], Buffer.from(body));
const entry = (mode: string, name: string, id: string) =>
  Buffer.concat([Buffer.from(`${mode} ${name}`), Buffer.of(0), Buffer.from(id, 'hex')]);
const tree = (...entries: Buffer[]) => object('tree', Buffer.concat(entries));
const blob = (text: string) => object('blob', text);
const PERSON = 'a <a@b> 1 +0000';
const orders = () => entry('40000', 'coordination', tree(entry('100644', 'ORDERS.json', blob('2'))));
const commit = (of: string, words: string, person = PERSON) =>
  object('commit', `tree ${of}\nparent ${world.hub(['rev-parse', 'main'])}\nauthor ${person}\ncommitter ${person}\n\n${words}\n`);

beforeEach(async () => {
  world = createGitWorld();
  one = world.ledger('one');
  world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
  await outcomes(one, { lane: lane(1, { 'COMPUTER_1.md': 'a' }) });
});
afterEach(() => world.end());

test.each<[name: string, bad: () => string]>([
  ['a long line in .gitattributes', () => commit(tree(entry('100644', '.gitattributes', blob('a'.repeat(3000))), orders()), 'x')],
  ['.gitattributes that is a link', () => commit(tree(entry('120000', '.gitattributes', blob('/etc/passwd')), orders()), 'x')],
  [
    'a submodule with an option for an address',
    () =>
      commit(
        tree(entry('100644', '.gitmodules', blob('[submodule "../x"]\n\tpath = -x\n\turl = -u./x\n\tupdate = !x\n')), orders()),
        'x',
      ),
  ],
  ['a file called .git', () => commit(tree(entry('100644', '.git', blob('x')), orders()), 'x')],
  [
    'two entries of one name',
    () => commit(tree(orders(), entry('100644', 'x', blob('1')), entry('100644', 'x', blob('2'))), 'x'),
  ],
  ['a mode that is none', () => commit(tree(entry('100666', 'a', blob('x')), orders()), 'x')],
  ['a commit with 2 MB of words', () => commit(tree(orders()), 'w'.repeat(2_000_000))],
  ['a commit by nobody, at no time', () => commit(tree(orders()), 'x', 'nobody')],
])('R7: %s on main stops nobody, nor does it keep a lane from being blamed', async (_name, bad) => {
  world.hub(['update-ref', 'refs/heads/main', bad()]);
  expect((await seen(one)).main?.entries.size).toBe(1);
  // Whoever comes later sees it too, and a look at the clone finds no damage in it.
  world.hub(['update-ref', LANE(3), commit(tree(entry('100644', '.git', blob('y'))), 'lane')]);
  const two = world.ledger('two');
  for (const [ledger, name] of [
    [one, 'one'],
    [two, 'two'],
  ] as const) {
    const trees = await seen(ledger);
    expect(trees.odd?.map(({ ref }) => ref)).toEqual([LANE(3)]);
    expect([...trees.lanes.keys()]).toEqual([1, 3]);
    expect(existsSync(join(world.stateDir(name), 'clone.broken-1'))).toBe(false);
  }
  const { main, lanes } = await seen(one);
  const expected = lanes.get(1)?.commit ?? null;
  const parent = main?.commit ?? null;
  const push = { lane: lane(1, { 'COMPUTER_1.md': 'b' }, { expected, parent }), boards: [board({ 'README.md': 'x' }, parent)] };
  expect(Object.values(await outcomes(one, push))).toEqual(['accepted', 'accepted']);
});

/** Few objects, and billions of names for whoever looks into all of them. */
const unfolding = (inner: string) => {
  let of = inner;
  for (let level = 0; level < 10; level++) of = tree(...'abcdefghij'.split('').map((name) => entry('40000', name, of)));
  return of;
};

test('D4: a document that became a folder of billions costs no look; its earlier versions are found', async () => {
  const files = [
    unfolding(tree(entry('100644', 'f', blob('x')))),
    unfolding(tree()),
    unfolding(tree(entry('40000', 'e', tree()))),
  ];
  for (const file of files) {
    const folder = tree(entry('40000', 'COMPUTER_1.md', file), entry('40000', 'ORDERS.json', file));
    world.hub(['update-ref', 'refs/heads/main', commit(tree(entry('40000', 'coordination', folder)), 'x')]);
  }
  await seen(one);
  const begun = performance.now();
  expect(await one.versions('ORDERS.json', 200)).toEqual([one.idOf('1')]);
  const { commits, isCut } = await one.history({ countMax: 100, sinceMs: null, paths: toldPaths([], []) });
  expect(performance.now() - begun).toBeLessThan(30_000);
  expect([commits.at(-1)?.changes.get('ORDERS.json')?.after, isCut]).toEqual([one.idOf('1'), false]);
});

test('R7: two huge commits that differ in one file keep the host busy for ever: it is asked otherwise', async () => {
  const bomb = (text: string) =>
    commit(tree(orders(), entry('40000', 'z', unfolding(tree(entry('100644', 'f', blob(text)))))), text);
  world.hub(['update-ref', 'refs/heads/main', bomb('1')]);
  // Less than a user has, and enough for the other way to ask where all tests run at once.
  const quick = world.ledger('quick', { timeouts: { networkMs: 20_000 } });
  await seen(quick);
  for (const ref of ['refs/heads/main', LANE(3)]) {
    const next = bomb(ref);
    world.hub(['update-ref', ref, next]);
    const { main, lanes } = await seen(quick);
    expect([main?.commit, lanes.get(3)?.commit]).toContain(next);
    expect(existsSync(join(world.stateDir('quick'), 'clone.broken-1'))).toBe(false);
  }
});

test('D8: 300 MB of zeros, 300 KB on their way, are no 300 MB of memory to git', async () => {
  const zeros = execFileSync('sh', [
    '-c',
    `head -c 300000000 /dev/zero | git --git-dir="$1" hash-object -w --stdin`,
    'sh',
    world.hubDir,
  ]);
  const root = tree(orders(), entry('100644', 'zeros', zeros.toString().trim()));
  world.hub(['update-ref', 'refs/heads/main', commit(root, 'x')]);
  const bin = join(world.root, 'bin');
  mkdirSync(bin);
  const real = execFileSync('sh', ['-c', 'command -v git']).toString().trim();
  writeFileSync(join(bin, 'git'), `#!/bin/sh\nulimit -v 250000\nexec ${real} "$@"\n`, { mode: 0o755 });
  const narrow = world.ledger('narrow', { person: { ...world.person, PATH: `${bin}:${world.person.PATH}` } });
  expect((await seen(narrow)).main?.entries.size).toBe(1);
});

test('the story of main goes on where words of megabytes stop git', async () => {
  for (let turn = 0; turn < 18; turn += 1) {
    const board = tree(entry('40000', 'coordination', tree(entry('100644', 'ORDERS.json', blob(`${turn}`)))));
    world.hub(['update-ref', 'refs/heads/main', commit(board, 'w'.repeat(4_000_000))]);
  }
  await seen(one);
  const { commits, isCut } = await one.history({ countMax: 100, sinceMs: null, paths: ['ORDERS.json'] });
  expect([commits[0]?.changes.get('ORDERS.json')?.after, isCut]).toEqual([one.idOf('17'), true]);
});
