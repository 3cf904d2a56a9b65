// A link in the place of a folder of `coordination/`: what lies behind it is somebody else's.
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { specPath } from '../../src/features/plan/operations/spec-file.ts';
import { savedSpecs } from '../../src/features/plan/system/saved-specs.ts';
import { foldersHereLines } from '../../src/operations/sync/view.ts';
import { type FleetFolder, fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { project, removeProjection, savedText } from '../../src/system/fleet/projection.ts';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: FleetFolder;
let elsewhere = '';
const source = { idOf: (text: string) => `id of ${text}`, textOf: async () => null };
const FILES = ['specs/a.md', 'specs/app/b.md', 'messages/2_TO_1.md', 'results/2.json'];
const show = (paths: readonly string[]) => project(folder, new Map(paths.map((path) => [path, { text: path }])), source);

beforeEach(() => {
  // Where another user may come to.
  folder = fleetFolderAt(mkdtempSync(join(isRoot ? '/tmp' : tmpdir(), 'coord-links-')));
  elsewhere = mkdtempSync(join(tmpdir(), 'coord-elsewhere-'));
  for (const path of [folder.state, folder.projection]) mkdirSync(path);
});
afterEach(() => {
  for (const path of [folder.root, elsewhere]) rmSync(path, { recursive: true });
});

test('C6 nothing is written or removed behind a folder that is a link, and the link is named', async () => {
  for (const name of ['specs', 'messages', 'results']) symlinkSync(elsewhere, join(folder.projection, name));
  const { edited, obstructed } = await show([...FILES, 'STATUS.json']);
  expect([edited, obstructed, readdirSync(elsewhere)]).toEqual([[], ['specs', 'messages', 'results'], []]);
  expect(readFileSync(join(folder.projection, 'STATUS.json'), 'utf8')).toBe('STATUS.json');
  expect(foldersHereLines({ notTaken: [], notShown: obstructed })[0]).toContain(
    'cannot write coordination/specs: something else has that name',
  );
});

test('C6 a folder that nothing may be written to is named, and all else is shown', async () => {
  await show(['results/2.json', 'STATUS.json']);
  for (const path of [folder.projection, join(folder.projection, 'STATUS.json')]) if (isRoot) chownSync(path, NOBODY, NOBODY);
  chmodSync(join(folder.projection, 'results'), 0o555);
  // Nothing is closed to root.
  if (isRoot) {
    for (const path of [folder.root, folder.state]) chownSync(path, NOBODY, NOBODY);
    process.seteuid?.(NOBODY);
  }
  try {
    const { obstructed } = await show(['results/3.json', 'STATUS.json', 'README.md']);
    expect(obstructed).toEqual(['results/3.json']);
    expect(readFileSync(join(folder.projection, 'README.md'), 'utf8')).toBe('README.md');
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(join(folder.projection, 'results'), 0o700);
  }
});

test('C6 what coord wrote before its folder became a link is removed from nowhere', async () => {
  await show(FILES);
  rmSync(join(folder.projection, 'specs'), { recursive: true });
  symlinkSync(elsewhere, join(folder.projection, 'specs'));
  writeFileSync(join(elsewhere, 'a.md'), 'mine');
  await show([]);
  removeProjection(folder);
  expect(readFileSync(join(elsewhere, 'a.md'), 'utf8')).toBe('mine');
});

test('C6 files behind a link are published neither as specs nor as messages', async () => {
  for (const name of ['diary.md', '2_TO_1.md']) writeFileSync(join(elsewhere, name), 'private');
  for (const name of ['specs', 'messages']) symlinkSync(elsewhere, join(folder.projection, name));
  expect(savedSpecs(folder, source)).toEqual([]);
  expect(savedText(folder, 'messages/2_TO_1.md', source, {})).toBeNull();
  expect(() => specPath({ cwd: folder.root }, folder, 'diary')).toThrow(`${join(folder.projection, 'specs')} is a link`);
  expect((await show([])).obstructed).toEqual(['specs', 'messages']);
});

test('C6 a link where a file was written before it was moved into its place is not followed', async () => {
  writeFileSync(join(elsewhere, 'keep'), 'mine');
  for (const name of ['.coord.tmp', 'STATUS.json']) symlinkSync(join(elsewhere, 'keep'), join(folder.projection, name));
  expect((await show(['STATUS.json'])).obstructed).toEqual([]);
  expect(readFileSync(join(elsewhere, 'keep'), 'utf8')).toBe('mine');
  expect(readFileSync(join(folder.projection, 'STATUS.json'), 'utf8')).toBe('STATUS.json');
});
