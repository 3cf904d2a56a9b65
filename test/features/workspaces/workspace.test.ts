// O16: what a run finds in its workspace, what becomes of what it leaves there, and that no run gets anything of another.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookAtWorkspaces } from '../../../src/features/workspaces/operations/workspaces.ts';
import { forgetSlotRecord, readSlotRecord } from '../../../src/features/workspaces/system/workspace-pool.ts';
import { createPoolWorld, type PoolWorld, type Run } from './pool-world.ts';

let world: PoolWorld;
let url: string;

beforeEach(() => {
  world = createPoolWorld();
  url = world.repo('app.git', { 'README.md': 'one\n', '.gitignore': 'built\n', 'src/a.txt': 'a\n' });
});
afterEach(() => world.end());

const inRepo = (...args: string[]) => world.git(url, ...args);

test('O16 a run whose watchdog cannot be seen gets no workspace: the next one would take it for ended', async () => {
  const run = await world.run('fix', { url });
  await run.dies();
  expect(await run.phase('prepare')).toMatchObject({ problem: expect.stringContaining('cannot be seen'), place: null });
});

test('O16 a run’s commits are kept, the rest is committed for it; its branch is pushed with trailers', async () => {
  const run = await world.run('fix', { url, title: 'Fix  it\nnow', agent: 'claude' });
  expect(run.git('status', '--short', '--branch')).toBe('## coord/fix-1');
  expect(run.git('rev-parse', 'HEAD', 'origin/main', 'origin/HEAD').split('\n')).toEqual(
    Array(3).fill(inRepo('rev-parse', 'main')),
  );
  run.write('own.txt', 'x');
  run.git('add', '-f', 'own.txt');
  run.git('commit', '--quiet', '-m', 'Mine');
  const message = join(run.place.root, '.git', 'message');
  writeFileSync(message, 'Merge x into y');
  execFileSync(join(run.place.root, '.git', 'hooks', 'prepare-commit-msg'), [message], { cwd: run.place.root });
  expect(readFileSync(message, 'utf8')).toMatch(/^Merge x into y\n\nCoord-Order: fix\n/);
  run.write('README.md', 'two\n');
  run.write('built/out', 'ignored');
  rmSync(join(run.place.root, 'src/a.txt'));
  const end = await run.ends();
  expect(end).toMatchObject({ problem: null, notes: [], outputs: { branch: 'coord/fix-1' } });
  expect(end.outputs.commit).toBe(inRepo('rev-parse', 'coord/fix-1'));
  expect(inRepo('diff', '--name-status', 'main', 'coord/fix-1').split('\n')).toEqual([
    'M\tREADME.md',
    'A\town.txt',
    'D\tsrc/a.txt',
  ]);
  const trailers = 'Coord-Order: fix\nCoord-Run: 1.1\nCoord-Machine: 1 pc\nCoord-Agent: claude';
  expect(inRepo('log', '-1', '--format=%an|%B', 'coord/fix-1')).toBe(`coord on pc|fix: Fix it now\n\n${trailers}`);
  expect(inRepo('log', '-1', '--format=%an|%B', 'coord/fix-1~1')).toBe(`A person|Mine\n\n${trailers}`);
  expect(inRepo('rev-parse', 'coord/fix-1~2')).toBe(inRepo('rev-parse', 'main'));
});

test('O16 a file that the run changed, committed, and changed again: both are in its branch', async () => {
  const run = await world.run('fix', { url });
  run.write('README.md', 'two\n');
  run.write('own.txt', 'x');
  run.git('add', '-A');
  run.git('commit', '--quiet', '-m', 'Mine');
  for (const path of ['README.md', 'own.txt']) run.write(path, 'three\n');
  expect(await run.ends()).toMatchObject({ problem: null, outputs: { branch: 'coord/fix-1' } });
  expect(inRepo('log', '--format=%s', 'main..coord/fix-1').split('\n')).toEqual(['fix', 'Mine']);
  expect(inRepo('show', 'coord/fix-1~1:README.md')).toBe('two');
  expect(inRepo('show', 'coord/fix-1:README.md')).toBe('three');
});

/** A run that has changed src/a.txt in the second in which it was checked out, to a text as long: only by reading it is the change seen. */
async function withQuickChange(): Promise<Run> {
  for (let number = 1; ; number++) {
    const run = await world.run(`fix${number}`, { url });
    const secondOf = () => Math.floor(statSync(join(run.place.root, 'src/a.txt')).ctimeMs / 1000);
    const before = secondOf();
    run.write('src/a.txt', 'b\n');
    if (secondOf() === before) {
      await setTimeout((before + 1) * 1000 - Date.now());
      return run;
    }
    await run.dies();
  }
}

test('O16 a change in the second of the checkout that leaves the size is kept, beside other changes', async () => {
  const clone = join(world.root, 'app.git-clone');
  world.git(clone, 'update-index', '--add', '--cacheinfo', `160000,${world.git(clone, 'rev-parse', 'HEAD')},sub`);
  world.git(clone, 'commit', '--quiet', '-m', 'a submodule');
  world.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
  const alone = await withQuickChange();
  rmSync(join(alone.place.root, 'sub'), { recursive: true });
  const beside = await withQuickChange();
  beside.git('commit', '--quiet', '--allow-empty', '-m', 'Mine');
  for (const run of [alone, beside]) {
    const { branch } = (await run.ends()).outputs;
    expect(inRepo('show', `${branch}:src/a.txt`)).toBe('b');
  }
});

test('O16 a run that pushed itself changed something; so did one that ignores files or cuts history', async () => {
  const pushes = await world.run('pushes', { url, expectsChanges: true });
  pushes.git('commit', '--quiet', '--allow-empty', '-m', 'Mine');
  pushes.git('push', '--quiet', 'origin', 'HEAD:refs/heads/feature');
  expect(await pushes.ends()).toMatchObject({ problem: null, outputs: { branch: 'coord/pushes-1' } });
  const hides = await world.run('hides', { url, expectsChanges: true });
  hides.write('.git/info/exclude', '*\n');
  hides.write('.git/shallow', `${hides.place.base}\n`);
  hides.write('work.txt', 'x');
  expect(await hides.ends()).toMatchObject({ problem: null, outputs: { branch: 'coord/hides-1' } });
  expect(inRepo('diff', '--name-only', 'main', 'coord/hides-1')).toBe('work.txt');
  expect([hides.read('.git/info/exclude'), hides.read('.git/shallow')]).toEqual(['', null]);
});

test('O16 a run that pushed any branch itself changed something, even if another run fetched since', async () => {
  for (const [order, ref] of [
    ['own', 'feature'],
    ['straight', 'main'],
  ] as const) {
    const run = await world.run(order, { url, expectsChanges: true });
    run.git('commit', '--quiet', '--allow-empty', '-m', 'Mine');
    run.git('push', '--quiet', 'origin', `HEAD:refs/heads/${ref}`);
    await (await world.run(`beside-${order}`, { url })).ends();
    expect(await run.ends()).toMatchObject({ problem: null, outputs: { branch: `coord/${order}-1` } });
  }
});

test('O16 a run without changes pushes no branch, says so, and failed if changes are expected', async () => {
  const idle = await world.run('idle', { url });
  expect(await idle.ends()).toMatchObject({ problem: null, notes: ['changed nothing, so no branch was pushed'], outputs: {} });
  const asked = await world.run('asked', { url, expectsChanges: true });
  expect(await asked.ends()).toMatchObject({ problem: 'changed nothing' });
  const pulls = await world.run('pulls', { url, expectsChanges: true });
  const clone = join(world.root, 'app.git-clone');
  world.git(clone, 'commit', '--quiet', '--allow-empty', '-m', 'later');
  world.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
  pulls.git('pull', '--quiet', 'origin', 'main');
  // The mirror knows it since.
  await world.run('later', { url });
  expect(await pulls.ends()).toMatchObject({ problem: 'changed nothing' });
  expect(inRepo('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
});

test('O16 the repo may be a folder with a checkout of somebody: it is left as it is', async () => {
  const clone = join(world.root, 'app.git-clone');
  writeFileSync(join(clone, 'README.md'), 'half done');
  const before = world.git(clone, 'status', '--porcelain=v2', '--branch');
  const run = await world.run('fix', { url: clone });
  expect(run.read('README.md')).toBe('one\n');
  run.write('README.md', 'two\n');
  await run.ends();
  expect(world.git(clone, 'status', '--porcelain=v2', '--branch')).toBe(before);
  expect(world.git(clone, 'show', 'coord/fix-1:README.md')).toBe('two');
});

test('O16 runs at once on one repo have nothing of each other: files, branches, stashes, settings, hooks', async () => {
  const one = await world.run('one', { url });
  // Git of the first one may read there while the second one begins: what is right is not written again.
  const files = ['config', 'HEAD'].map((name) => join(one.place.repoFolder, 'mirror.git', name));
  const before = files.map((path) => statSync(path, { bigint: true }).ctimeNs);
  const [two, three] = await Promise.all([world.run('two', { url }), world.run('three', { url })]);
  expect(new Set([one, two, three].map(({ place }) => place.root)).size).toBe(3);
  expect(files.map((path) => statSync(path, { bigint: true }).ctimeNs)).toEqual(before);
  one.write('README.md', 'stashed\n');
  one.git('stash', '--quiet');
  one.git('branch', 'side');
  one.git('config', 'user.name', 'Somebody');
  expect(two.git('stash', 'list')).toBe('');
  expect(two.git('branch', '--format=%(refname:short)')).toBe('coord/two-1');
  expect(two.git('config', 'user.name')).toBe('A person');
  two.write('two.txt', '2');
  one.write('one.txt', '1');
  const ends = await Promise.all([one.ends(), two.ends()]);
  expect(ends.map(({ outputs }) => outputs.branch)).toEqual(['coord/one-1', 'coord/two-1']);
  expect(inRepo('diff', '--name-only', 'main', 'coord/one-1')).toBe('one.txt');
  expect(inRepo('diff', '--name-only', 'main', 'coord/two-1')).toBe('two.txt');
});

test('O16 a workspace is used again, and nothing of the run before is in it, whatever that left', async () => {
  const first = await world.run('first', { url });
  const { root } = first.place;
  for (const path of ['built/out', 'deep/er/file', '.git/index.lock', '.git/HEAD.lock', '.git/refs/heads/x.lock'])
    first.write(path, 'x');
  first.git('init', '--quiet', 'nested');
  rmSync(join(root, 'src'), { recursive: true });
  symlinkSync(world.home, join(root, 'src'));
  mkdirSync(join(root, 'shut'));
  writeFileSync(join(root, 'shut', 'file'), '');
  chmodSync(join(root, 'shut'), 0o500);
  await first.dies();
  const second = await world.run('second', { url, limits: { max: 1, diskBytes: 1024 ** 3 } });
  expect(second.place.root).toBe(root);
  expect(second.git('status', '--short', '--ignored')).toBe('');
  expect(second.read('src/a.txt')).toBe('a\n');
  expect([...'deep nested shut built'.split(' ')].filter((name) => existsSync(join(root, name)))).toEqual([]);
  expect(existsSync(join(world.home, 'a.txt'))).toBe(false);
  second.write('new', '');
  expect((await second.ends()).outputs.branch).toBe('coord/second-1');
});

test('O16 what a run left that was cut off, or that died before it began, counts, and makes room', async () => {
  const cut = await world.run('cut', { url });
  cut.write('large', 'x'.repeat(2_000_000));
  expect(lookAtWorkspaces(world.home).workspaces[0]?.bytes).toBeNull();
  await cut.dies();
  const sight = lookAtWorkspaces(world.home);
  expect(sight.workspaces[0]?.bytes).toBeGreaterThan(2_000_000);
  expect(sight.bytes).toBeGreaterThan(2_000_000);
  const early = await world.run('early', { url });
  expect(readSlotRecord(cut.place)?.bytes).toBe(sight.workspaces[0]?.bytes);
  early.write('large', 'x'.repeat(2_000_000));
  forgetSlotRecord(early.place);
  await early.dies();
  expect(lookAtWorkspaces(world.home).bytes).toBeGreaterThan(4_000_000);
  const other = world.repo('other.git');
  await world.run('next', { url: other, limits: { max: 8, diskBytes: 3_500_000 } });
  expect([cut.read('large') === null, early.read('large') === null]).toEqual([false, true]);
  await world.run('last', { url: other, limits: { max: 8, diskBytes: 1_000_000 } });
  expect(cut.read('large')).toBeNull();
});

test('O16 a git that was killed in the mirror or the workspace stops nobody after it', async () => {
  const first = await world.run('first', { url });
  const mirror = join(first.place.repoFolder, 'mirror.git');
  for (const path of ['packed-refs.lock', 'config.lock', 'refs/heads/main.lock', 'objects/pack/tmp_pack_abc', 'shallow.lock'])
    writeFileSync(join(mirror, path), '');
  writeFileSync(join(first.place.repoFolder, 'slots', '1', 'index.lock'), '');
  await first.dies();
  const clone = join(world.root, 'app.git-clone');
  world.git(clone, 'commit', '--quiet', '--allow-empty', '-m', 'later');
  world.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
  const second = await world.run('second', { url });
  expect(second.place.base).toBe(inRepo('rev-parse', 'main'));
  expect(existsSync(join(mirror, 'objects/pack/tmp_pack_abc'))).toBe(false);
});

test('C9, O16.1 a fetch from before the clock was set back is not taken for one that began since', async () => {
  const first = await world.run('first', { url });
  writeFileSync(join(first.place.repoFolder, 'mirror.lock.last'), String(Date.now() + 3_600_000));
  await first.ends();
  world.git(join(world.root, 'app.git-clone'), 'commit', '--quiet', '--allow-empty', '-m', 'later');
  world.git(join(world.root, 'app.git-clone'), 'push', '--quiet', 'origin', 'HEAD:main');
  expect((await world.run('second', { url })).place.base).toBe(inRepo('rev-parse', 'main'));
});

test('O16 what a run hides from git in its index is seen; a merge in pieces and a repo within are said', async () => {
  const run = await world.run('fix', { url });
  run.git('update-index', '--assume-unchanged', 'README.md');
  run.write('README.md', 'hidden\n');
  run.write('.git/MERGE_HEAD', `${run.place.base}\n`);
  run.git('init', '--quiet', 'within');
  world.git(join(run.place.root, 'within'), 'commit', '--quiet', '--allow-empty', '-m', 'x');
  const { notes, outputs } = await run.ends();
  expect(notes).toEqual(['of the nested git repositories "within", only the commit is kept', 'a merge was not finished']);
  expect(inRepo('show', `${outputs.commit}:README.md`)).toBe('hidden');
});

test('O16 orders, messages and settings changed outside while it runs are said, coord’s writes are not', async () => {
  const written = join(world.fleet, 'coordination', 'ORDERS.json');
  writeFileSync(written, '{}');
  writeFileSync(join(world.home, 'policy.yaml'), 'fleets: {}\n');
  const run = await world.run('fix', { url });
  writeFileSync(written, '{"orders": []}');
  writeFileSync(join(world.home, 'policy.yaml'), 'fleets: { all: yes }\n');
  writeFileSync(join(run.place.repoFolder, 'mirror.git', 'config'), '[core]\n');
  const { notes } = await run.phase('keep');
  const what = 'coordination/ORDERS.json, policy.yaml, the mirror of the repo changed';
  expect(notes).toContain(`while it ran, outside of its workspace ${what}`);
  await run.dies();

  const calm = await world.run('calm', { url });
  writeFileSync(written, '{"version":1}');
  // The id of that text, as a sync notes what it wrote.
  const id = world.git(world.root, 'hash-object', written);
  writeFileSync(join(world.fleet, '.coord', 'projected.json'), JSON.stringify({ 'ORDERS.json': [id] }));
  expect((await calm.phase('keep')).notes).toEqual(['changed nothing, so no branch was pushed']);
});
