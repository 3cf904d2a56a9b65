import { expect, test } from 'vitest';
import { documentAt, ownerOf } from '../../src/documents/documents.ts';
import { machineDocumentPath, machineOf, resultsPath } from '../../src/documents/paths.ts';

const machine = (number: number) => ({ kind: 'machine', machine: number });
const people = { kind: 'people' };
const derived = { kind: 'derived' };

test.each([
  ['ORDERS.json', people],
  ['fleet.yaml', people],
  ['bell.json', people],
  ['specs/login.md', people],
  ['specs/a/b.md', people],
  ['messages/0_TO_2.md', people],
  ['messages/0_TO_ALL.md', people],
  ['archive/2026-11.jsonl', people],
  ['archive/2026-11.2.jsonl', people],
  ['messages/2_TO_ALL.md', machine(2)],
  ['messages/2_TO_0.md', machine(2)],
  ['messages/12_TO_3.md', machine(12)],
  ['COMPUTER_2.md', machine(2)],
  ['results/9999.json', machine(9999)],
  ['history/2/2026-11.jsonl', machine(2)],
  ['history/2/messages-2026-11.md', machine(2)],
  ['history/2/2026-11.2.jsonl', machine(2)],
  ['history/2/2026-11.m2.jsonl', machine(2)],
  ['history/12/2026-11.2.m12.jsonl', machine(12)],
  ['history/2/messages-2026-11.3.m2.md', machine(2)],
  ['history/2/messages-2026-11.120.md', machine(2)],
  ['STATUS.json', derived],
  ['README.md', derived],
  ['features.json', derived],
  ['HANDOFF.md', derived],
  ['schemas/orders.schema.json', derived],
])('D1: %s has one owner', (path, owner) => {
  expect(ownerOf(path)).toEqual(owner);
});

test.each([
  '',
  'orders.json',
  'ORDERS.json/',
  'ORDERS.json\n',
  '/ORDERS.json',
  'specs/../ORDERS.json',
  'specs/.hidden.md',
  'specs//a.md',
  'specs/a b.md',
  'specs/ä.md',
  'specs/-a.md',
  'specs/a.txt',
  'specs\\a.md',
  `specs/${'a'.repeat(200)}.md`,
  'COMPUTER_0.md',
  'COMPUTER_02.md',
  'COMPUTER_10000.md',
  'COMPUTER_1.md.bak',
  'results/0.json',
  'results/1.jsonl',
  'messages/0_TO_0.md',
  'messages/0_TO_02.md',
  'messages/1_TO_all.md',
  'archive/2026-13.jsonl',
  'archive/1/2026-11.jsonl',
  'history/2/2026-13.jsonl',
  'history/2/2026-11.1.jsonl',
  'history/2/2026-11.m3.jsonl',
  'history/2/2026-11.m22.jsonl',
  'history/2/messages-2026-11.m1.md',
  'history/2/2026-11.02.jsonl',
  'history/2/2026-11.10000.jsonl',
  'history/2/messages-2026-11..md',
  'history/2/2026-00.jsonl',
  'history/0/2026-11.jsonl',
  'schemas/a/b.json',
  'notes.txt',
])('D8: %j is nobody’s document', (path) => {
  expect(ownerOf(path)).toBeNull();
});

test('D1: the paths that coord makes belong to the machine they name', () => {
  expect(ownerOf(machineDocumentPath(7))).toEqual(machine(7));
  expect(ownerOf(resultsPath(7))).toEqual(machine(7));
});

test('the machine of a path is the one whose document stands there', () => {
  for (const number of [1, 12, 9999]) expect(machineOf(machineDocumentPath(number))).toBe(number);
  for (const path of [
    'COMPUTER_0.md',
    'COMPUTER_02.md',
    'COMPUTER_10000.md',
    'COMPUTER_2.md.orig',
    'computer_2.md',
    'a/COMPUTER_2.md',
  ])
    expect(machineOf(path), path).toBeNull();
});

test('D8 a flood of names changes nothing of what stands at a path', () => {
  const before = documentAt('COMPUTER_7.md');
  expect(before?.owner).toEqual({ kind: 'machine', machine: 7 });
  expect(documentAt('COMPUTER_7.md')).toBe(before);
  for (let at = 0; at < 120_000; at += 1) documentAt(`x/${at}`);
  expect(documentAt('COMPUTER_7.md')).toEqual(before);
  expect([documentAt('x/1'), documentAt('x/119999'), documentAt('../COMPUTER_7.md')]).toEqual([null, null, null]);
});
