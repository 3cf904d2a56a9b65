// A1.3, A4.4: a place that is not looked into is told, so that nobody takes what may lie there for nothing.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findFiles } from '../../../src/features/artifacts/adapters/find-files.ts';
import { gather } from '../../../src/features/artifacts/adapters/gather.ts';
import { storePaths } from '../../../src/features/artifacts/system/artifact-store.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'coord-find-files-')));
  folder = join(root, 'work');
  mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(name: string | Buffer): void {
  const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
  mkdirSync(path.subarray(0, path.lastIndexOf('/')), { recursive: true });
  writeFileSync(path, 'x');
}

/** What a run that comes after it is told of its files. */
async function unlisted(...patterns: readonly string[]): Promise<string | undefined> {
  const run = { key: 'build-1.1-abc', order: 'build', generation: 1, attempt: 1 };
  const request = { patterns, upload: null, person: {} };
  const paths = storePaths({ state: join(root, '.coord') });
  const { unlisted: said, files } = await gather({ paths, run, folder, request, format: 'sha1', say: () => {} });
  expect(files).toEqual([]);
  return said;
}

test.each([
  ['a path above 200 characters', `${'a'.repeat(150)}/${'b'.repeat(100)}/x.tgz`],
  ['deeper than 40 levels', `${'d/'.repeat(42)}x.tgz`],
  ['a dash', '-out/x.tgz'],
  ['hidden characters', 'o\u200but/x.tgz'],
  ['no UTF-8', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('/x.tgz')])],
])('A1.3, A4.4 a folder that is not looked into is no folder without files: %s', async (_, name) => {
  put(name);
  expect(await unlisted('**/*.tgz')).toBe('unknown');
  // Nothing of another pattern lies there.
  expect(await unlisted('dist/*.tgz')).toBeUndefined();
});

test('A1.3, A4.4 a link in the place of a folder in which something may match is told', async () => {
  mkdirSync(join(root, 'build'));
  writeFileSync(join(root, 'build', 'x.tgz'), 'x');
  symlinkSync(join(root, 'build'), join(folder, 'dist'));
  expect(findFiles(folder, ['dist/*.tgz']).leftOut).toEqual(['dist: it is a link']);
  expect([await unlisted('dist/*.tgz'), await unlisted('**/*.tgz')]).toEqual(['unknown', 'unknown']);
  expect(await unlisted('other/*.tgz')).toBeUndefined();
});

test('A1.3 files that are not meant, and links that lead to no folder, are no such places', async () => {
  put('sub/-notes');
  symlinkSync('-notes', join(folder, 'sub', 'file'));
  symlinkSync('nowhere', join(folder, 'sub', 'dangling'));
  expect(await unlisted('**/*.tgz')).toBeUndefined();
});
