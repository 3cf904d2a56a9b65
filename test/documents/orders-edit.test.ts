import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, OrderEdit } from '../../src/core/model/ledger/intention.ts';
import { memberOf, toValue } from '../../src/documents/json/json-node.ts';
import { readJson } from '../../src/documents/json/json-text.ts';
import { applyOrderEdit, NEW_ORDERS_TEXT } from '../../src/documents/orders/apply-edit.ts';
import { removeEntries } from '../../src/documents/orders/at-once/apply-each.ts';
import { ORDERS_EXAMPLE } from './orders-example.ts';

const add = (order: { id: string; [field: string]: Json }): OrderEdit => ({ kind: 'add', order });
const set = (id: string, field: string, value: Json): OrderEdit => ({ kind: 'set', id, field, value });
const remove = (id: string): OrderEdit => ({ kind: 'remove', id });
const edited = (text: string, edit: OrderEdit): string => {
  const outcome = applyOrderEdit(text, edit);
  return outcome.kind === 'edited' ? outcome.text : JSON.stringify(outcome);
};
const hello = add({ id: 'hello', assign: 2, run: 'echo hello' });

describe('D5: add writes at the end, as the neighbour is written', () => {
  test.each<[what: string, text: string, expected: string]>([
    [
      'the file of init',
      NEW_ORDERS_TEXT,
      NEW_ORDERS_TEXT.replace('[]', '[\n    { "id": "hello", "assign": 2, "run": "echo hello" }\n  ]'),
    ],
    [
      'no list yet',
      '{\n  "version": 1\n}\n',
      '{\n  "version": 1,\n  "orders": [\n    { "id": "hello", "assign": 2, "run": "echo hello" }\n  ]\n}\n',
    ],
    ['an empty object', '{}', '{\n  "orders": [\n    { "id": "hello", "assign": 2, "run": "echo hello" }\n  ]\n}'],
    [
      'a comment in an empty list',
      '{"orders": [\n  // none\n]}',
      '{"orders": [\n  // none\n  { "id": "hello", "assign": 2, "run": "echo hello" }\n]}',
    ],
    ['tight on one line', '{"orders":[{"id":"a"}]}', '{"orders":[{"id":"a"}, {"id":"hello","assign":2,"run":"echo hello"}]}'],
    [
      'one order a line, with a trailing comma and comments',
      '{ "orders": [\n\t{ "id": "a" }, // about a\n\t// the end\n] }',
      '{ "orders": [\n\t{ "id": "a" }, // about a\n\t{ "id": "hello", "assign": 2, "run": "echo hello" }\n\t// the end\n] }',
    ],
    [
      'a comment behind the last order',
      '{ "orders": [\n  { "id": "a" } // about a\n] }',
      '{ "orders": [\n  { "id": "a" }, // about a\n  { "id": "hello", "assign": 2, "run": "echo hello" }\n] }',
    ],
    [
      'one field a line, CRLF, byte order mark',
      '\ufeff{\r\n    "orders": [\r\n        {\r\n            "id": "a"\r\n        }\r\n    ]\r\n}\r\n',
      '\ufeff{\r\n    "orders": [\r\n        {\r\n            "id": "a"\r\n        },\r\n        {\r\n            "id": "hello",\r\n            "assign": 2,\r\n            "run": "echo hello"\r\n        }\r\n    ]\r\n}\r\n',
    ],
    [
      'smart quotes',
      '{ “orders”: [\n  { “id”: “a” }\n] }',
      '{ “orders”: [\n  { “id”: “a” },\n  { "id": "hello", "assign": 2, "run": "echo hello" }\n] }',
    ],
  ])('%s', (_, text, expected) => {
    expect(edited(text, hello)).toBe(expected);
  });
});

describe('D5: set writes one value', () => {
  test.each<[what: string, text: string, edit: OrderEdit, expected: string]>([
    [
      'replaced',
      '{"orders":[ { "id": "a", "run": "x" /* why */ } ]}',
      set('a', 'run', 'y'),
      '{"orders":[ { "id": "a", "run": "y" /* why */ } ]}',
    ],
    ['inserted', '{"orders":[ { "id": "a" } ]}', set('a', 'cancelled', true), '{"orders":[ { "id": "a", "cancelled": true } ]}'],
    ['inserted, tight', '{"orders":[{"id":"a"}]}', set('a', 'cancelled', true), '{"orders":[{"id":"a", "cancelled":true}]}'],
    [
      'inserted on its own line, behind a comment',
      '{"orders":[\n  {\n    "id": "a" // why\n  }\n]}',
      set('a', 'generation', 2),
      '{"orders":[\n  {\n    "id": "a", // why\n    "generation": 2\n  }\n]}',
    ],
    [
      'smart quotes',
      '{“orders”: [{“id”: “a”, “run”: “x”}]}',
      set('a', 'run', 'say "hi"'),
      '{“orders”: [{“id”: “a”, “run”: "say \\"hi\\""}]}',
    ],
  ])('%s', (_, text, edit, expected) => {
    expect(edited(text, edit)).toBe(expected);
  });
});

describe('D5: remove cuts the order, one comma, and the line they leave empty', () => {
  const lines =
    '{ "orders": [\n  // first\n  { "id": "a" }, // about a\n  { "id": "b" },\n  { "id": "c" } // about c\n  // last\n] }';
  test.each<[what: string, text: string, id: string, expected: string]>([
    ['the first, with a comment behind it', lines, 'a', lines.replace('{ "id": "a" }, // about a', '// about a')],
    ['one in the middle', lines, 'b', lines.replace('  { "id": "b" },\n', '')],
    ['the last', lines, 'c', lines.replace(',\n  { "id": "c" } //', ' //')],
    ['the only one', '{"orders": [\n  {"id": "a"}\n]}', 'a', '{"orders": [\n]}'],
    ['the only one, with a trailing comma', '{"orders": [\n  {"id": "a"},\n]}', 'a', '{"orders": [\n]}'],
    ['on one line', '{"orders": [{"id": "a"}, {"id": "b"}]}', 'a', '{"orders": [{"id": "b"}]}'],
    ['the last on one line', '{"orders": [{"id": "a"}, {"id": "b"}]}', 'b', '{"orders": [{"id": "a"}]}'],
    ['CRLF', '{"orders": [\r\n  {"id": "a"},\r\n  {"id": "b"}\r\n]}', 'a', '{"orders": [\r\n  {"id": "b"}\r\n]}'],
    [
      'comments around the comma',
      '{"orders": [{"id": "a"} /* x */, /* y */ {"id": "b"}]}',
      'b',
      '{"orders": [{"id": "a"} /* x */ /* y */ ]}',
    ],
  ])('%s', (_, text, id, expected) => {
    expect(edited(text, remove(id))).toBe(expected);
  });
});

describe('D5: an edit that is there already changes nothing', () => {
  test.each<[what: string, edit: OrderEdit]>([
    ['add with the same content, whatever the order of its fields', add({ run: 'echo hello', id: 'hello', assign: 2 })],
    ['set to the same value', set('train', 'run', ['python3', 'train.py'])],
    ['remove of a missing id', remove('nobody')],
  ])('%s', (_, edit) => {
    expect(applyOrderEdit(ORDERS_EXAMPLE, edit)).toEqual({ kind: 'unchanged' });
  });
});

describe('D5: what cannot be done safely is not done', () => {
  test.each<[what: string, text: string, edit: OrderEdit, reason: string]>([
    ['other content under that id', ORDERS_EXAMPLE, add({ id: 'hello', run: 'x' }), 'there is an order "hello" already'],
    ['no such order', ORDERS_EXAMPLE, set('nobody', 'run', 'x'), 'there is no order "nobody"'],
    ['an id', ORDERS_EXAMPLE, set('hello', 'id', 'x'), 'an id is never changed: remove the order and add another'],
    [
      'an id given twice',
      '{"orders":[{"id":"a"},{"id":"a"}]}',
      remove('a'),
      '"a" is in ORDERS.json 2 times; please leave one of them',
    ],
    [
      'a field given twice',
      '{"orders":[{"id":"a","run":"x","run":"y"}]}',
      set('a', 'run', 'z'),
      'the order "a" has a field twice, or one that is not allowed',
    ],
    ['no JSON', '{"orders": [\n{"id" "a"}]}', hello, 'ORDERS.json line 2 column 7: expected a colon, found "a"'],
    ['no object', '[]', hello, 'ORDERS.json is no object: { "orders": [ … ] }'],
    ['no list', '{"orders": 1}', hello, '"orders" in ORDERS.json is no list'],
    [
      'two lists',
      '{"orders": [], "orders": []}',
      hello,
      'ORDERS.json line 1 column 16: expected each name once, found "orders" a second time',
    ],
    [
      'what would make it too large',
      `{"orders":[{"id":"a","run":"${'x'.repeat(1_048_500)}"}]}`,
      add({ id: 'b', run: 'true', title: 'longer than what is left' }),
      'ORDERS.json would have more than 1 MiB: coord order clean takes out what has ended',
    ],
    ['an empty file', '', hello, 'ORDERS.json: expected JSON, found an empty document'],
  ])('%s', (_, text, edit, reason) => {
    expect(applyOrderEdit(text, edit)).toEqual({ kind: 'cannot', reason });
  });
});

// A file as people leave it: gaps of blanks and comments everywhere, each comment numbered so that a lost one is missed.
const gap = fc.array(fc.constantFrom(' ', '\n', '\t', '/*#*/', '//#\n', '\n  '), { maxLength: 3 }).map((parts) => parts.join(''));
const value = fc.constantFrom('1', '"x, } ] // no"', '[1, 2]', '{"a": [ ]}', '“y”', 'true');
const orderText = (id: string) =>
  fc.tuple(gap, gap, gap, value, gap, fc.boolean(), fc.boolean()).map(([a, b, c, field, d, more, comma]) => {
    return `{${a}"id":${b}"${id}"${more ? `${c},"field": ${field}` : ''}${d}${comma ? ',' : ''}}`;
  });
const file = fc
  .integer({ min: 0, max: 4 })
  .chain((count) =>
    fc.tuple(
      fc.tuple(...Array.from({ length: count }, (_, index) => orderText(`o${index}`))),
      fc.array(gap, { minLength: 12, maxLength: 12 }),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
    ),
  )
  .map(([orders, gaps, trailing, crlf, mark]) => {
    const list = orders.map((order, index) => `${gaps[index]}${order}${gaps[index + 5]}`).join(',');
    const comma = trailing && orders.length > 0 ? ',' : '';
    let number = 0;
    const text = `{${gaps[9]}"version": 1,"orders":${gaps[10]}[${list}${comma}${gaps[11]}]}\n`.replace(
      /#/g,
      () => `#${number++}#`,
    );
    return `${mark ? '\ufeff' : ''}${crlf ? text.replaceAll('\n', '\r\n') : text}`;
  });
const anyEdit = fc.oneof(
  fc.constantFrom('o0', 'o1', 'o2', 'o3').map(remove),
  fc
    .tuple(
      fc.constantFrom('o0', 'o1', 'o2', 'o3'),
      fc.constantFrom('field', 'other'),
      fc.constantFrom<Json>(7, 'z', ['a'], { b: 1 }),
    )
    .map((it) => set(...it)),
  fc.constant(add({ id: 'new', run: ['a', 'b'], env: { A: '“1”' } })),
);

function ordersIn(text: string): { id: Json; value: Json; source: string }[] {
  const { root, faults } = readJson(text, 'ORDERS.json');
  expect(faults.filter((fault) => fault.level === 'fault')).toEqual([]);
  const list = root === null ? undefined : memberOf(root, 'orders')?.value;
  return (list?.kind === 'array' ? list.items : []).map((item) => {
    const id = memberOf(item, 'id')?.value;
    return {
      id: id === undefined ? null : toValue(id),
      value: toValue(item),
      source: text.slice(item.offset, item.offset + item.length),
    };
  });
}

const comments = (text: string) => [...text.matchAll(/#\d+#/g)].map((match) => match[0]);

test('D5: after any edit the file parses, every other order is the same to the byte, and comments survive', () => {
  fc.assert(
    fc.property(file, anyEdit, (text, edit) => {
      const before = ordersIn(text);
      const id = edit.kind === 'add' ? edit.order.id : edit.id;
      const outcome = applyOrderEdit(text, edit);
      const exists = before.some((order) => order.id === id);
      if (!exists && edit.kind !== 'add') {
        expect(outcome.kind).toBe(edit.kind === 'remove' ? 'unchanged' : 'cannot');
        return;
      }
      if (outcome.kind !== 'edited') throw new Error(JSON.stringify(outcome));
      const after = ordersIn(outcome.text);
      const others = (orders: typeof before) => orders.filter((order) => order.id !== id).map((order) => order.source);
      expect(others(after)).toEqual(others(before));
      const now = after.find((order) => order.id === id);
      const target = before.find((order) => order.id === id);
      if (edit.kind === 'remove') expect(now).toBeUndefined();
      if (edit.kind === 'add') expect(now?.value).toEqual(edit.order);
      if (edit.kind === 'set') expect(now?.value).toEqual({ ...(target?.value as object), [edit.field]: edit.value });
      const cut = edit.kind === 'remove' ? comments(target?.source ?? '') : [];
      expect(comments(outcome.text)).toEqual(comments(text).filter((comment) => !cut.includes(comment)));
      expect(outcome.text.startsWith('\ufeff')).toBe(text.startsWith('\ufeff'));
      if (text.includes('\r\n')) expect(outcome.text).not.toMatch(/(?<!\r)\n/);
      expect(applyOrderEdit(outcome.text, edit).kind).toBe('unchanged');
    }),
    { numRuns: 3000 },
  );
});

test('D5: an order that is added and removed again leaves the text as it was', () => {
  for (const text of [
    ORDERS_EXAMPLE,
    '{"orders": [\n  {"id": "a"}\n]}',
    '{"orders": [{"id": "a"}]}',
    ORDERS_EXAMPLE.replaceAll('\n', '\r\n'),
  ]) {
    expect(edited(edited(text, add({ id: 'new', run: 'x' })), remove('new'))).toBe(text);
  }
});

test('D5 many entries are taken out at once as one after the other, and the layout stays as it was', () => {
  const texts = [
    '{ "orders": [ { "id": "a" }, { "id": "b" }, { "id": "c" }, { "id": "d" } ] }',
    '{\n  "orders": [\n    // of a\n    { "id": "a" },\n    { "id": "b" }, // of b\n\n    { "id": "c" } /* c */ ,\n    { "id": "d" }\n  ]\n}\n',
    '{"orders":[{"id":"a"},\r\n{"id":"b"}\r\n,{"id":"c"},{"id":"d"},]}',
    '{\n  "orders": [\n    { "id": "a" }\n    , { "id": "b" }\n    , { "id": "c" }\n    , { "id": "d" }\n  ], "x-ours": 1 }\n',
  ];
  const sets = [['a'], ['d'], ['a', 'b'], ['b', 'd'], ['c', 'd'], ['d', 'a', 'c'], ['a', 'b', 'c', 'd'], ['b', 'nope']];
  for (const text of texts)
    for (const ids of sets) {
      let one = text;
      for (const id of ids) {
        const outcome = applyOrderEdit(one, { kind: 'remove', id });
        if (outcome.kind === 'edited') one = outcome.text;
      }
      expect(removeEntries(text, ids), `${text} ${ids}`).toEqual({ kind: 'edited', text: one });
    }
});

test('of many entries none is taken out where one is there twice, or is a step', () => {
  const text = '{ "orders": [ { "id": "a" }, { "id": "b" }, { "id": "b" }, { "id": "c", "steps": [{ "id": "x" }] } ] }';
  expect(removeEntries(text, ['a', 'b'])).toMatchObject({ kind: 'cannot', reason: expect.stringContaining('2 times') });
  expect(removeEntries(text, ['a', 'c.x'])).toMatchObject({ kind: 'cannot', reason: expect.stringContaining('is a step') });
  expect(removeEntries(text, ['nope'])).toEqual({ kind: 'unchanged' });
});

test('D5 5,000 of 10,000 entries are taken out at once, and the others stay', () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => `order-${at}`);
  const text = `{\n  "orders": [\n${ids.map((id) => `    { "id": "${id}", "run": "true" }`).join(',\n')}\n  ]\n}\n`;
  const outcome = removeEntries(
    text,
    ids.filter((_, at) => at % 2 === 0),
  );
  const left = outcome.kind === 'edited' ? JSON.parse(outcome.text).orders.map(({ id }: { id: string }) => id) : null;
  expect(left).toEqual(ids.filter((_, at) => at % 2 === 1));
}, 60_000);
