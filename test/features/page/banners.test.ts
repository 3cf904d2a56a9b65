// What is said in every room: what stands in the way of all that is shown, and what was not done.
import { expect, test } from 'vitest';
import type { PersonEdit } from '../../../src/core/model/ledger/intention.ts';
import { bannersOf } from '../../../src/features/page/rules/needs.ts';
import type { Snapshot } from '../../../src/features/page/rules/snapshot.ts';

const self = { fleet: 'ours', machine: 3, name: 'vm', remote: 'hub' };
const calm = { lostEdits: [], duplicate: null, copied: false, removedBy: null, rewritten: null };
const told = (sync: object) => bannersOf({ self, sync: { ...calm, ...sync } as unknown as Snapshot['sync'] });

test('R3, I4 a machine that has halted says so, with the way out', () => {
  expect(told({})).toEqual([]);
  expect(told({ duplicate: 'abc', removedBy: '1 mac' })).toEqual([
    {
      words:
        'machine 3 vm was removed from the fleet by machine 1 mac. This machine starts and pushes nothing: coord adopt, to bring this folder back as that machine.',
    },
  ]);
  const [rewritten] = told({ rewritten: { from: '0123456789abc', found: null } });
  expect(rewritten?.words).toMatch(
    /^main of hub was rewritten: .* runs continue: coord doctor --fix puts it back as this machine last saw it, or goes on with its new name\.$/,
  );
});

test('D5.6 what main did not take is told, three of it, and the others are counted', () => {
  const edit: PersonEdit = { kind: 'set', id: 'build', field: 'cancelled', value: true };
  const lost = (count: number) => ({ lostEdits: Array.from({ length: count }, () => ({ edit, reason: 'no order "build"' })) });
  expect(told(lost(1))).toEqual([{ words: 'Not done: cancel build: no order "build".', command: 'coord status' }]);
  expect(
    told(lost(5))
      .map(({ words }) => words)
      .at(-1),
  ).toBe('2 more of what was asked for here were not done.');
});
