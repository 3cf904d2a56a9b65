import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runGit, STDERR_GRACE_MS } from '../../src/ledger/git/run-git.ts';
import { seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld } from './git-world.ts';

describe('running git', () => {
  let world: GitWorld;
  beforeEach(() => {
    world = createGitWorld();
  });
  afterEach(() => world.end());
  const call = (args: string[], rest: { timeoutMs?: number; stallMs?: number; stdoutBytesMax?: number; input?: string } = {}) =>
    runGit({ gitDir: world.hubDir, args, environment: { ...world.person }, timeoutMs: 10_000, ...rest });

  it('a git that fails is data', async () => {
    const result = await call(['rev-parse', '--verify', 'nothing']);
    expect(result).toMatchObject({ exitCode: 128, timedOut: false });
    expect(result.stderr).toContain('fatal');
  });

  it('a git that is not there is an error with a hint', async () => {
    const run = runGit({ gitDir: null, args: ['version'], environment: { PATH: world.root }, timeoutMs: 1000 });
    await expect(run).rejects.toMatchObject({ code: 'GIT', hint: expect.stringContaining('2.34') });
  });

  it('a git that the system refuses to start at once is such an error too', async () => {
    // More than Linux takes in one variable: node throws it, as it does without memory.
    const run = runGit({ gitDir: null, args: ['version'], environment: { X: 'x'.repeat(200_000) }, timeoutMs: 1000 });
    await expect(run).rejects.toMatchObject({ code: 'GIT', message: expect.stringContaining('could not be started') });
  });

  it('caps what it keeps', async () => {
    const result = await call(['hash-object', '--stdin'], { input: 'x'.repeat(10), stdoutBytesMax: 5 });
    expect(result).toMatchObject({ exitCode: 128, stderr: expect.stringContaining('more than 5 bytes') });
    expect(result.stdout.length).toBe(0);
  });

  it('ends the whole group after the time limit, also those that ignore SIGTERM', async () => {
    const pids = join(world.root, 'pids');
    const script = `!trap "" TERM; echo $$ > ${pids}; (trap "" TERM; while :; do sleep 1; done) & while :; do sleep 1; done`;
    const begun = performance.now();
    const result = await call(['-c', `alias.stubborn=${script}`, 'stubborn'], { timeoutMs: 1000 });
    expect(result.timedOut).toBe(true);
    expect(performance.now() - begun).toBeLessThan(60_000);
    const pid = Number(readFileSync(pids, 'utf8'));
    // Gone, or dead and not yet collected by whoever inherited it.
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    expect(stdout.trim()).toMatch(/^$|^Z/);
  });

  it('ends a git that says nothing for so long, and lets one go on that does', async () => {
    const works = await call(['-c', 'alias.works=!for i in 1 2 3 4 5 6; do echo $i >&2; sleep 0.5; done', 'works'], {
      stallMs: 2000,
    });
    expect(works).toMatchObject({ exitCode: 0, timedOut: false, stderr: '1\n2\n3\n4\n5\n6\n' });
    const stalls = await call(['-c', 'alias.stalls=!echo 1 >&2; sleep 60', 'stalls'], { stallMs: 500, timeoutMs: 60_000 });
    expect(stalls).toMatchObject({ timedOut: true, stderr: '1\n' });
  });

  it('tells nothing of what git says of its own end once it is ended', async () => {
    const script = '!trap "echo disconnected >&2; exit 1" TERM; echo 1 >&2; while :; do sleep 0.05; done';
    const result = await call(['-c', `alias.complains=${script}`, 'complains'], { timeoutMs: 1000 });
    expect(result).toMatchObject({ timedOut: true, stderr: '1\n' });
  });

  it('does not wait for a daemon that keeps stderr open', async () => {
    const begun = performance.now();
    const result = await call(['-c', 'alias.lingers=!setsid sleep 60 >/dev/null & echo done', 'lingers']);
    expect(result.stdout.toString()).toBe('done\n');
    expect(performance.now() - begun).toBeLessThan(55_000);
  });

  it('reads what git wrote to its end, also where that comes after git is known to be gone', async () => {
    const seconds = (2 * STDERR_GRACE_MS) / 1000;
    const result = await call(['-c', `alias.late=!(sleep ${seconds}; echo late) 2>/dev/null & echo done`, 'late']);
    expect(result.stdout.toString()).toBe('done\nlate\n');
  });

  it('works with a git before 2.36, which has no cat-file --batch-command', async () => {
    const bin = join(world.root, 'bin');
    mkdirSync(bin);
    const real = (world.person.PATH ?? '').split(':').map((folder) => join(folder, 'git'));
    const git = real.find((path) => existsSync(path));
    writeFileSync(join(bin, 'git'), `#!/bin/sh\nfor a; do [ "$a" = --batch-command ] && exit 129; done\nexec ${git} "$@"\n`);
    chmodSync(join(bin, 'git'), 0o755);
    world.commitAsPerson({ 'coordination/ORDERS.json': '1', 'coordination/a.md': 'a' });
    const ledger = world.ledger('one', { person: { ...world.person, PATH: `${bin}:${world.person.PATH}` } });
    const entries = (await seen(ledger)).main?.entries;
    const ids = [...(entries?.values() ?? [])].map(({ id }) => id);
    expect([...(await ledger.read(ids)).values()]).toEqual([
      { kind: 'text', text: '1' },
      { kind: 'text', text: 'a' },
    ]);
    expect((await ledger.versions('a.md', 5)).length).toBe(1);
  });
});
