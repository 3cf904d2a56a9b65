import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Bell, renderBell } from '../../../src/features/bell/documents/bell-document.ts';
import { bellPaths } from '../../../src/features/bell/system/bell-folder.ts';
import { newBellKey } from '../../../src/features/bell/system/bell-keys.ts';
import { mayHaveBell, readBell } from '../../../src/features/bell/system/bell-settings.ts';
import { credentialsFor, keepCredentials, withoutUser } from '../../../src/features/bell/system/credentials.ts';
import { nextEpoch } from '../../../src/features/bell/system/epoch.ts';
import { fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-bell-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function folderOf(name: string) {
  const folder = fleetFolderAt(join(root, name));
  mkdirSync(folder.state, { recursive: true });
  mkdirSync(folder.projection, { recursive: true });
  return { folder, put: (text: string) => writeFileSync(bellPaths(folder).document, text) };
}

test('B3 a bell that cannot be read keeps its last good value; one that is off or gone is off', () => {
  const { folder, put } = folderOf('one');
  expect([mayHaveBell(folder), readBell(folder)]).toEqual([false, { bell: null, fault: null }]);
  expect(existsSync(bellPaths(folder).folder)).toBe(false);
  const bell: Bell = { ...newBellKey(), address: 'mqtt://localhost', old: [] };
  put(renderBell(bell));
  expect(readBell(folder)).toEqual({ bell, fault: null });
  put('<<<<<<<');
  expect(readBell(folder)).toEqual({ bell, fault: 'bell.json: expected JSON, as coord bell on writes it, found other text' });
  put(renderBell('off'));
  expect(readBell(folder)).toEqual({ bell: null, fault: null });
  put('<<<<<<<');
  expect(readBell(folder).bell).toBeNull();
  put(renderBell(bell));
  readBell(folder);
  rmSync(bellPaths(folder).document);
  expect(readBell(folder)).toEqual({ bell: null, fault: null });
});

test('B2 an epoch is above all before it, whatever the clock says, and new after a lost disk', () => {
  const { folder } = folderOf('two');
  const nowMs = Date.parse('2026-11-23T00:00:00.000Z');
  const epochs = [nowMs, nowMs, nowMs - 86_400_000, nowMs + 5_000].map((ms) => nextEpoch(folder, ms));
  expect([...epochs].sort()).toEqual(epochs);
  rmSync(bellPaths(folder).folder, { recursive: true });
  expect(nextEpoch(folder, nowMs + 60_000) > (epochs.at(-1) ?? '')).toBe(true);
  rmSync(bellPaths(folder).folder, { recursive: true });
  expect(new Set([...epochs, nextEpoch(folder, nowMs)]).size).toBe(5);
});

test('B3 a login for a broker is kept for its owner alone; without one it is a proof of the key', () => {
  const home = join(root, 'home');
  const key = newBellKey();
  const { address, credentials } = withoutUser('mqtts://me:se%3Acret@broker.example.com');
  expect([address, credentials]).toEqual(['mqtts://broker.example.com', { user: 'me', password: 'se:cret' }]);
  if (credentials !== null) keepCredentials(home, address, credentials);
  keepCredentials(home, 'mqtt://other', { user: 'you', password: 'x' });
  expect(statSync(join(home, 'bell.json')).mode & 0o777).toBe(0o600);
  expect(credentialsFor(home, address, key)).toEqual(credentials);
  const proof = credentialsFor(home, 'mqtt://third', key);
  expect([proof.user, proof.password].join()).not.toContain(key.key);
  writeFileSync(join(home, 'bell.json'), '<<<');
  expect(credentialsFor(home, address, key)).toEqual(proof);
});
