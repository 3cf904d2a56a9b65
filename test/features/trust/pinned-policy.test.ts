// T11: whoever accepted a trust here demanded signatures, until policy.yaml says otherwise in words that can be read.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROLES, type TrustBody } from '../../../src/features/trust/documents/trust-document.ts';
import { trust } from '../../../src/features/trust/feature.ts';
import { demandSignatures } from '../../../src/features/trust/operations/trust-on.ts';
import { removePin, writePin } from '../../../src/features/trust/system/trust-pin.ts';
import type { World } from '../../../src/operations/sync/dependencies.ts';
import { fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import {
  addPolicyEntry,
  changePolicy,
  readPolicy,
  renewPolicyEntry,
  setInPolicy,
} from '../../../src/system/policy/policy-file.ts';
import { policyInForce } from '../../../src/system/policy/policy-in-force.ts';
import { policyPath } from '../../../src/system/policy/policy-text.ts';
import { createPerson } from './memory-fleet.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'coord-pinned-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const write = (text: string) => writeFileSync(policyPath(home), text);
const demand = () => policyInForce(home, '/f').policy.trust;

function pin(): void {
  const people = { anna: { keys: [createPerson().line], roles: ROLES } };
  const fleet = '00000000-0000-4000-8000-00000000f1ee';
  const body: TrustBody = { version: 1, fleet, before: null, threshold: 1, people, machines: {} };
  writePin(home, '/f', body);
}

test.each([
  ['no file', null],
  ['no entry', 'fleets: { /g: {} }\n'],
  ['no YAML', 'fleets: {{{'],
  ['a slip above the entry', 'flets:\n  /f: { trust: signed }\n'],
  ['an entry that is none', 'fleets:\n  /f:\n  trust: signed\n'],
  ['another spelling of the folder', 'fleets:\n  /f/: { trust: signed }\n'],
  ['a slip in its name', 'fleets:\n  /f: { trsut: signed }\n'],
  ['a slip beside it', 'fleets:\n  /f: { slots: many }\n'],
])('T11 a pinned trust is demanded where policy.yaml cannot say otherwise: %s', (_, text) => {
  if (text !== null) write(text);
  expect(demand()).toBeUndefined();
  pin();
  expect(demand()).toEqual({ signers: null });
});

test('T11 an entry that a join makes anew keeps what is pinned demanded', () => {
  pin();
  addPolicyEntry(home, '/f', 1);
  expect(readFileSync(policyPath(home), 'utf8')).toContain('trust: signed');
  expect(demand()).toEqual({ signers: null });
});

test('I4, T11 whoever takes the folder out of its fleet takes the pin along: another fleet may come there', () => {
  pin();
  trust({ home } as World).forget?.(fleetFolderAt('/f'));
  expect(demand()).toBeUndefined();
});

test.each([
  ['pinned, and no entry', true, null, { signers: null }],
  ['an entry that demands them', false, 'trust: { signers: [anna] }', { signers: null }],
  ['an entry that takes it back', true, 'trust: open', undefined],
])('O10.1, T11 a new entry demands what the one before did: %s', (_, isPinned, entry, demanded) => {
  if (isPinned) pin();
  if (entry !== null) write(`fleets:\n  /f: { allow: [shell], ${entry} }\n`);
  // Killed after it: the same once more.
  expect(renewPolicyEntry(home, '/f', 2)).toEqual(entry === null ? [] : ['allow', 'trust']);
  trust({ home } as World).forget?.(fleetFolderAt('/f'));
  expect(renewPolicyEntry(home, '/f', 2)).toEqual([]);
  expect(readPolicy(home, '/f')).toMatchObject({ allow: [], slots: 2, folders: [homedir()] });
  expect(demand()).toEqual(demanded);
});

test('T11 a pinned trust is not demanded where the owner took that back', () => {
  pin();
  write('fleets:\n  /f: { trust: open, colour: red }\n');
  expect(demand()).toBeUndefined();
  write('fleets:\n  /f: { allow: [shell] }\n');
  expect([demand(), readPolicy(home, '/f').trust]).toEqual([undefined, undefined]);
});

test('T11 an entry that a command makes anew goes on demanding what is pinned, until trust off', () => {
  pin();
  changePolicy(home, '/f', 'allow', 'shell', true);
  expect(readFileSync(policyPath(home), 'utf8')).toContain('trust: signed');
  expect(readPolicy(home, '/f')).toMatchObject({ allow: ['shell'], trust: { signers: null } });
  setInPolicy(home, '/f', ['trust'], null);
  expect(readPolicy(home, '/f').trust).toBeUndefined();
  rmSync(policyPath(home));
  setInPolicy(home, '/f', ['trust'], null);
  expect(readPolicy(home, '/f').trust).toBeUndefined();
});

test('T11 what is demanded is written down where there was no entry: it holds without a pin too', () => {
  pin();
  demandSignatures({ home }, { root: '/f' });
  removePin(home, '/f');
  expect(demand()).toEqual({ signers: null });
  write('fleets:\n  /f: { trust: { signers: [anna] } }\n');
  demandSignatures({ home }, { root: '/f' });
  expect(demand()).toEqual({ signers: ['anna'] });
});
