import { expect, test } from 'vitest';
import type { OrderChange } from '../../src/core/model/ledger/intention.ts';
import { applyEntryEdit } from '../../src/documents/orders/apply-change.ts';

const file = (entry: string) => `{ "orders": [\n  // ours\n  ${entry}\n] }\n`;
const change: OrderChange = {
  kind: 'change',
  id: 'a',
  fields: [
    { kind: 'set', id: 'a', field: 'run', value: 'new', was: ['old'] },
    { kind: 'set', id: 'a', field: 'generation', value: 2 },
    { kind: 'unset', id: 'a', field: 'cancelled' },
  ],
};

test('D5 several fields of an order are one edit', () => {
  const outcome = applyEntryEdit(file('{ "id": "a", "run": "old", "cancelled": true }'), change);
  expect(outcome).toEqual({ kind: 'edited', text: file('{ "id": "a", "run": "new", "generation": 2 }') });
});

test('D5 all or none: where one meets another edit, the generation is not raised', () => {
  expect(applyEntryEdit(file('{ "id": "a", "run": "theirs" }'), change)).toMatchObject({
    kind: 'cannot',
    reason: expect.stringContaining('"run" of the order "a" was changed on both sides'),
  });
});

test('R5 what is there already is unchanged', () => {
  expect(applyEntryEdit(file('{ "id": "a", "run": "new", "generation": 2 }'), change)).toEqual({ kind: 'unchanged' });
});

test('D5 two people change and raise an order at once: the second is told, and does not ride on that run', () => {
  const fields = [
    { kind: 'set', id: 'a', field: 'timeout', value: '2h', was: [] },
    { kind: 'set', id: 'a', field: 'generation', value: 2, was: [] },
  ] as const;
  const second: OrderChange = { kind: 'change', id: 'a', fields };
  expect(applyEntryEdit(file('{ "id": "a", "run": "new", "generation": 2 }'), second)).toMatchObject({
    kind: 'cannot',
    reason: expect.stringContaining('"generation" of the order "a" was changed on both sides'),
  });
  expect(applyEntryEdit(file('{ "id": "a", "run": "new", "timeout": "2h", "generation": 2 }'), second).kind).toBe('unchanged');
  expect(applyEntryEdit(file('{ "id": "a", "run": "new" }'), second).kind).toBe('edited');
});
