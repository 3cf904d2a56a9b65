// A1 to A3 with files of a size that takes its time: the bounds of a ref, a bomb, and a folder of 100,000.
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gather } from '../../../src/features/artifacts/adapters/gather.ts';
import { storedNames } from '../../../src/features/artifacts/system/artifact-store.ts';
import { createRefWorld, type RefWorld } from './ref-world.ts';

let world: RefWorld;

beforeEach(() => {
  world = createRefWorld();
});
afterEach(() => world.end());

test('A2 the ref holds 50 MiB: the oldest runs go first, and stay on their machine', async () => {
  for (let count = 0; count < 12; count += 1)
    await world.leave(
      Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, Buffer.alloc(1024 * 1024, `${count}${name}`)])),
    );
  await world.publish();
  const bytes = world.inHub('ls-tree', '-r', '-l', 'refs/coord/artifacts/1').split('\n');
  expect([bytes.length, storedNames(world.paths).length]).toEqual([50, 12]);
});

test('A2.1 one more file among thousands sends two small trees, not the names of all', async () => {
  for (let count = 0; count < 30; count += 1)
    await world.leave(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${at}`, `${count} ${at}`])));
  await world.publish();
  const [ref, all] = ['refs/coord/artifacts/1', world.inHub('ls-tree', '-r', '-t', 'refs/coord/artifacts/1')];
  const sizeOf = (tree: string) => Number(world.inHub('cat-file', '-s', tree));
  const folders = [...all.matchAll(/ tree ([0-9a-f]+)/g)].map(([, id]) => id ?? '');
  expect(all.match(/ blob /g)).toHaveLength(3_000);
  expect(sizeOf(`${ref}^{tree}`) + Math.max(...folders.map(sizeOf))).toBeLessThan(12_000);
});

test('A3 a blob that is larger than the result says is not read, be it sent as many bytes or as few', async () => {
  const noise = world.blob(randomBytes(30_000_000), { size: 10 });
  await expect(world.fetched([noise])).rejects.toThrow(
    /machine 1: (x is not what its result says|its files are larger than it says)/,
  );
  const bomb = world.blob(Buffer.alloc(64 * 1024 * 1024), { size: 10 });
  await expect(world.fetched([bomb])).rejects.toThrow(
    /machine 1: (x is not what its result says|its files are larger than it says)/,
  );
});

test('A1 a folder of 100,000 files that match is not read whole, and none of them is taken', async () => {
  const { root, paths, person } = world;
  const folder = join(root, 'many');
  mkdirSync(folder);
  for (let count = 0; count < 100_000; count += 1) writeFileSync(join(folder, `${count}.log`), '');
  const run = { key: 'many-1.1-abc', order: 'many', generation: 1, attempt: 1 };
  const taken = (patterns: readonly string[]) =>
    gather({ paths, run, folder, request: { patterns, upload: null, person }, format: 'sha1', say: () => {} });
  const began = performance.now();
  expect(await taken(['*.log'])).toMatchObject({
    files: [],
    notes: ['no files were taken: more than 100 files match; pack them into one'],
  });
  // To make them takes seconds; the first hundred suffice.
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(await taken(['*.txt'])).toMatchObject({ files: [], notes: ['no files match *.txt'] });
});
