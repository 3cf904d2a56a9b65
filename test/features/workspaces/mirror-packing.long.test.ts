// O16: what a repo has dropped leaves its mirror too, unless a workspace may need it.
import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dropUnreferenced, packTogether } from '../../../src/features/workspaces/adapters/mirror-packing.ts';
import type { PoolGit } from '../../../src/features/workspaces/adapters/pool-git.ts';
import {
  mirrorPath,
  readRepoRecord,
  repoFolderOf,
  writeRepoRecord,
} from '../../../src/features/workspaces/system/workspace-pool.ts';
import type { GitResult } from '../../../src/ledger/git/run-git.ts';
import { packBytes } from '../../../src/system/git/pack-bytes.ts';
import { createPoolWorld, type PoolWorld } from './pool-world.ts';

const MB = 1024 * 1024;
const limits = { max: 8, diskBytes: 3 * MB };
let world: PoolWorld;
let url: string;

beforeEach(() => {
  world = createPoolWorld();
  url = world.repo('app.git');
});
afterEach(() => world.end());

/** A branch is pushed anew, by force, with so much that nothing else has. */
function pushAnew(branch = 'data', bytes = MB / 2): void {
  const clone = join(world.root, 'app.git-clone');
  world.git(clone, 'checkout', '--quiet', '-B', branch, 'main');
  writeFileSync(join(clone, 'data'), randomBytes(bytes));
  world.git(clone, 'add', '-A');
  world.git(clone, 'commit', '--quiet', '-m', 'data');
  world.git(clone, 'push', '--quiet', '--force', 'origin', branch);
}

test('O16.14 a branch that is pushed anew each day fills no mirror', async () => {
  for (let day = 1; day <= 8; day += 1) {
    pushAnew();
    const run = await world.run(`day${day}`, { url, limits });
    expect(run.git('show', '--stat', 'origin/data')).toContain('data');
    run.write('new', `${day}`);
    expect((await run.ends()).outputs.branch).toBe(`coord/day${day}-1`);
  }
});

test('O16.14 nor one that takes most of what all may take', async () => {
  pushAnew('large', 2.7 * MB);
  for (let day = 1; day <= 5; day += 1) {
    pushAnew();
    await (await world.run(`day${day}`, { url, limits: { ...limits, diskBytes: 4.2 * MB } })).ends();
  }
});

test('O16.14 while work is kept there, or a run goes on, what it may need stays', async () => {
  pushAnew();
  const kept = await world.run('kept', { url, limits, branch: 'data' });
  kept.write('new', 'x');
  await kept.phase('keep');
  await kept.dies();
  const going = await world.run('going', { url, limits, branch: 'data' });
  for (let day = 1; day <= 3; day += 1) {
    pushAnew();
    await (await world.run(`day${day}`, { url, limits })).ends();
  }
  for (const run of [kept, going]) expect(run.git('fsck', '--full', '--no-dangling')).toBe('');
  for (let day = 4; day <= 8; day += 1) pushAnew();
  const last = await world.begin('last', { url, limits: { ...limits, diskBytes: MB } });
  expect(last).toMatchObject({ problem: expect.stringContaining('or remove kept work: coord workspace prune --all') });
  expect(readdirSync(kept.place.root)).toContain('new');
});

test('O16.14 packing that was killed with its run is not begun again by the next one', async () => {
  for (let day = 1; day <= 2; day += 1) {
    pushAnew();
    await (await world.run(`day${day}`, { url })).ends();
  }
  const repoFolder = repoFolderOf(world.pool, url);
  const gitDir = mirrorPath(repoFolder);
  let begun = 0;
  const killed = async () => {
    begun += 1;
    throw new Error('killed');
  };
  const git: PoolGit = { try: killed, run: killed };
  const drop = () => dropUnreferenced(git, { repoFolder, slot: 1 }, limits.diskBytes, gitDir);
  await expect(drop()).rejects.toThrow('killed');
  await drop();
  // Nor once a fetch has come between.
  await (await world.run('between', { url })).ends();
  await drop();
  expect(begun).toBe(1);
  const packs = (count: number) => {
    for (let at = 0; at < count; at += 1) writeFileSync(join(gitDir, 'objects', 'pack', `pack-${at}.pack`), '');
  };
  packs(51);
  await expect(packTogether(git, repoFolder, gitDir)).rejects.toThrow('killed');
  await packTogether(git, repoFolder, gitDir);
  expect(begun).toBe(2);
  packs(90);
  await expect(packTogether(git, repoFolder, gitDir)).rejects.toThrow('killed');
});

test('O16.14 near its limit a mirror whose packing failed is packed again after a pause', async () => {
  await (await world.run('first', { url })).ends();
  const repoFolder = repoFolderOf(world.pool, url);
  const gitDir = mirrorPath(repoFolder);
  const told = readRepoRecord(repoFolder);
  if (told === null) throw new Error('no record');
  const bytes = packBytes(gitDir);
  let begun = 0;
  const fails = async (): Promise<GitResult> => {
    begun += 1;
    return { exitCode: 1, stdout: Buffer.alloc(0), stderr: 'no space', timedOut: false };
  };
  const git: PoolGit = { try: fails, run: async () => '' };
  const drop = (part: number) => dropUnreferenced(git, { repoFolder, slot: 1 }, bytes / part, gitDir);
  // Almost all that it may take, and something of that came since it was packed.
  writeRepoRecord(repoFolder, { ...told, packed: bytes * 0.9 });
  await drop(0.97);
  await drop(0.97);
  expect(begun).toBe(1);
  const tried = (hours: number) => {
    const triedAt = new Date(Date.now() - hours * 3_600_000).toISOString();
    writeRepoRecord(repoFolder, { ...told, packed: bytes * 0.9, tried: bytes, triedAt });
  };
  tried(5);
  await drop(0.97);
  expect(begun).toBe(1);
  tried(7);
  await drop(0.97);
  expect(begun).toBe(2);
  // With room, growth is waited for.
  tried(7);
  await drop(0.5);
  expect(begun).toBe(2);
});
