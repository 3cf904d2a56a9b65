// What a person wrote is not coord's to write over, wherever it lies.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mustBeUsable } from '../../src/operations/machine/join-place.ts';
import { type FleetFolder, fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';

let folder: FleetFolder;
beforeEach(() => {
  folder = fleetFolderAt(mkdtempSync(join(tmpdir(), 'coord-own-files-')));
});
afterEach(() => rmSync(folder.root, { recursive: true }));

test('a person’s own folder called coordination is no place to join in: its files would be published', () => {
  mkdirSync(folder.projection);
  mustBeUsable(folder);
  writeFileSync(join(folder.projection, 'README.md'), 'mine');
  expect(() => mustBeUsable(folder)).toThrow('has files that coord did not write');
  // The same behind a link.
  const other = fleetFolderAt(mkdtempSync(join(folder.root, 'other-')));
  symlinkSync(folder.projection, other.projection);
  expect(() => mustBeUsable(other)).toThrow('has files that coord did not write');
  // Where coord was before.
  mkdirSync(folder.state);
  writeFileSync(folder.projected, '{}');
  mustBeUsable(folder);
});
