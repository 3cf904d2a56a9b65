// O16: what makes room in the pool, and for what nothing goes.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeRoom } from '../../../src/features/workspaces/adapters/choose-slot.ts';
import { workspacesCheck } from '../../../src/features/workspaces/operations/doctor-check.ts';
import { lookAtWorkspaces } from '../../../src/features/workspaces/operations/workspaces.ts';
import { inPool, removeSlot } from '../../../src/features/workspaces/system/workspace-pool.ts';
import type { CheckedPlace } from '../../../src/operations/doctor/check.ts';
import { createPoolWorld, type PoolWorld, type Run } from './pool-world.ts';

let world: PoolWorld;
let url: string;

beforeEach(() => {
  world = createPoolWorld();
  url = world.repo('app.git');
});
afterEach(() => world.end());

/** Work that was not pushed, of 2 MB. */
async function kept(order: string): Promise<Run> {
  const run = await world.run(order, { url });
  run.write('half', 'x'.repeat(2_000_000));
  await run.phase('keep');
  await run.dies();
  return run;
}

const nextIn = ({ place }: Run) => ({ repoFolder: place.repoFolder, slot: 9 });
const limits = (diskBytes: number) => ({ max: 8, diskBytes });
const doctor = () =>
  workspacesCheck.look({ world: { home: world.home }, folder: { root: world.fleet } as CheckedPlace['folder'] });

/** Some megabytes, on any file system as many, that coord may not remove, as they stand once it tried. */
function foreign(): string {
  const path = join(world.pool, "app's.left-0");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'layer'), 'x'.repeat(2_500_000));
  return path;
}

test('O16.10 no work goes for files that are being removed', async () => {
  const [work, gone] = [await kept('work'), await kept('gone')];
  const { bytes } = lookAtWorkspaces(world.home);
  let room: Promise<unknown> = Promise.resolve();
  await inPool(world.pool, () => {
    // It waits for the pool, while another process moves files away to remove them after it.
    room = makeRoom(world.pool, bytes - 1_000_000, nextIn(work));
    removeSlot(world.pool, gone.place);
    expect(lookAtWorkspaces(world.home).bytes).toBeLessThan(bytes - 1_000_000);
  });
  expect([await room, work.read('half') === null]).toEqual([null, false]);
});

test('O16.13 files that coord may not remove count, and what is not needed makes room for them', async () => {
  const work = await kept('work');
  foreign();
  expect(await makeRoom(world.pool, 3_000_000, nextIn(work))).toBeNull();
  expect(work.read('half')).toBeNull();
});

test('O16.13 where they are too much already nothing goes for them, and they are named', async () => {
  const spare = await world.run('spare', { url: world.repo('other.git') });
  await spare.ends();
  const path = foreign();
  const command = `sudo rm -r '${path.replace("'", "'\\''")}'`;
  expect(await world.begin('next', { url, limits: limits(1_000_000) })).toMatchObject({
    problem: expect.stringMatching(
      /^workspaces take 2\.\d MB .*, 1\.0 MB are allowed, and 2\.4 MB are files that coord may not remove; on pc: /,
    ),
  });
  const { problem } = (await world.begin('again', { url, limits: limits(1_000_000) })) as { problem: string };
  expect(problem.endsWith(`on pc: ${command}`)).toBe(true);
  expect(spare.read('README.md')).toBe('one\n');
  expect(await doctor()).toMatchObject({ state: 'warning', fix: command });
});

test('O16.13 doctor names them where there is no workspace', async () => {
  expect(await doctor()).toMatchObject({ state: 'ok', found: 'none' });
  const path = foreign();
  expect(existsSync(path)).toBe(true);
  expect(await doctor()).toMatchObject({
    state: 'warning',
    found: expect.stringMatching(/; 2\.4 MB are files that coord may not remove$/),
  });
});
