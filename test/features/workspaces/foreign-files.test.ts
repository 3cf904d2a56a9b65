// O16: files of another user in a workspace, as a container leaves them (`docker run -v $PWD`), stop nobody.
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookAtWorkspaces, pruneWorkspaces } from '../../../src/features/workspaces/operations/workspaces.ts';
import { createPoolWorld, type PoolWorld, type Run } from './pool-world.ts';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let world: PoolWorld;
let url: string;

/** The whole world is nobody's, and coord runs as nobody: only root can have files of another user, and nothing is closed to it. */
beforeEach(() => {
  if (!isRoot) return;
  // The folder of the tests may be closed to others.
  world = createPoolWorld('/tmp');
  url = world.repo('app.git');
  world.git(world.root, 'config', '--global', 'safe.directory', '*');
  for (const path of readdirSync(world.root, { recursive: true, encoding: 'utf8' }))
    chownSync(join(world.root, path), NOBODY, NOBODY);
  chownSync(world.root, NOBODY, NOBODY);
  process.seteuid?.(NOBODY);
});
afterEach(async () => {
  if (!isRoot) return;
  process.seteuid?.(0);
  await world.end();
});

function asRoot(act: () => void): void {
  process.seteuid?.(0);
  act();
  process.seteuid?.(NOBODY);
}

const leave = (folder: string) =>
  asRoot(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'file'), 'x');
  });

async function ended(order: string): Promise<Run> {
  const run = await world.run(order, { url });
  leave(join(run.place.root, 'node_modules'));
  await run.dies();
  return run;
}

test.runIf(isRoot)('O16.13 the next run has the workspace, with none of them in it', async () => {
  const { place } = await ended('first');
  const next = await world.run('next', { url, limits: { max: 1, diskBytes: 1024 ** 3 } });
  expect([next.place.root, existsSync(join(place.root, 'node_modules'))]).toEqual([place.root, false]);
  expect(next.read('README.md')).toBe('one\n');
});

test.runIf(isRoot)('O16.13 once removed they stay aside, and runs of every repo begin', async () => {
  const { place } = await ended('first');
  leave(join(place.repoFolder, 'cache'));
  const whole = await world.run('whole', { url });
  asRoot(() => {
    rmSync(whole.place.root, { recursive: true });
    mkdirSync(whole.place.root);
  });
  leave(whole.place.root);
  await whole.dies();
  for (const round of [1, 2]) {
    await pruneWorkspaces(world.home, true);
    // They count into the disk that workspaces take, and are named for a person to remove.
    const { left, bytes } = lookAtWorkspaces(world.home);
    expect(bytes).toBeGreaterThan(0);
    expect(left.map(({ path }) => existsSync(path))).toEqual([true, true]);
    const next = await world.run(`next${round}`, { url });
    expect(next.read('README.md')).toBe('one\n');
    await next.dies();
  }
});
