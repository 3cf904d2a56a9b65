// What a person wrote is not coord's to write over, wherever it lies.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mustBeUsable } from '../../src/operations/machine/join-place.ts';
import { mustBePurgeable } from '../../src/operations/machine/purge.ts';
import type { World } from '../../src/operations/sync/dependencies.ts';
import { type FleetFolder, fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';

let folder: FleetFolder;
let home: string;
beforeEach(() => {
  folder = fleetFolderAt(mkdtempSync(join(tmpdir(), 'coord-own-files-')));
  home = join(folder.root, 'coord-home');
});
afterEach(() => rmSync(folder.root, { recursive: true }));

test('a person’s own folder called coordination is no place to join in: its files would be published', () => {
  mkdirSync(folder.projection);
  mustBeUsable(folder, home, 'join');
  // A Mac makes this by itself.
  writeFileSync(join(folder.projection, '.DS_Store'), '');
  mustBeUsable(folder, home, 'join');
  writeFileSync(join(folder.projection, 'README.md'), 'mine');
  expect(() => mustBeUsable(folder, home, 'join')).toThrow('has files that coord did not write');
  // The same behind a link.
  const other = fleetFolderAt(mkdtempSync(join(folder.root, 'other-')));
  symlinkSync(folder.projection, other.projection);
  expect(() => mustBeUsable(other, home, 'join')).toThrow('has files that coord did not write');
  // Where coord was before.
  mkdirSync(folder.state);
  writeFileSync(folder.projected, '{}');
  mustBeUsable(folder, home, 'join');
});

test('a folder in a git work tree is refused with the command that was typed', () => {
  mkdirSync(join(folder.root, '.git'));
  for (const verb of ['init', 'join'] as const)
    expect(() => mustBeUsable(folder, home, verb)).toThrow(expect.objectContaining({ hint: `coord ${verb} <url> ~/fleet` }));
});

test('I5 coord’s own folder of this computer is no fleet folder’s .coord: leave --purge would remove it', async () => {
  const refused = expect.objectContaining({ code: 'REFUSED', hint: 'coord join <url> ~/fleet' });
  for (const own of [folder.state, join(folder.state, 'home')])
    expect(() => mustBeUsable(folder, own, 'join'), own).toThrow(refused);
  mkdirSync(folder.state);
  const link = join(folder.root, 'link');
  symlinkSync(folder.root, link);
  expect(() => mustBeUsable(fleetFolderAt(link), folder.state, 'join')).toThrow(refused);
  symlinkSync(folder.state, home);
  expect(() => mustBeUsable(folder, home, 'join')).toThrow(refused);
  for (const beside of [folder.root, `${folder.state}-home`]) mustBeUsable(folder, beside, 'join');
  // One that was made so by an earlier version.
  const purging = mustBePurgeable({ home: folder.state } as World, folder);
  await expect(purging).rejects.toThrow(
    expect.objectContaining({ code: 'REFUSED', hint: 'coord leave, which removes no files' }),
  );
  // It comes back where it left, also after a join that was killed before it had an identity again.
  writeFileSync(folder.journal, '{}');
  mustBeUsable(folder, folder.state, 'join');
});
