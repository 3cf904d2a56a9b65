// D5: many new entries at once are what they are one after the other.
import { expect, test } from 'vitest';
import { applyOrderEdit, NEW_ORDERS_TEXT } from '../../src/documents/orders/apply-edit.ts';
import { addEntries } from '../../src/documents/orders/at-once/add-entries.ts';

const LAYOUTS = [
  ...[NEW_ORDERS_TEXT, '{}', '{ "version": 1 }', '{"orders":[]}', '{ "orders": [ ] }', '{\r\n\t"orders": [\r\n\t]\r\n}\r\n'],
  ...['{ "orders": [{ "id": "a", "run": "x" }] }', '{"orders":[{"id":"a"}]}', '{ "orders": [{ "id": "a" },] }'],
  '{\n  "orders": [\n    { "id": "a" }, // the first\n    { "id": "b", "run": "x" } // the last\n  ]\n}\n',
  '{\n  "orders": [\n    {\n      "id": "a",\n      "run": "x"\n    }\n  ]\n}\n',
  '{\n  "orders": [\n    // none yet\n  ]\n}\n',
  '{ "orders": [{ "id": "a", "steps": [{ "id": "x", "run": "y" }] }, { "id": "c", "use": "t.yaml", "said": [{ "id": "z" }] }] }',
];
const NEW = [
  { id: 'one', assign: 2, run: 'echo "1"' },
  { id: 'a', run: 'x' },
  { id: 'two', assign: 'any', after: ['one'], env: { A: '1' } },
  { id: 'a.x', run: 'other' },
  { id: 'c.z', run: 'other' },
  { id: 'two', assign: 'all' },
  { id: 'three', tags: [] },
  { id: 'four', steps: [{ id: 'x', run: 'y' }, { run: 'z' }] },
  { id: 'four.x', run: 'other' },
  { id: 'four.2', run: 'other' },
];

test.each(LAYOUTS)('D5 in %j they stand as if each had been added alone', (text) => {
  let alone = text;
  const said = NEW.filter((order) => {
    const outcome = applyOrderEdit(alone, { kind: 'add', order });
    if (outcome.kind === 'edited') alone = outcome.text;
    return outcome.kind === 'edited';
  });
  const { text: together, added } = addEntries(text, NEW);
  expect(together).toBe(alone);
  expect([...added]).toEqual(said);
});

test('D5 a text that cannot be read, or would be too large, is left for each of them to say', () => {
  const large = { id: 'large', prompt: 'x'.repeat(1_048_576) };
  for (const [text, orders] of [
    ['{ "orders": [', NEW],
    ['{ "orders": {} }', NEW],
    ['[]', NEW],
    [NEW_ORDERS_TEXT, [NEW[0], large]],
  ] as const)
    expect(addEntries(text, orders as typeof NEW)).toEqual({ text, added: new Set() });
});

test('D5 3,000 entries are added at once, behind those that are there', () => {
  const orders = Array.from({ length: 3_000 }, (_, at) => ({ id: `order-${at}`, assign: 'any', run: 'true' }));
  const { text, added } = addEntries('{ "orders": [{ "id": "first" }] }', orders);
  expect(added.size).toBe(3_000);
  expect(JSON.parse(text)).toEqual({ orders: [{ id: 'first' }, ...orders] });
}, 20_000);
