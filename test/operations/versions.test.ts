import { expect, test } from 'vitest';
import type { StatusMachine } from '../../src/core/model/status/status.ts';
import { versionWarnings } from '../../src/operations/sync/versions.ts';
import type { View } from '../../src/operations/sync/view.ts';

const warningsOf = (...machines: readonly [version: string, state?: string][]) =>
  versionWarnings({
    self: { machine: 1 } as View['self'],
    machines: Object.fromEntries(
      machines.map(([version, state = 'IDLE'], at) => [String(at + 1), { name: `m${at + 1}`, version, state } as StatusMachine]),
    ),
  });

test('machines that write documents differently are named with both versions', () => {
  expect(warningsOf(['1.2.0'], ['1.9.3'])).toEqual([]);
  expect(warningsOf(['0.2.0'], ['0.3.0'], ['2.0.0'])).toEqual([
    'machine 2 m2 runs coord 0.3.0, this one 0.2.0: they write documents differently; this one is older: coord update',
    'machine 3 m3 runs coord 2.0.0, this one 0.2.0: they write documents differently; this one is older: coord update',
  ]);
});

test('where the others are older, that is said, and the command that says what to do', () => {
  expect(warningsOf(['0.3.0'], ['0.2.0'])[0]).toMatch(/this one 0\.3\.0: .*; the other is older: coord update$/);
  expect(warningsOf(['0.3.0'], ['no version'])[0]).toMatch(/; the other is older: coord update$/);
});

test('machines of one version are one line, however many they are', () => {
  const old = Array.from({ length: 200 }, (): [string] => ['0.3.0']);
  expect(warningsOf(['0.2.0'], ...old.slice(0, 2))).toEqual([
    'machines 2 m2, 3 m3 run coord 0.3.0, this one 0.2.0: they write documents differently; this one is older: coord update',
  ]);
  expect(warningsOf(['0.2.0'], ...old, ['2.0.0'])).toEqual([
    'machines 2 m2, 3 m3, 4 m4 and 197 more run coord 0.3.0, this one 0.2.0: they write documents differently; this one is older: coord update',
    'machine 202 m202 runs coord 2.0.0, this one 0.2.0: they write documents differently; this one is older: coord update',
  ]);
});

test('a machine that has left, and one that says no version, are nobody to warn of', () => {
  expect(warningsOf(['1.0.0'], ['2.0.0', 'LEFT'], [''])).toEqual([]);
  expect(warningsOf([''], ['2.0.0'])).toEqual([]);
});
