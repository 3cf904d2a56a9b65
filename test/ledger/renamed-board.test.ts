// C5, F4: a branch that gets a name below or above its old one. Git has no ref below another one, in the clone either.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld, gitsStarted } from './git-world.ts';

let world: GitWorld;
beforeEach(() => {
  world = createGitWorld();
  world.commitAsPerson({ 'coordination/ORDERS.json': '{}' });
});
afterEach(() => world.end());

const put = (branch: string) => world.commitAsPerson({ 'coordination/STATUS.json': branch }, branch);
const drop = (branch: string) => world.hub(['update-ref', '-d', `refs/heads/${branch}`]);

test.each([
  ['as git left it', []],
  ['packed', ['pack-refs', '--all']],
])('F4 the board moves to a name below its old one, and back; the clone is %s, and stays', async (_how, pack) => {
  const trace = join(world.root, 'trace');
  const open = () => world.ledger('one', { person: { ...world.person, GIT_TRACE2_EVENT: trace } });
  const packed = () => {
    if (pack.length > 0) execFileSync('git', ['--git-dir', join(world.stateDir('one'), 'clone.git'), ...pack]);
  };
  const before = put('coord');
  const ledger = open();
  expect((await seen(ledger, 'coord')).board?.commit).toBe(before);
  packed();
  drop('coord');
  const below = put('coord/board');
  rmSync(trace);
  expect((await seen(ledger, 'coord/board')).board?.commit).toBe(below);
  expect(gitsStarted(trace).filter((git) => git === 'init' || git === 'fsck')).toEqual([]);
  packed();
  drop('coord/board');
  const back = put('coord');
  expect((await seen(open(), 'coord')).board?.commit).toBe(back);
});

test('C5, F4 a board that the fleet has left does not stay in the clone', async () => {
  put('old');
  const next = put('next');
  const ledger = world.ledger('one');
  await seen(ledger, 'old');
  const refs = () =>
    execFileSync('git', ['--git-dir', join(world.stateDir('one'), 'clone.git'), 'for-each-ref', '--format=%(refname)'], {
      encoding: 'utf8',
    });
  expect(refs()).toContain('refs/view/branches/old');
  expect((await seen(ledger, 'next')).board?.commit).toBe(next);
  expect(refs().trim().split('\n')).toEqual(['refs/view/branches/main', 'refs/view/branches/next']);
});

test('C5, R3a a main or a board that is gone from the remote stays in the clone', async () => {
  put('board');
  const ledger = world.ledger('one');
  await seen(ledger, 'board');
  drop('board');
  drop('main');
  await seen(ledger, 'board');
  await seen(ledger, 'board');
  const refs = execFileSync('git', ['--git-dir', join(world.stateDir('one'), 'clone.git'), 'for-each-ref'], { encoding: 'utf8' });
  expect(refs).toContain('refs/view/branches/board');
  expect(refs).toContain('refs/view/branches/main');
});
