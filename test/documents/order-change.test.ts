import { expect, test } from 'vitest';
import type { OrderChange, OrderEdit } from '../../src/core/model/ledger/intention.ts';
import { together } from '../../src/core/orders/edit-parts.ts';
import { applyEntryEdit } from '../../src/documents/orders/apply-change.ts';
import { type SeenOrder, seenOrders } from '../../src/documents/orders/seen-order.ts';

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

test('D5 several orders of one command are one edit: the whole of it lands, or nothing', () => {
  const two = (a: string, b: string) => `{ "orders": [\n  // ours\n  { "id": "a"${a} }, { "id": "b"${b} }\n] }\n`;
  const [edit] = together(['a', 'b'].map((id) => ({ kind: 'set', id, field: 'cancelled', value: true }))) as [OrderChange];
  const done = two(', "cancelled": true', ', "cancelled": true');
  expect(applyEntryEdit(two('', ''), edit)).toEqual({ kind: 'edited', text: done });
  expect(applyEntryEdit(two(', "cancelled": true', ''), edit)).toEqual({ kind: 'edited', text: done });
  expect(applyEntryEdit(done, edit)).toEqual({ kind: 'unchanged' });
  expect(applyEntryEdit(file('{ "id": "a" }'), edit)).toEqual({
    kind: 'cannot',
    reason: 'there is no order "b"; nothing was done to any of the 2 orders',
  });
});

test('D5.11 thousands of new orders beside a change are one edit, and as fast as one', () => {
  const add = (id: string): OrderEdit => ({ kind: 'add', order: { id, run: 'true' } });
  const many = Array.from({ length: 2_000 }, (_, at) => add(`new-${at}`));
  const [edit] = together([...many, change]) as [OrderChange];
  const before = file('{ "id": "a", "run": "old", "cancelled": true }');
  const cpu = process.cpuUsage();
  const outcome = applyEntryEdit(before, edit);
  expect(process.cpuUsage(cpu).user).toBeLessThan(5_000_000);
  const text = outcome.kind === 'edited' ? outcome.text : '';
  expect(text).toContain('{ "id": "a", "run": "new", "generation": 2 }');
  expect(text.match(/"new-/g)).toHaveLength(2_000);
  const taken = file('{ "id": "a", "run": "old" }, { "id": "new-7", "run": "other" }');
  expect(applyEntryEdit(taken, edit)).toMatchObject({ kind: 'cannot', reason: expect.stringContaining('"new-7" already') });
});

test('D5.11 a change of a thousand orders, each as the person saw it, is as fast as one', () => {
  const entry = (at: number, more: string) =>
    `{ "id": "o${at}", "assign": "any", "title": "${'x'.repeat(100)}", "run": "true"${more} }`;
  const text = (more: string) =>
    `{ "orders": [\n  ${Array.from({ length: 1_000 }, (_, at) => entry(at, more)).join(',\n  ')}\n] }\n`;
  const before = text('');
  const shown = seenOrders(before);
  const [edit] = together(
    Array.from({ length: 1_000 }, (_, at): OrderChange => {
      const id = `o${at}`;
      const fields = ['cancelled', 'expect_changes'].map((field): OrderEdit => ({ kind: 'set', id, field, value: true }));
      return { kind: 'change', id, fields, seen: { order: id, ...(shown(id) as SeenOrder) } };
    }),
  ) as [OrderChange];
  const cpu = process.cpuUsage();
  expect(applyEntryEdit(before, edit)).toEqual({ kind: 'edited', text: text(', "cancelled": true, "expect_changes": true') });
  expect(process.cpuUsage(cpu).user).toBeLessThan(10_000_000);
  const changed = applyEntryEdit(before.replace('"o999", "assign": "any"', '"o999", "assign": 7'), edit);
  expect(changed).toMatchObject({ kind: 'cannot', reason: expect.stringContaining('o999 was changed since you saw it') });
});
