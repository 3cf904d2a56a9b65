import { describe, expect, test } from 'vitest';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { routedOrders } from '../../src/core/orders/routing.ts';
import { parseFleet } from '../../src/documents/fleet/fleet.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';

const routingOf = (text: string) => {
  const { value, faults } = parseFleet(text);
  if (value === null) throw new Error('unreadable');
  return { ...value.routing, told: faults.map((it) => `${it.level} ${it.line}:${it.column} ${faultSentence(it)}`) };
};
const ordersOf = (...orders: object[]) => {
  const { value } = parseOrders(JSON.stringify({ orders }));
  if (value === null) throw new Error('unreadable');
  return value;
};

test('routes in the words of assign', () => {
  const text = `routing:
  interface: [1, 2]
  Bug: 1
  review: Mac
  emergency: [1, any]
  training: { tags: [gpu], tool: claude }
  pull: all
  7: "2"
`;
  expect(routingOf(text)).toEqual({
    byType: {
      interface: { kind: 'list', of: [1, 2] },
      bug: { kind: 'machine', machine: 1 },
      review: { kind: 'name', name: 'mac' },
      emergency: { kind: 'list', of: [1, 'any'] },
      training: { kind: 'match', tags: ['gpu'], tool: 'claude' },
      pull: { kind: 'all' },
      7: { kind: 'machine', machine: 2 },
    },
    otherwise: null,
    told: [],
  });
});

test.each([
  ['[1, all]', '"all" alone, or a list without it, found [1,"all"]'],
  ['2,mac', 'one machine, or a list such as [2, "mac"], found "2,mac"'],
])('O1a a route says no less than it seems to: %s', (route, words) => {
  const { byType, told } = routingOf(`routing:\n  bug: ${route}\n`);
  expect(told).toEqual([`fault 2:8 expected the route of "bug" to be ${words}`]);
  expect(byType).toMatchObject({ bug: { kind: 'nowhere' } });
});

describe('a route that cannot be', () => {
  test.each([
    ['0', '0'],
    ['', 'null'],
    ['[]', '[]'],
    ['{}', '{}'],
    ['[1, [2]]', '[1,[2]]'],
    ['"99999"', '"99999"'],
  ])('is a fault at its place and holds its orders back: %s', (route, found) => {
    const { byType, told } = routingOf(`name: f\nrouting:\n  ok: 1\n  bug: ${route}\n`);
    expect(told).toEqual([expect.stringMatching(/^fault 4:\d+ expected the route of "bug" to be a machine's number/)]);
    expect(told[0]).toContain(`found ${found}`);
    expect(byType).toMatchObject({
      ok: { kind: 'machine' },
      bug: { kind: 'nowhere', reason: expect.stringMatching(/^fleet.yaml line 4 /) },
    });
  });

  test.each([
    ['{ tag: [gpu] }', 'unknown field "tag"; did you mean "tags"?'],
    ['{ tags: [gpu, linux, cuda12, bigmem, highdisk], tol: docker }', 'unknown field "tol"; did you mean "tool"?'],
  ])('is named by its slip: %s', (route, said) => {
    const { byType, told } = routingOf(`routing:\n  bug: ${route}\n`);
    expect(told).toEqual([expect.stringContaining(said)]);
    expect(byType.bug).toMatchObject({ kind: 'nowhere', reason: expect.stringContaining(said) });
  });

  test('all of them', () => {
    const { otherwise, told } = routingOf('routing: [1]\n');
    expect(told).toEqual([expect.stringMatching(/^fault 1:10 expected "routing" to be a route for each type/)]);
    expect(otherwise).toMatchObject({ kind: 'nowhere' });
  });

  test('a type given twice in two cases', () => {
    expect(routingOf('routing:\n  bug: 1\n  BUG: 2\n').byType.bug).toMatchObject({ kind: 'nowhere' });
  });
});

describe('which orders it touches', () => {
  const { byType, otherwise } = routingOf('routing: { bug: 1 }');
  const kinds = (document: ReturnType<typeof ordersOf>) => document.orders.map(({ assign, route }) => [assign.kind, route]);
  const orders = ordersOf(
    { id: 'a', run: 'x', type: 'Bug' },
    { id: 'b', run: 'x', type: 'bug', assign: 'any' },
    { id: 'c', run: 'x' },
    { id: 'd', run: 'x', type: 'other' },
  );

  test('those with a type that has a route, and without assign', () => {
    expect(kinds(routedOrders(orders, { byType, otherwise }))).toEqual([
      ['machine', 'routed'],
      ['any', undefined],
      ['any', undefined],
      ['any', 'open'],
    ]);
  });

  test('C1 the same gives the same; other routing gives what it says, whatever was routed before', () => {
    const routing = { byType, otherwise };
    const routed = routedOrders(orders, routing);
    expect(routedOrders(orders, routing)).toBe(routed);
    expect(kinds(routedOrders(routed, { byType: {}, otherwise: null }))[0]).toEqual(['any', 'open']);
  });
});

test('D4 a route of too many machines is told with the limit', () => {
  const text = `routing:\n  interface: [${'1, '.repeat(200)}1]\n`;
  expect(routingOf(text).told).toEqual([
    expect.stringContaining('the route of "interface" to be a list of 200 at most, found 201'),
  ]);
});
