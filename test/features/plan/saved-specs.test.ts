// C6, D5: specs in the projection of a machine: what a person wrote there is never overwritten, removed or passed over in silence.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { misnamedSpecs, savedSpecs } from '../../../src/features/plan/system/saved-specs.ts';
import { type FleetFolder, fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { project, removeProjection } from '../../../src/system/fleet/projection.ts';

let folder: FleetFolder;
const source = { idOf: (text: string) => `id of ${text}`, textOf: async () => null };

beforeEach(() => {
  folder = fleetFolderAt(mkdtempSync(join(tmpdir(), 'coord-specs-')));
  mkdirSync(folder.state, { recursive: true });
});
afterEach(() => rmSync(folder.root, { recursive: true, force: true }));

const fileAt = (path: string) => join(folder.projection, path);
const has = (path: string) => readFileSync(fileAt(path), 'utf8');
const saved = () => savedSpecs(folder, source).map(({ path, text, from }) => [path, text, from]);

function save(path: string, text: string): void {
  mkdirSync(dirname(fileAt(path)), { recursive: true });
  writeFileSync(fileAt(path), text);
}

async function shows(files: Readonly<Record<string, string>>, waits: (path: string) => boolean = () => false) {
  const contents = Object.entries({ 'STATUS.json': '{}', ...files }).map(([path, text]) => [path, { text }] as const);
  return (await project(folder, new Map(contents), source, () => false, waits)).edited;
}

test('D5 a new spec, one that was changed, and none that is as it was', async () => {
  await shows({ 'specs/a.md': 'a', 'specs/app/b.md': 'b' });
  expect(saved()).toEqual([]);
  save('specs/app/b.md', 'b2');
  save('specs/deep/er/c.md', 'c');
  expect(saved()).toEqual([
    ['specs/app/b.md', 'b2', 'id of b'],
    ['specs/deep/er/c.md', 'c', null],
  ]);
});

test('D8 a name that no spec can have is told, and other files are nobody’s business', async () => {
  save('specs/my spec.md', 'x');
  save('specs/words.txt', 'x');
  save('specs/.hidden.md', 'x');
  expect(misnamedSpecs(folder)).toEqual(['specs/my spec.md']);
  expect(saved()).toEqual([]);
});

test('C6 what is on its way to main is left where it is, and is as coord wrote it once main has it', async () => {
  await shows({ 'specs/a.md': 'a' });
  save('specs/a.md', 'a2');
  expect(await shows({ 'specs/a.md': 'a2' }, () => true)).toEqual([]);
  expect(saved()).toEqual([['specs/a.md', 'a2', 'id of a']]);
  expect(await shows({ 'specs/a.md': 'a2' })).toEqual([]);
  expect(saved()).toEqual([]);
});

test('C6 where main got another one, or has none any more, what was saved here stays and is told', async () => {
  await shows({ 'specs/a.md': 'a', 'specs/gone.md': 'g' });
  save('specs/a.md', 'mine');
  save('specs/gone.md', 'mine too');
  save('specs/new.md', 'new here');
  expect(await shows({ 'specs/a.md': 'theirs', 'specs/new.md': 'new there' })).toEqual([
    'specs/a.md',
    'specs/new.md',
    'specs/gone.md',
  ]);
  expect([has('specs/a.md'), has('specs/new.md'), has('specs/gone.md')]).toEqual(['mine', 'new here', 'mine too']);
  // Moved away by a person: the repo's come.
  for (const path of ['specs/a.md', 'specs/new.md', 'specs/gone.md']) rmSync(fileAt(path));
  expect(await shows({ 'specs/a.md': 'theirs', 'specs/new.md': 'new there' })).toEqual([]);
  expect([has('specs/a.md'), has('specs/new.md'), existsSync(fileAt('specs/gone.md'))]).toEqual(['theirs', 'new there', false]);
});

test('C6 a file is a folder now, or the other way round: it is shown; what a person put there is not lost', async () => {
  const show = async (files: Readonly<Record<string, string>>) => {
    const contents = Object.entries(files).map(([path, text]) => [path, { text }] as const);
    return (await project(folder, new Map(contents), source)).obstructed;
  };
  expect(await show({ 'specs/a.md': 'a' })).toEqual([]);
  expect(await show({ 'specs/a.md/b.md': 'b' })).toEqual([]);
  expect(has('specs/a.md/b.md')).toBe('b');
  expect(await show({ 'specs/a.md': 'a' })).toEqual([]);
  expect(has('specs/a.md')).toBe('a');
  // A host that does not look takes a tree with both.
  expect(await show({ 'specs/a.md': 'a', 'specs/a.md/b.md': 'b', 'specs/c.md': 'c' })).toEqual(['specs/a.md/b.md']);
  expect([has('specs/a.md'), has('specs/c.md')]).toEqual(['a', 'c']);
  rmSync(fileAt('specs/a.md'));
  save('specs/a.md/mine.txt', 'mine');
  mkdirSync(fileAt('STATUS.json'));
  expect(await show({ 'specs/a.md': 'a', 'STATUS.json': '{}', 'specs/d.md': 'd' })).toEqual(['specs/a.md', 'STATUS.json']);
  expect(await show({ 'specs/d.md': 'd' })).toEqual([]);
  expect([has('specs/a.md/mine.txt'), has('specs/d.md'), existsSync(fileAt('STATUS.json'))]).toEqual(['mine', 'd', true]);
  removeProjection(folder);
  expect([has('specs/a.md/mine.txt'), existsSync(fileAt('specs/d.md'))]).toEqual(['mine', false]);
});
