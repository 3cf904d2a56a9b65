// O16: repos that are gone, empty, huge or closed, branches that are there already, and pools that are full.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookAtWorkspaces, pruneWorkspaces } from '../../../src/features/workspaces/operations/workspaces.ts';
import { STAMP } from '../../../src/system/process/process-table.ts';
import { createPoolWorld, type PoolWorld } from './pool-world.ts';

let world: PoolWorld;

beforeEach(() => {
  world = createPoolWorld();
});
afterEach(() => world.end());

const big = 1024 ** 3;
const one = { max: 1, diskBytes: big };

test('O16 a repo that is gone, empty, or without that branch or folder: the run failed and says which', async () => {
  const empty = world.repo('empty.git', {});
  const url = world.repo('app.git');
  const failed = async (request: object) =>
    (await world.begin('fix', { limits: one, ...request })) as { problem: string; asks: boolean };
  expect(await failed({ url: join(world.root, 'gone.git') })).toMatchObject({
    problem: expect.stringMatching(/gone\.git could not be fetched: .*does not appear to be a git repository/),
    asks: false,
  });
  expect((await failed({ url: empty })).problem).toBe(`${empty} is empty: it needs a first commit`);
  expect((await failed({ url: empty, branch: null })).problem).toBe(`${empty} is empty: it needs a first commit`);
  expect((await failed({ url, branch: 'nowhere' })).problem).toBe(`${url} has no branch nowhere`);
  expect((await failed({ url, within: 'packages/web' })).problem).toBe('folder packages/web is not in the repo at main');
  const clone = join(world.root, 'app.git-clone');
  symlinkSync(world.home, join(clone, 'out'));
  world.git(clone, 'add', '-A');
  world.git(clone, 'commit', '--quiet', '-m', 'link');
  world.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
  expect((await failed({ url, within: 'out' })).problem).toBe('folder out is not in the repo at main');
  const run = await world.run('fix', { url, branch: null, limits: one });
  expect(run.place.from).toBe('main');
});

test('O16 a repo that needs a login asks for a person, when it is fetched and when it is pushed', async () => {
  const server = createServer((_request, response) => response.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/me/app.git`;
  expect(await world.begin('fix', { url })).toMatchObject({
    problem: expect.stringMatching(/^pc has no access to http:.*; on pc: git ls-remote http:/),
    asks: true,
  });
  server.close();
});

test('O16 a repo that is larger than the pool may be is not fetched to its end', async () => {
  const url = world.repo('app.git', { 'big.bin': Array.from({ length: 40_000 }, (_, at) => `${Math.sin(at)}`).join('') });
  expect(await world.begin('fix', { url, limits: { max: 8, diskBytes: 100_000 } })).toMatchObject({
    problem: expect.stringMatching(
      /larger than workspaces may be; on pc: raise|workspaces take 0\.\d MB \(.* of them this repo\), 0\.1 MB are allowed/,
    ),
  });
  expect(await world.begin('fix', { url, limits: { max: 8, diskBytes: big } })).toMatchObject({ place: expect.anything() });
});

test('R5, O16 a branch there with the same commit is my push; with another it is left alone, and said', async () => {
  const url = world.repo('app.git');
  const lost = await world.run('lost', { url });
  lost.write('new', 'x');
  // The host has taken it, and is gone before it says so.
  const hook = join(url, 'hooks', 'post-receive');
  mkdirSync(join(url, 'hooks'), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\nkill -9 $PPID\n', { mode: 0o755 });
  expect(await lost.ends()).toMatchObject({ problem: null, notes: [], outputs: { branch: 'coord/lost-1' } });
  rmSync(hook);

  world.git(url, 'branch', 'coord/taken-1', 'main');
  const taken = await world.run('taken', { url });
  taken.write('new', 'y');
  const end = await taken.ends();
  const branch = `coord/taken-1-${end.outputs.commit?.slice(0, 8)}`;
  expect(end).toMatchObject({
    outputs: { branch },
    notes: [`coord/taken-1 was there with another commit; pushed as ${branch}`],
  });
  expect(world.git(url, 'rev-parse', 'coord/taken-1')).toBe(world.git(url, 'rev-parse', 'main'));
});

test('O16 a run waits where all workspaces are in use; free ones are given up first, kept work last', async () => {
  const [app, lib] = [world.repo('app.git'), world.repo('lib.git')];
  const limits = { max: 2, diskBytes: big };
  const kept = await world.run('kept', { url: app, limits });
  kept.write('half', 'x');
  const busy = await world.run('busy', { url: app, limits });
  const waits = world.run('waits', { url: lib, limits });
  while (!world.said().includes('waits for a workspace: all 2 of pc are in use'))
    await new Promise((resolve) => setTimeout(resolve, 20));
  await busy.ends();
  const third = await waits;
  await kept.dies();
  await third.ends();
  expect(existsSync(busy.place.root)).toBe(false);
  expect(kept.read('half')).toBe('x');
  const fourth = await world.run('fourth', { url: app, limits });
  expect(kept.read('half')).toBe('x');
  await fourth.dies();
  const sight = lookAtWorkspaces(world.home).workspaces;
  expect(sight.map(({ use, last }) => [use, last?.order])).toEqual([
    ['kept', 'kept'],
    ['kept', 'fourth'],
  ]);
});

test('O17, O16 a run that goes on takes the earlier folder as it was; what was pushed is no new change', async () => {
  const url = world.repo('app.git');
  const first = await world.run('fix', { url, agent: 'claude' }, 'session-1');
  first.write('half', 'x');
  await first.phase('keep');
  first.write('later', 'y');
  await first.dies();
  const other = await world.run('other', { url });
  await other.ends();
  const second = await world.run('fix', { url, agent: 'claude', goesOn: true, result: 'coord/fix-g2-1' });
  expect(second.place.root).toBe(first.place.root);
  expect([second.read('half'), second.read('later')]).toEqual(['x', 'y']);
  expect(await second.ends()).toMatchObject({ outputs: { branch: 'coord/fix-g2-1' } });
  expect(world.git(url, 'diff', '--name-only', 'main', 'coord/fix-g2-1')).toBe('half\nlater');
  const third = await world.run('fix', { url, agent: 'claude', goesOn: true, result: 'coord/fix-g3-1' });
  expect(await third.ends()).toMatchObject({ notes: ['changed nothing, so no branch was pushed'] });
  const gone = await world.run('new', { url, agent: 'claude', goesOn: true });
  expect(gone.read('half')).toBe(null);
  expect(world.said()).toContain('the workspace of the previous run is gone');
});

test('O17, O16 one that goes on commits as coord where git has no name; commits say which run they are of', async () => {
  const url = world.repo('app.git');
  mkdirSync(join(world.root, 'nobody'));
  const person = { PATH: process.env.PATH ?? '', HOME: join(world.root, 'nobody'), GIT_CONFIG_NOSYSTEM: '1' };
  const first = await world.run('fix', { url, person, agent: 'claude' }, 'session-1');
  expect(first.place.isAgain).toBe(false);
  first.write('half', 'x');
  await first.phase('keep');
  await first.dies();
  const machine = { number: 1, name: 'new pc' };
  const second = await world.run('fix', { url, person, machine, agent: 'claude', goesOn: true, result: 'coord/fix-g2-1' });
  expect(second.place).toMatchObject({ root: first.place.root, isAgain: true });
  second.git('commit', '--quiet', '--allow-empty', '-m', 'Mine');
  expect(second.git('log', '-1', '--format=%ae|%(trailers:key=Coord-Machine)')).toBe(
    'machine-1@coord.invalid|Coord-Machine: 1 new pc',
  );
});

test('O16 runs that could not be prepared keep nothing, so they push no kept work out', async () => {
  const url = world.repo('app.git');
  const limits = { max: 2, diskBytes: big };
  const kept = await world.run('kept', { url, limits });
  kept.write('half', 'x');
  await kept.phase('keep');
  await kept.dies();
  for (const order of ['one', 'two', 'three'])
    expect(await world.begin(order, { url, limits, within: 'no/such' })).toMatchObject({
      problem: expect.stringMatching(/^folder/),
    });
  expect(kept.read('half')).toBe('x');
  expect(lookAtWorkspaces(world.home).workspaces.map(({ use }) => use)).toEqual(['kept', 'free']);
  // Nor is what they were cut short in anything to go on from.
  const again = await world.run('three', { url, limits, goesOn: true });
  expect(again.place.isAgain).toBe(false);
});

test('O16 for room, mirrors nobody needs go before unsaved work, which stays where it would not help', async () => {
  const [other, url] = [world.repo('other.git', { 'big.bin': noise(1) }), world.repo('app.git')];
  const done = await world.run('done', { url: other, limits: one });
  await done.ends();
  const kept = await world.run('kept', { url, limits: one });
  kept.write('half', noise(2));
  await kept.phase('keep');
  await kept.dies();
  expect(existsSync(done.place.repoFolder)).toBe(true);
  const { bytes } = lookAtWorkspaces(world.home);
  const next = await world.run('next', { url, limits: { max: 8, diskBytes: bytes - 1 } });
  expect([existsSync(done.place.repoFolder), kept.read('half') === null]).toEqual([false, false]);

  // Its check runs there still.
  next.write('half', noise(3));
  await next.phase('keep');
  const sight = lookAtWorkspaces(world.home);
  const used = sight.workspaces.find(({ last }) => last?.order === 'next')?.bytes ?? 0;
  const full = await world.begin('full', { url, limits: { max: 8, diskBytes: used - 1 } });
  expect(full).toMatchObject({ problem: expect.stringMatching(/^workspaces take \d\.\d MB .*, 0\.\d MB are allowed/) });
  expect(kept.read('half') === null).toBe(false);
  await next.dies();
  await world.run('fits', { url, limits: { max: 8, diskBytes: used + (sight.mirrors[0]?.bytes ?? 0) } });
  expect([kept.read('half') === null, next.read('half') === null]).toEqual([true, false]);
});

/** Some 300 KB that do not pack well. */
const noise = (seed: number) => Array.from({ length: 16_000 }, (_, at) => `${Math.sin(at * seed)}`).join('');

test('O16 prune removes what nobody needs, --all kept work too, never what is in use; free ones make room', async () => {
  const url = world.repo('app.git');
  const [done, kept, used] = [
    await world.run('done', { url }),
    await world.run('kept', { url }),
    await world.run('used', { url }),
  ];
  await done.ends();
  kept.write('half', 'x'.repeat(10_000));
  await kept.phase('keep');
  await kept.dies();
  const pruned = await pruneWorkspaces(world.home, false);
  expect(pruned.removed.map(({ last }) => last?.order)).toEqual(['done']);
  expect(pruned.left.map(({ use }) => use)).toEqual(['kept', 'in use']);
  expect(existsSync(done.place.root)).toBe(false);
  const all = await pruneWorkspaces(world.home, true);
  expect([all.removed.length, all.left.length, all.mirrors]).toEqual([1, 1, 0]);
  expect(used.git('status', '--short')).toBe('');
  // As agents like to.
  used.git('worktree', 'add', '--quiet', '../beside');
  const beside = join(used.place.repoFolder, 'beside');
  await pruneWorkspaces(world.home, false);
  expect(existsSync(beside)).toBe(true);
  await used.dies();
  await pruneWorkspaces(world.home, false);
  expect([existsSync(beside), existsSync(used.place.root)]).toEqual([false, true]);
  expect(await pruneWorkspaces(world.home, true)).toMatchObject({ mirrors: 1 });
  expect(lookAtWorkspaces(world.home)).toEqual({ workspaces: [], mirrors: [], left: [], bytes: 0 });
});

test('O9, O16 what a run left running is ended before another one has its workspace', async () => {
  const url = world.repo('app.git');
  const first = await world.run('first', { url, limits: one });
  const left = spawn('sleep', ['600'], {
    env: { PATH: process.env.PATH, [STAMP]: first.key },
    detached: true,
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => left.once('exit', (_code, signal) => resolve(signal)));
  await first.ends();
  expect(left.exitCode).toBe(null);
  await world.run('second', { url, limits: one });
  expect(await ended).toBe('SIGKILL');
});

test('O16 a git that fetches on after its run was killed is ended before the next; no living run’s is', async () => {
  const url = world.repo('app.git');
  const first = await world.run('first', { url });
  const git = (key: string) =>
    spawn('sleep', ['600'], { env: { PATH: process.env.PATH, [STAMP]: key }, detached: true, stdio: 'ignore' });
  const [own, orphan] = [git(first.key), git(`${first.key}-killed`)];
  const ended = new Promise((resolve) => orphan.once('exit', (_code, signal) => resolve(signal)));
  writeFileSync(join(first.place.repoFolder, 'mirror.fetcher'), `${first.key}-killed`);
  await world.run('second', { url });
  expect(await ended).toBe('SIGKILL');
  await world.run('third', { url });
  expect(own.exitCode ?? own.signalCode).toBe(null);
  own.kill('SIGKILL');
});
