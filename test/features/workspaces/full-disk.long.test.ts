// O16.10: on a full disk, kept work is given up last and no more of it than has to be; and never for a word of git's.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bytesBelow } from '../../../src/system/files/bytes-below.ts';
import { createPoolWorld, type PoolWorld, type Run } from './pool-world.ts';

let world: PoolWorld;
let url: string;
let mounted: string | null = null;

beforeEach(() => {
  world = createPoolWorld();
  url = world.repo('app.git');
});
afterEach(async () => {
  if (mounted !== null) spawnSync('umount', ['-l', mounted]);
  mounted = null;
  await world.end();
});

/** Work that was not pushed, of so many bytes. */
async function kept(order: string, bytes: number): Promise<Run> {
  const run = await world.run(order, { url });
  run.write('half', randomBytes(bytes).toString('latin1'));
  await run.phase('keep');
  await run.dies();
  return run;
}

test('O16.10 what git or the host says of a full disk takes no kept work away; what holds nothing goes', async () => {
  const [work, spare] = [await kept('work', 10), await world.run('spare', { url: world.repo('other.git') })];
  await spare.ends();
  const path = join(world.root, 'full');
  mkdirSync(path);
  const script = `case "$*" in *" fetch "*) echo 'fatal: write error: No space left on device' >&2; exit 128;; esac`;
  writeFileSync(join(path, 'git'), `#!/bin/sh\n${script}\nPATH='${process.env.PATH}' exec git "$@"\n`, { mode: 0o755 });
  const person = { ...world.person, PATH: `${path}:${process.env.PATH}` };
  expect(await world.begin('next', { url, person })).toMatchObject({
    problem: expect.stringMatching(/^no room for its workspace: .*No space left on device; on pc: coord workspace prune$/),
    asks: false,
  });
  expect(world.said()).toContain('the disk is full: removing workspaces that hold nothing');
  expect([work.read('half') === null, spare.read('README.md')]).toEqual([false, null]);
});

test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'O16.10 on a disk that is full, work is given up one by one, the oldest first, until there is room',
  async ({ skip }) => {
    const big = world.repo('big.git', { big: randomBytes(3_000_000).toString('hex') });
    const works = [await kept('oldest', 6_000_000), await kept('older', 6_000_000), await kept('newest', 6_000_000)];
    const whole = join(world.root, 'whole');
    cpSync(world.pool, whole, { recursive: true, verbatimSymlinks: true });
    const size = Math.ceil(bytesBelow(whole) / 1024) + 1_000;
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}k`, 'coord-test', world.pool]).status !== 0)
      skip('tmpfs cannot be mounted here');
    mounted = world.pool;
    cpSync(whole, world.pool, { recursive: true, verbatimSymlinks: true });
    const run = await world.run('next', { url: big });
    expect(run.read('big')).toHaveLength(6_000_000);
    expect(works.map((work) => work.read('half') === null)).toEqual([true, false, false]);
  },
);
