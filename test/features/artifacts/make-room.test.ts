// A5: what goes where the store is full. The files are as large as they say, and hold nothing.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { filesHere, makeRoom, storedNames, storePaths } from '../../../src/features/artifacts/system/artifact-store.ts';

const GIB = 1024 ** 3;

let root: string;
let paths: ReturnType<typeof storePaths>;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-make-room-'));
  paths = storePaths({ state: root });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A run that left a file that travels, one that stays, or both. */
function stored(at: number, small: number | null, large: number | null): void {
  const folder = join(paths.runs, `${String(at).padStart(13, '0')}-build-${at}.1-abc`);
  const sizes = [small ?? [], large ?? []].flat();
  const files = sizes.map((size) => ({
    name: size === small ? 'small' : 'large',
    size,
    sha256: `${at}${size === small ? 'a' : 'b'}`.repeat(32),
    ...(size === small ? { id: 'c'.repeat(40) } : {}),
  }));
  mkdirSync(folder, { recursive: true });
  for (const [index, { size }] of files.entries()) {
    writeFileSync(join(folder, String(index)), '');
    truncateSync(join(folder, String(index)), size);
  }
  writeFileSync(join(folder, 'list.json'), JSON.stringify({ order: 'build', generation: at, attempt: 1, files }));
}

const lies = () =>
  storedNames(paths).map((name) => `${Number(name.slice(0, 13))}: ${readdirSync(join(paths.runs, name)).length - 1}`);

test('A5 large files of the oldest runs go before any file that travels', () => {
  stored(1, 1000, null);
  stored(2, 1000, GIB);
  stored(3, null, GIB);
  stored(4, 1000, GIB);
  makeRoom(paths, GIB - 3000);
  expect(lies()).toEqual(['1: 1', '2: 2', '3: 1', '4: 2']);
  makeRoom(paths, GIB);
  expect(lies()).toEqual(['1: 1', '2: 1', '3: 1', '4: 2']);
  // A file that went is not told as one that is here.
  const sums = new Set(['2a', '2b', '4b'].map((it) => it.repeat(32)));
  expect([...filesHere(paths, sums).keys()].sort()).toEqual(['2a', '4b'].map((it) => it.repeat(32)));
  makeRoom(paths, 4 * GIB - 3000);
  expect(lies()).toEqual(['1: 1', '2: 1', '4: 1']);
});

test('A5 where nothing else is left to go, the oldest runs go', () => {
  for (const at of [1, 2, 3]) stored(at, 1000, null);
  makeRoom(paths, 4 * GIB - 2500);
  expect([lies(), existsSync(paths.runs)]).toEqual([['2: 1', '3: 1'], true]);
});
