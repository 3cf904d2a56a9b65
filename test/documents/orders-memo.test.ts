// C1: what was read before changes nothing of what is read; an entry that stayed as it was gives the same object.
import { expect, test } from 'vitest';
import { parseOrders } from '../../src/documents/orders/orders.ts';

const ENTRIES = [
  '{ "id": "plain", "assign": 1, "run": "x" }',
  '{ "id": "plain", "assign": 2, "run": "x" }',
  '{ "id": "later", "assign": "any", "run": "y", "after": ["plain"] }',
  '{ "id": "odd", "assign": 1, "run": "x", "colour": "red" }',
  '{ "id": "wrong", "assign": 0, "run": "x" }',
  '{ "id": "chain", "steps": [{ "id": "a", "assign": 1, "run": "x" }, { "id": "b", "assign": 1, "run": "x" }] }',
  '{ "id": "checked", "check": "true", "steps": [{ "id": "a", "assign": 1, "run": "x" }] }',
  '{ "id": "chain.a", "assign": 1, "run": "x" }',
  '{ "id": "each", "assign": 1, "run": "x", "schedule": "0 5 * * *" }',
  '{ "id": "kind", "use": "templates/x.yaml" }',
  '{ "id": "spoken", "assign": 1, "run": "x" /* by hand */ }',
  '5',
];

/** The same list in which nothing was read before as it stands. */
function readAlone(text: string) {
  parseOrders('{"orders":[]}');
  return parseOrders(text);
}

test('C1 a list is read as if it were the first one, whatever was read before it', () => {
  let state = 7;
  const chance = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
  for (let round = 0; round < 400; round += 1) {
    const entries = Array.from({ length: chance(8) }, () => ENTRIES[chance(ENTRIES.length)] ?? '');
    const text = `{ "orders": [\n${entries.join(',\n')}${chance(5) === 0 && entries.length > 0 ? ',' : ''}\n] }`;
    const now = parseOrders(text);
    // Which the next one is read after.
    expect(now, text).toEqual(readAlone(text));
  }
});

test('C1 an order whose entry stayed as it was is the same object, wherever it stands now', () => {
  const [plain, , later] = ENTRIES;
  const first = parseOrders(`{ "orders": [${plain}, ${later}] }`).value?.orders ?? [];
  const second =
    parseOrders(`{ "orders": [{ "id": "new", "assign": 1, "run": "z" },\n ${later}, ${plain}] }`).value?.orders ?? [];
  expect(second.map(({ id }) => id)).toEqual(['new', 'later', 'plain']);
  expect([second[1], second[2]]).toEqual([first[1], first[0]]);
  expect(second[2]).toBe(first[0]);
  const twice = parseOrders(`{ "orders": [${plain}, ${plain}] }`);
  expect(twice.value).toMatchObject({ orders: [], refused: [{ id: 'plain' }, { id: 'plain' }] });
});
