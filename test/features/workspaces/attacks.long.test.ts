import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findExecutable } from '../../../src/system/process/find-executable.ts';
import { createPoolWorld, type PoolWorld, type Run } from './pool-world.ts';

let world: PoolWorld;
let url: string;

beforeEach(() => {
  world = createPoolWorld();
  url = world.repo('app.git', { 'README.md': 'one\n', '.gitignore': 'built\n', 'src/a.txt': 'a\n' });
});
afterEach(() => world.end());

const inRepo = (...args: string[]) => world.git(url, ...args);

/** Everything by which a repository makes git start a program, each leaving a trace. */
function trap(run: Run): string {
  const trace = join(world.root, 'trace');
  const script = join(world.root, 'trap.sh');
  writeFileSync(script, `#!/bin/sh\necho "$0 $*" >> ${trace}\ncat\n`, { mode: 0o755 });
  const set = (key: string, value = script) => run.git('config', key, value);
  for (const key of ['core.fsmonitor', 'core.sshCommand', 'core.askPass', 'core.editor', 'core.pager', 'filter.x.clean'])
    set(key);
  for (const key of ['filter.x.smudge', 'filter.x.process', 'credential.helper', 'gpg.program', 'diff.external']) set(key);
  set('filter.x.required', 'true');
  set('commit.gpgSign', 'true');
  set('core.hooksPath', join(world.root, 'hooks'));
  set(`url.ext::${script} .insteadOf`, url);
  set('protocol.ext.allow', 'always');
  for (const hook of ['pre-commit', 'post-commit', 'pre-push', 'reference-transaction', 'post-index-change', 'post-checkout']) {
    mkdirSync(join(world.root, 'hooks'), { recursive: true });
    for (const folder of [join(world.root, 'hooks'), join(run.place.root, '.git', 'hooks')])
      writeFileSync(join(folder, hook), `#!/bin/sh\necho ${hook} >> ${trace}\n`, { mode: 0o755 });
  }
  run.write('.git/info/attributes', '* filter=x\n');
  run.write('.gitattributes', '* filter=x diff=x\n');
  return trace;
}

test('O16 nothing that a run puts into .git runs when coord looks at it, or when the next run comes', async () => {
  const run = await world.run('fix', { url });
  run.write('README.md', 'two\n');
  const trace = trap(run);
  const end = await run.ends();
  expect(end).toMatchObject({ problem: null, outputs: { branch: 'coord/fix-1' } });
  expect(inRepo('show', 'coord/fix-1:README.md')).toBe('two');
  expect(world.said()).toMatch(/the run set .*fsmonitor.* in its \.git\/config, which coord does not obey/);
  const next = await world.run('next', { url });
  expect(next.place.root).toBe(run.place.root);
  expect(next.git('config', '--list', '--name-only')).not.toMatch(/filter|fsmonitor|hookspath|credential/);
  expect(existsSync(trace) ? readFileSync(trace, 'utf8') : '').toBe('');
});

/** A repo within the workspace, at that commit of `from`, by whose settings git starts a program; the marker that it then leaves. */
function trappedRepo(run: Run, path: string, from: string, commit: string): string {
  const marker = join(world.root, `ran-${run.key}-in-${path.replaceAll('/', '-')}`);
  const at = join(run.place.root, path);
  world.git(run.place.root, 'init', '--quiet', path);
  world.git(at, 'fetch', '--quiet', from, 'main');
  world.git(at, 'checkout', '--quiet', '--force', '--detach', commit);
  run.write(`${path}/.gitattributes`, '* filter=x diff=x\n');
  for (const key of ['filter.x.clean', 'diff.external']) world.git(at, 'config', key, `touch ${marker}; cat`);
  world.git(at, 'config', 'core.fsmonitor', `touch ${marker}; false`);
  // Of the same size, so that git has to read it to see the change.
  run.write(`${path}/src/a.txt`, 'c\n');
  return marker;
}

/** Submodules of a repo, whose commit is its first one. */
function withSubmodules(name: string, ...paths: readonly string[]): { readonly repo: string; readonly commit: string } {
  const repo = world.repo(name, { 'src/a.txt': 'a\n' });
  const clone = join(world.root, `${name}-clone`);
  const commit = world.git(clone, 'rev-parse', 'HEAD');
  for (const path of paths) world.git(clone, 'update-index', '--add', '--cacheinfo', `160000,${commit},${path}`);
  world.git(clone, 'commit', '--quiet', '-m', 'submodules');
  world.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
  return { repo, commit };
}

test('O16 no setting of a repo inside runs anything: submodules, files beside it, new or earlier folders', async () => {
  const { repo, commit } = withSubmodules('modules.git', 'sub', 'deep/sub');
  const run = await world.run('fix', { url: repo });
  const markers = ['sub', 'deep/sub', 'src', 'new'].map((path) => trappedRepo(run, path, repo, commit));
  run.write('src/a.txt', 'b\n');
  expect(await run.ends()).toMatchObject({ problem: null, outputs: { branch: 'coord/fix-1' } });
  expect(world.git(repo, 'show', 'coord/fix-1:src/a.txt')).toBe('b');
  expect(markers.filter((path) => existsSync(path))).toEqual([]);

  const step = await world.run('next', { url: repo, branch: 'coord/fix-1' });
  expect(['sub', 'deep/sub', 'src', 'new'].filter((path) => step.read(`${path}/.git/config`) !== null)).toEqual([]);
  markers.push(trappedRepo(step, 'new', repo, commit));
  step.write('other.txt', 'b\n');
  expect(await step.ends()).toMatchObject({ problem: null, outputs: { branch: 'coord/next-1' } });
  expect(markers.filter((path) => existsSync(path))).toEqual([]);
});

test('O16 a run’s submodules are in its branch: moved, taken away, or turned into files', async () => {
  const { repo, commit } = withSubmodules('modules.git', 'moved', 'gone', 'files', 'untouched', 'deep/linked');
  const run = await world.run('fix', { url: repo });
  const at = join(run.place.root, 'moved');
  world.git(run.place.root, 'clone', '--quiet', repo, 'moved');
  const moved = world.git(at, 'rev-parse', 'HEAD');
  for (const path of ['gone', 'files', 'deep']) rmSync(join(run.place.root, path), { recursive: true });
  run.write('files', 'text');
  symlinkSync(world.home, join(run.place.root, 'deep'));
  mkdirSync(join(world.home, 'linked'));
  const { outputs } = await run.ends();
  expect(world.git(repo, 'ls-tree', '-r', '--format=%(objecttype) %(path)', String(outputs.commit)).split('\n')).toEqual([
    'blob deep',
    'blob files',
    'commit moved',
    'blob src/a.txt',
    'commit untouched',
  ]);
  expect(world.git(repo, 'rev-parse', `${outputs.commit}:moved`, `${outputs.commit}:untouched`).split('\n')).toEqual([
    moved,
    commit,
  ]);
});

test('O16.5 a submodule’s commit is read from a branch of any name, and untold it is not pushed', async () => {
  const { repo } = withSubmodules('modules.git', 'sub');
  const moved = async (order: string, after: (at: string) => void) => {
    const run = await world.run(order, { url: repo });
    world.git(run.place.root, 'clone', '--quiet', repo, 'sub');
    world.git(join(run.place.root, 'sub'), 'checkout', '--quiet', '-b', 'fix/#12+größe');
    after(join(run.place.root, 'sub'));
    return { end: await run.ends(), commit: world.git(join(run.place.root, 'sub'), 'log', '--all', '-1', '--format=%H') };
  };
  const { end, commit } = await moved('loose', () => {});
  expect([end.problem, world.git(repo, 'rev-parse', 'coord/loose-1:sub')]).toEqual([null, commit]);
  const packed = await moved('packed', (at) => world.git(at, 'pack-refs', '--all'));
  expect(packed.end.problem).toBe(null);
  const lost = await moved('lost', (at) => writeFileSync(join(at, '.git', 'HEAD'), 'ref: refs/elsewhere\n'));
  expect(lost.end.problem).toMatch(/^the commit of a submodule cannot be told: "sub"/);
});

test('O16 a submodule’s folder is empty for the next run, too', async () => {
  const { repo } = withSubmodules('modules.git', 'deep/sub', 'other');
  const run = await world.run('fix', { url: repo });
  run.write('deep/sub/.gitattributes', '* filter=x\n');
  run.write('deep/sub/folder/file', 'x');
  rmSync(join(run.place.root, 'other'), { recursive: true });
  await run.dies();
  const next = await world.run('next', { url: repo, limits: { max: 1, diskBytes: 1024 ** 3 } });
  expect(next.place.root).toBe(run.place.root);
  for (const path of ['deep/sub', 'other']) expect(readdirSync(join(next.place.root, path))).toEqual([]);
});

test('O16 the git commands that coord runs where a run was, none with its settings: each has its attack', async () => {
  const calls = join(world.root, 'calls');
  const real = findExecutable('git', process.env.PATH ?? '');
  mkdirSync(join(world.root, 'bin'));
  const wrapper = `#!/bin/sh\necho "$GIT_WORK_TREE $*" >> ${calls}\nexec ${real} "$@"\n`;
  writeFileSync(join(world.root, 'bin', 'git'), wrapper, { mode: 0o755 });
  const person = { ...world.person, PATH: `${join(world.root, 'bin')}:${world.person.PATH}` };
  const { repo, commit } = withSubmodules('modules.git', 'sub');
  const one = { url: repo, limits: { max: 1, diskBytes: 1024 ** 3 }, person };
  await (await world.run('before', one)).dies();
  writeFileSync(calls, '');
  const run = await world.run('fix', one);
  run.write('src/a.txt', 'b\n');
  run.git('commit', '--quiet', '-am', 'Mine');
  for (const path of ['sub', 'new']) trappedRepo(run, path, repo, commit);
  await run.ends();
  const lines = readFileSync(calls, 'utf8').split('\n');
  const there = lines.filter((line) => line.includes(run.place.root));
  const words = there.map((line) => /^\S* (?:-[cC] \S+ |--no-pager |--git-dir=\S+ )+(\S+)/.exec(line)?.[1]);
  expect([...new Set(words)].sort()).toEqual(
    'add check-attr check-ignore clean commit-tree diff-tree ls-files push read-tree rev-list rev-parse update-index update-ref write-tree'.split(
      ' ',
    ),
  );
  for (const line of there)
    for (const setting of [/core\.hooksPath=\S+no-hooks /, /core\.fsmonitor=false /, /submodule\.recurse=false /])
      expect(line).toMatch(setting);
});

test('O16 what a run puts into .git sends its branch, writes, or fetches objects nowhere else', async () => {
  const ssh = join(world.root, 'ssh');
  const hosts = join(world.root, 'hosts');
  writeFileSync(ssh, `#!/bin/sh\nfor last; do :; done\necho "$*" >> ${hosts}\ncd ${world.root} && exec sh -c "$last"\n`, {
    mode: 0o755,
  });
  // An address without a slash is one that git also takes for the name of a remote.
  const asked = { url: 'git@right:app.git', person: { ...world.person, GIT_SSH_COMMAND: ssh } };
  const run = await world.run('fix', asked);
  run.write('README.md', 'two\n');
  world.repo('other.git');
  for (const folder of ['remotes', 'branches'])
    run.write(`.git/${folder}/git@right:app.git`, folder === 'remotes' ? 'URL: git@wrong:other.git\n' : 'git@wrong:other.git\n');
  expect(await run.ends()).toMatchObject({ problem: null, outputs: { branch: 'coord/fix-1' } });
  expect(readFileSync(hosts, 'utf8')).not.toContain('wrong');
  expect(world.git(join(world.root, 'other.git'), 'branch', '--list', 'coord/*')).toBe('');

  const elsewhere = join(world.root, 'elsewhere');
  mkdirSync(elsewhere);
  const mine = join(elsewhere, 'mine');
  const links: Readonly<Record<string, string>> = { index: mine, 'logs/HEAD': mine };
  for (const name of [...Object.keys(links), 'refs/heads/coord', 'objects/pack', 'objects/info', 'info', 'packed-refs', 'HEAD']) {
    writeFileSync(mine, 'mine');
    const led = await world.run(`led-${name.replaceAll('/', '-')}`, { url });
    led.write('README.md', 'two\n');
    const path = join(led.place.root, '.git', name);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(links[name] ?? elsewhere, path);
    const end = await led.ends();
    if (name !== 'info' && name !== 'objects/info') expect(end.problem, name).toMatch(/removed or replaced \.git/);
    expect(readdirSync(elsewhere), name).toEqual(['mine']);
    expect(readFileSync(mine, 'utf8'), name).toBe('mine');
  }
});

test('O16 a replaced .git is asked nothing, the run failed; other objects or worktrees count for nothing', async () => {
  const gone = await world.run('gone', { url });
  rmSync(join(gone.place.root, '.git'), { recursive: true });
  symlinkSync(join(world.root, 'app.git-clone', '.git'), join(gone.place.root, '.git'));
  expect(await gone.ends()).toMatchObject({
    problem: expect.stringMatching(/^the run removed or replaced \.git in its workspace/),
  });

  const led = await world.run('led', { url });
  led.write('README.md', 'two\n');
  led.git('config', 'core.worktree', world.home);
  led.write('.git/commondir', `${join(world.root, 'app.git-clone', '.git')}\n`);
  expect(await led.ends()).toMatchObject({ problem: null, outputs: { branch: 'coord/led-1' } });
  expect(inRepo('diff', '--name-only', 'main', 'coord/led-1')).toBe('README.md');
});
