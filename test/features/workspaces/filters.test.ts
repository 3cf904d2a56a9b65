// O16.15: what a filter of .gitattributes changes on its way into a repo, coord never commits as it lies in the files.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isStored } from '../../../src/features/workspaces/adapters/filtered.ts';
import { createPoolWorld, type PoolWorld, type Run } from './pool-world.ts';

let world: PoolWorld;

beforeEach(() => {
  world = createPoolWorld();
});
afterEach(() => world.end());

/** What stands for git-crypt makes of a text. */
const hidden = (text: string) => `\0GITCRYPT\0${Buffer.from(text).toString('base64')}`;
const PLAIN = 'PASSWORD=hunter2\n';

const cryptRepo = () =>
  world.repo('app.git', {
    'README.md': 'one\n',
    '.gitattributes': '*.env filter=git-crypt diff=git-crypt\n',
    'secret.env': hidden(PLAIN),
  });

/** As `git-crypt unlock` does: its settings, and the file anew. */
function unlock(run: Run): void {
  run.git('config', 'filter.git-crypt.smudge', 'tail -c +11 | base64 -d');
  run.git('config', 'filter.git-crypt.clean', String.raw`printf '\000GITCRYPT\000'; base64 -w0`);
  rmSync(join(run.place.root, 'secret.env'));
  run.git('checkout', '--', 'secret.env');
  expect(run.read('secret.env')).toBe(PLAIN);
}

const AS_BEFORE = /^left as the repo has it, because coord runs no filters of \.gitattributes: /;
const LEFT_OUT = /^changed, but not committed, because coord runs no filters of \.gitattributes: /;

test('O16.15 a file that git-crypt encrypts is not pushed in plain text: it stays as the repo has it', async () => {
  const repo = cryptRepo();
  const run = await world.run('fix', { url: repo });
  unlock(run);
  run.write('README.md', 'two\n');
  const end = await run.ends();
  expect(end).toMatchObject({ problem: null, outputs: { branch: 'coord/fix-1' } });
  expect(end.notes).toEqual([expect.stringMatching(AS_BEFORE)]);
  expect(end.notes[0]).toContain('"secret.env" (git-crypt)');
  expect(world.git(repo, 'diff', '--name-only', 'main', 'coord/fix-1')).toBe('README.md');

  const again = await world.run('idle', { url: repo });
  unlock(again);
  chmodSync(join(again.place.root, 'secret.env'), 0o755);
  expect((await again.ends()).outputs).toMatchObject({ branch: 'coord/idle-1' });
  expect(world.git(repo, 'diff', '--raw', '--abbrev=1', 'main', 'coord/idle-1')).toMatch(/^:100644 100755 (\w+) \1 M/);
});

test('O16.15 one that changed, or is new: nothing is pushed, the result names it, the work is kept', async () => {
  const repo = cryptRepo();
  const changes: Readonly<Record<string, (run: Run) => void>> = {
    unlocked: (run) => {
      unlock(run);
      run.git('update-index', '--assume-unchanged', 'secret.env');
      run.write('secret.env', PLAIN.replace('2', '3'));
    },
    locked: (run) => run.write('secret.env', 'NEW=1\n'),
    new: (run) => run.write('deep/new.env', 'NEW=1\n'),
    added: (run) => {
      unlock(run);
      run.write('new.env', 'NEW=1\n');
      run.git('add', 'new.env');
    },
    // Without the attribute in the files, in its last commit, or in the commit that it began with.
    unsaid: (run) => {
      rmSync(join(run.place.root, '.gitattributes'));
      run.write('secret.env', 'NEW=1\n');
    },
    forgotten: (run) => {
      run.git('rm', '-q', '.gitattributes');
      run.git('commit', '-qm', 'No filter');
      run.write('secret.env', 'NEW=1\n');
    },
    told: (run) => {
      run.write('.gitattributes', 'key.txt filter=git-crypt\n');
      run.write('key.txt', 'NEW=1\n');
    },
  };
  for (const [order, change] of Object.entries(changes)) {
    const run = await world.run(order, { url: repo });
    change(run);
    const only = await run.ends();
    expect(only.problem, order).toMatch(LEFT_OUT);
    expect(only.problem, order).toMatch(/"(secret\.env|new\.env|deep\/new\.env|key\.txt)" \(git-crypt\)/);
    expect(only.place?.commit === null, order).toBe(false);
    expect(world.git(run.place.root, 'log', '-p', '--all'), order).not.toMatch(/hunter|NEW=1/);
  }
  expect(world.git(repo, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
});

test('O16.15 what the run’s own git committed is pushed, unless git-crypt did not encrypt it', async () => {
  const repo = cryptRepo();
  const good = await world.run('good', { url: repo });
  unlock(good);
  good.write('secret.env', 'PASSWORD=other\n');
  good.git('commit', '-qam', 'Mine');
  expect(await good.ends()).toMatchObject({ problem: null, outputs: { branch: 'coord/good-1' } });
  expect(world.git(repo, 'show', 'coord/good-1:secret.env')).toBe(hidden('PASSWORD=other\n'));

  const bad = await world.run('bad', { url: repo });
  bad.write('secret.env', 'PASSWORD=other\n');
  bad.git('commit', '-qam', 'Mine');
  bad.git('revert', '--no-edit', 'HEAD');
  expect((await bad.ends()).problem).toMatch(/^committed by the run without its filter: "secret\.env" \(git-crypt\)/);
  expect(world.git(repo, 'branch', '--list', 'coord/bad-1')).toBe('');
});

test('O16.15 only what a filter made itself counts as encrypted, not what looks as if somebody else had', () => {
  const isEncrypted = (name: string, text: string) => isStored([name], Buffer.from(text), BigInt(text.length));
  const forms: Readonly<Record<string, string>> = {
    'git-crypt': '\0GITCRYPT\0x',
    'git-crypt-team': '\0GITCRYPT\0x',
    crypt: 'U2FsdGVkX1+x',
    'git-agecrypt': 'age-encryption.org/v1\n',
    gpg: '-----BEGIN PGP MESSAGE-----\n',
    vault: '$ANSIBLE_VAULT;1.1;AES256\n',
  };
  for (const [name, text] of Object.entries(forms)) expect(isEncrypted(name, text), name).toBe(true);
  for (const name of Object.keys(forms)) {
    expect(isEncrypted(name, PLAIN), name).toBe(false);
    expect(isEncrypted(name, '-----BEGIN PGP PRIVATE KEY BLOCK-----\n'), name).toBe(false);
  }
  expect(isEncrypted('git-crypt', '-----BEGIN PGP MESSAGE-----\n')).toBe(false);
});

test('O16.15 as it is encrypted, or as a pointer, a file may be moved, copied and taken away', async () => {
  const repo = cryptRepo();
  const run = await world.run('fix', { url: repo });
  renameSync(join(run.place.root, 'secret.env'), join(run.place.root, 'other.env'));
  expect(await run.ends()).toMatchObject({ problem: null, notes: [] });
  expect(world.git(repo, 'diff', '-M', '--name-status', 'main', 'coord/fix-1')).toBe('R100\tsecret.env\tother.env');
});

const LARGE = 'large\n';
const pointerOf = (text: string) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${createHash('sha256').update(text).digest('hex')}\nsize ${text.length}\n`;

const lfsRepo = () =>
  world.repo('app.git', { '.gitattributes': '*.bin filter=lfs diff=lfs -text\n', 'big.bin': pointerOf(LARGE) });

test('O16.15 content of Git LFS is not pushed in place of its pointer, and a change of it is no success', async () => {
  const repo = lfsRepo();
  const pulls = await world.run('pulls', { url: repo });
  // Its git knows nothing of it: by its hash alone it is told.
  pulls.write('big.bin', LARGE);
  pulls.write('new.txt', '');
  const end = await pulls.ends();
  expect(end).toMatchObject({ problem: null, outputs: { branch: 'coord/pulls-1' } });
  expect(world.git(repo, 'diff', '--name-only', 'main', 'coord/pulls-1')).toBe('new.txt');

  const changes = await world.run('changes', { url: repo, expectsChanges: true });
  changes.write('big.bin', 'other\n');
  expect((await changes.ends()).problem).toMatch(LEFT_OUT);
  expect(changes.read('big.bin')).toBe('other\n');

  const moves = await world.run('moves', { url: repo });
  moves.write('new.bin', pointerOf('other\n'));
  moves.write('empty.bin', '');
  utimesSync(join(moves.place.root, 'big.bin'), 0, 0);
  expect(await moves.ends()).toMatchObject({ problem: null, notes: [] });
  expect(world.git(repo, 'diff', '--name-only', 'main', 'coord/moves-1')).toBe('empty.bin\nnew.bin');

  const commits = await world.run('commits', { url: repo });
  commits.write('big.bin', pointerOf('other\n'));
  commits.git('commit', '-qam', 'Mine');
  const { problem, notes } = await commits.ends();
  expect([problem, notes]).toEqual([null, ['only the Git LFS pointer is pushed, its content is up to the run: "big.bin" (lfs)']]);
});

test('O16.16 what a sparse checkout leaves out stays in the branch, also of a run that goes on', async () => {
  const repo = world.repo('app.git', { 'README.md': 'one\n', 'web/a.txt': 'a\n', 'api/b.txt': 'b\n', 'api/c.txt': 'c\n' });
  for (const more of [[], ['--cone', '--sparse-index']]) {
    const order = `fix${more.length}`;
    const run = await world.run(order, { url: repo }, 'some');
    run.git('sparse-checkout', 'set', ...more, 'web');
    run.write('web/a.txt', 'changed\n');
    expect(existsSync(join(run.place.root, 'api/b.txt'))).toBe(false);
    rmSync(join(run.place.root, 'README.md'), { force: true });
    expect(await run.ends()).toMatchObject({ problem: null });
    expect(world.git(repo, 'diff', '--name-only', 'main', `coord/${order}-1`)).toMatch(/^(README\.md\n)?web\/a\.txt$/);
    const on = await world.run(order, { url: repo, goesOn: true, result: `coord/${order}-2` });
    expect(on.place.root).toBe(run.place.root);
    on.write('web/new.txt', 'x');
    expect(await on.ends()).toMatchObject({ problem: null });
    expect(world.git(repo, 'diff', '--name-only', `coord/${order}-1`, `coord/${order}-2`)).toBe('web/new.txt');
  }
});
