// Names of the repo that differ by case alone: on many disks they are one file. A second name of one file (a hard link) stands for such a disk here.
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isProgramName } from '../../src/core/messages/program-address.ts';
import { ORDER_ID } from '../../src/core/model/orders/order.ts';
import { ownerOf } from '../../src/documents/documents.ts';
import { savedSpecs } from '../../src/features/plan/system/saved-specs.ts';
import { type FleetFolder, fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { project } from '../../src/system/fleet/projection.ts';

let folder: FleetFolder;
const source = { idOf: (text: string) => `id of ${text}`, textOf: async () => null };
const show = (...paths: readonly string[]) => project(folder, new Map(paths.map((path) => [path, { text: path }])), source);
const at = (path: string) => join(folder.projection, path);

beforeEach(() => {
  folder = fleetFolderAt(mkdtempSync(join(tmpdir(), 'coord-case-')));
  for (const path of [folder.state, folder.projection]) mkdirSync(path);
});
afterEach(() => rmSync(folder.root, { recursive: true }));

test('C6 of specs whose names differ by case alone one is shown, the other named, neither an edit', async () => {
  for (const order of [
    ['specs/Login.md', 'specs/login.md'],
    ['specs/login.md', 'specs/Login.md'],
  ]) {
    expect(await show(...order)).toEqual({ edited: [], obstructed: ['specs/login.md'] });
    expect([readFileSync(at('specs/Login.md'), 'utf8'), existsSync(at('specs/login.md'))]).toEqual(['specs/Login.md', false]);
  }
  expect(savedSpecs(folder, source)).toEqual([]);
});

test('C6 a file that the disk lists by a name of another case is the one that coord wrote', async () => {
  await show('specs/app/b.md');
  mkdirSync(at('specs/App'));
  linkSync(at('specs/app/b.md'), at('specs/App/b.md'));
  expect(savedSpecs(folder, source)).toEqual([]);
  // Another file is another spec.
  rmSync(at('specs/App/b.md'));
  writeFileSync(at('specs/App/b.md'), 'mine');
  expect(savedSpecs(folder, source)).toEqual([{ path: 'specs/App/b.md', text: 'mine', from: null }]);
});

test.each([
  ['an order', 'deploy', (name: string) => ORDER_ID.test(name)],
  ['a program', 'deploy', isProgramName],
  ['a message log', '1_TO_ALL', (name: string) => ownerOf(`messages/${name}.md`) !== null],
  ['a spec', 'login', (name: string) => ownerOf(`specs/${name}.md`) !== null && !/[A-Z]/.test(name)],
])('D8 no two names of %s fall onto one file or one ref, by case or by Unicode', (_, name, isName) => {
  expect(isName(name)).toBe(true);
  for (const other of [
    'Deploy',
    'DEPLOY',
    'd\u00e9ploy',
    'de\u0301ploy',
    '\uff44eploy',
    'deplo\u0131',
    'deploy\u200b',
    'deploy ',
  ])
    expect(isName(other), other).toBe(false);
});
