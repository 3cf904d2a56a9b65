import { describe, expect, test } from 'vitest';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';

const line = (id: string, after: readonly string[], more = '') =>
  `  {"id": "${id}", "run": "x", "after": ${JSON.stringify(after)}${more}}`;
const list = (...lines: string[]) => `{"orders": [\n${lines.join(',\n')}\n]}`;
const told = (text: string) =>
  parseOrders(text).faults.map((fault) => `${fault.level} ${fault.line}:${fault.column} ${faultSentence(fault)}`);
const circle = (path: string) => `expected "after" to lead to a first order, found a circle: ${path}`;

describe('D4: a circle is a fault where it goes on; every order of it stays listed', () => {
  test.each<[what: string, lines: string[], faults: string[]]>([
    ['itself', [line('a', ['a'])], [`fault 2:37 ${circle('a → a')}`]],
    [
      'three, and one behind them',
      [line('x', ['b']), line('b', ['c']), line('c', ['free', 'a']), line('a', ['b']), line('free', [])],
      [`fault 3:37 ${circle('b → c → a → b')}`],
    ],
    [
      'two circles',
      [line('a', ['b']), line('b', ['a']), line('c', ['d']), line('d', ['c', 'a'])],
      [`fault 2:37 ${circle('a → b → a')}`, `fault 4:37 ${circle('c → d → c')}`],
    ],
    [
      'a knot of two circles: each is told',
      [line('a', ['b', 'c']), line('b', ['a']), line('c', ['a'])],
      [`fault 2:37 ${circle('a → b → a')}`, `fault 4:37 ${circle('c → a → c')}`],
    ],
    ['none: two ways to one order', [line('a', []), line('b', ['a']), line('c', ['a', 'b']), line('d', ['b', 'c', 'b'])], []],
  ])('%s', (_, lines, faults) => {
    expect(told(list(...lines))).toEqual(faults);
    expect(parseOrders(list(...lines)).value?.orders).toHaveLength(lines.length);
    expect(parseOrders(list(...lines)).value?.refused).toEqual([]);
  });

  test('a long one is told by its beginning, and a chain of 2,000 is none', () => {
    const ids = Array.from({ length: 2000 }, (_, at) => `o${at}`);
    const chain = ids.map((id, at) => line(id, at === 0 ? [] : [`o${at - 1}`]));
    expect(told(list(...chain))).toEqual([]);
    const ring = [line('o0', ['o1999']), ...chain.slice(1)];
    expect(told(list(...ring))).toEqual([
      `fault 2:38 ${circle('o0 → o1999 → o1998 → o1997 → o1996 → o1995 → o1994 → o1993 → o1992 → o1991 → o1990 → … 1989 more → o0')}`,
    ]);
  });
});

describe('D4: an id that nobody has is a warning at its place', () => {
  const missing = 'expected "after" to name orders of this list, found "nowhere", which is not in it';
  test.each<[what: string, lines: string[], faults: string[]]>([
    ['once', [line('a', []), line('b', ['a', 'nowhere', 'nowhere'])], [`warning 3:41 ${missing}`]],
    ['of an order that was taken back', [line('b', ['nowhere'], ', "cancelled": true')], []],
    [
      'of an entry that cannot be read: it is there',
      ['  {"id": "nowhere"}', line('b', ['nowhere'])],
      ['fault 2:3 expected exactly one of "run", "agent" and "call", found none of them'],
    ],
  ])('%s', (_, lines, faults) => {
    expect(told(list(...lines))).toEqual(faults);
  });

  test('ids that cannot be are refused with the entry', () => {
    expect(told(list(line('a', ['A b'])))).toEqual(['fault 2:37 expected "after" to be a list of ids of orders, found "A b"']);
  });
});

test.each<[word: string, faults: string[]]>([
  ['{"generation": 1, "as": "completed"}', []],
  [
    '{"generation": 1, "as": "done"}',
    [
      'fault 2:76 expected "resolved" to be {"generation": …, "as": "completed" or "failed"}, with a "note" of one line or without, found "done"',
    ],
  ],
])('resolved: %s', (word, faults) => {
  expect(told(list(line('a', [], `, "resolved": ${word}`)))).toEqual(faults);
});

test('resolved on an order for all is ignored, and says so', () => {
  const text = list(line('a', [], ', "assign": "all", "resolved": {"generation": 1, "as": "failed"}'));
  expect(told(text)).toEqual([
    'warning 2:69 expected "resolved" on an order that one machine runs, found it with "assign": "all", where it is ignored',
  ]);
});
