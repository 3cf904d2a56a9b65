import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { type Identity, readIdentity, writeIdentity } from '../../src/system/fleet/identity-file.ts';

const folder = fleetFolderAt(mkdtempSync(join(tmpdir(), 'coord-identity-')));
mkdirSync(folder.state);
afterAll(() => rmSync(folder.root, { recursive: true, force: true }));

const IDENTITY: Identity = {
  ...{ version: 1, machine: 3, name: 'mac', tags: [], remote: '/hub.git', branch: 'main', namespace: 'custom' },
  ...{ path: '/usr/bin', joinedAt: '2026-11-20T22:00:00.000Z' },
};

test('I5: what was written at the join is read', () => {
  writeIdentity(folder, IDENTITY);
  expect(readIdentity(folder)).toEqual(IDENTITY);
});

test.each([
  '',
  '{',
  'null',
  '{}',
  '[]',
  JSON.stringify({ ...IDENTITY, machine: '3' }),
  JSON.stringify({ ...IDENTITY, remote: '' }),
])('I5: an identity that is none is told with its path: %s', (text) => {
  writeFileSync(folder.identity, text);
  expect(() => readIdentity(folder)).toThrow(`${folder.identity} cannot be read: expected this machine's identity`);
});
