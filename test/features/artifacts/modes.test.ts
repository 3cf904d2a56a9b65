// A1.7, A3.3: a file that its owner may execute can be executed where it is handed on or fetched, wherever it comes from.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Artifact } from '../../../src/core/model/orders/artifact.ts';
import { emptyResults } from '../../../src/core/model/orders/run.ts';
import { parseResults, renderResults } from '../../../src/documents/machine/results.ts';
import { fetchHanded } from '../../../src/features/artifacts/adapters/fetch-handed.ts';
import { gather } from '../../../src/features/artifacts/adapters/gather.ts';
import { fileIn, storedNames, storedRun } from '../../../src/features/artifacts/system/artifact-store.ts';
import { putFiles } from '../../../src/features/artifacts/system/put-files.ts';
import { ended } from '../../core/samples.ts';
import { createRefWorld, type RefWorld } from './ref-world.ts';

let world: RefWorld;
beforeEach(() => {
  world = createRefWorld();
});
afterEach(() => world.end());

const modeAt = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** With the same content twice: it has a mode by each of its names. */
async function leave(): Promise<readonly Artifact[]> {
  const folder = join(world.root, 'work');
  mkdirSync(folder);
  const modes = { app: 0o751, copy: 0o600, odd: 0o611, text: 0o664 };
  for (const [name, mode] of Object.entries(modes)) {
    writeFileSync(join(folder, name), name === 'text' ? 'text' : '#!/bin/sh\necho ran\n');
    chmodSync(join(folder, name), mode);
  }
  const run = { key: 'build-1.1-abc', order: 'build', generation: 1, attempt: 1 };
  const request = { patterns: ['*'], upload: null, person: world.person };
  return (await gather({ paths: world.paths, run, folder, request, format: 'sha1', say: () => {} })).files;
}

const WANTED = { app: '755', copy: '644', odd: '644', text: '644' };

test('A1.7, A4 what its owner may execute is handed on as that, from here and from another machine', async () => {
  const files = await leave();
  expect(files.map(({ name, x }) => [name, x])).toEqual([['app', true], ...['copy', 'odd', 'text'].map((it) => [it, undefined])]);
  const stored = storedRun(world.paths, storedNames(world.paths)[0] ?? '');
  expect(files.map((_, at) => modeAt(fileIn({ folder: stored?.folder ?? '' }, at)))).toEqual(Object.values(WANTED));
  await world.publish();
  world.inHub('update-ref', 'refs/coord/artifacts/2', 'refs/coord/artifacts/1');
  for (const machine of [1, 2]) {
    const folder = join(world.root, `files-${machine}`);
    const handed = [{ as: 'BUILD', order: 'build', machine, files }];
    const asked = { fleet: world.folder, files: handed, folder, person: world.person, say: () => {} };
    expect(await fetchHanded(asked)).toMatchObject({ problem: null });
    for (const [name, mode] of Object.entries(WANTED)) expect(modeAt(join(folder, 'BUILD', name))).toBe(mode);
    expect(execFileSync(join(folder, 'BUILD', 'app'), { encoding: 'utf8' })).toBe('ran\n');
  }
});

test('A1.7 the ref says it as well', async () => {
  await leave();
  await world.publish();
  const modes = world
    .inHub('ls-tree', '-r', 'refs/coord/artifacts/1')
    .split('\n')
    .map((line) => line.split(' ')[0]);
  expect(modes.sort()).toEqual(['100644', '100755']);
});

test('A3.3 what is replaced, and what lay in a private file, has the mode of its name', () => {
  const path = join(world.root, 'private');
  writeFileSync(path, 'new', { mode: 0o600 });
  const into = join(world.root, 'into');
  for (const isForced of [false, true])
    putFiles(
      into,
      [
        { name: 'a', content: { path } },
        { name: 'b', content: { path }, x: true },
      ],
      isForced,
    );
  expect([modeAt(join(into, 'a')), modeAt(join(into, 'b'))]).toEqual(['644', '755']);
  putFiles(into, [{ name: 'a', content: Buffer.from('newer'), x: true }], true);
  expect(modeAt(join(into, 'a'))).toBe('755');
});

test('A1.5, A1.7 a result tells it; a list without it, or with another word there, is read as before', () => {
  const file = { name: 'app', size: 1, sha256: 'a'.repeat(64) };
  const read = (x: unknown) => {
    const run = ended('build', { artifacts: [{ ...file, ...(x === undefined ? {} : { x: x as true }) }] });
    return parseResults(renderResults({ ...emptyResults(1), ended: [run] }), 'results/1.json').value?.ended[0]?.artifacts;
  };
  expect(read(true)).toEqual([{ ...file, x: true }]);
  for (const other of [undefined, false, 'yes', 7]) expect(read(other)).toEqual([file]);
});
