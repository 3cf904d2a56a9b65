import { describe, expect, test } from 'vitest';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { withFleetRules } from '../../src/core/orders/fleet-approval-rules.ts';
import { routedOrders } from '../../src/core/orders/routing.ts';
import { parseFleet } from '../../src/documents/fleet/fleet.ts';
import { applyPauseEdit } from '../../src/documents/fleet/pause-edit.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';

const fleetOf = (text: string) => {
  const { value, faults } = parseFleet(text);
  if (value === null) throw new Error('unreadable');
  return { value, told: faults.map((it) => `${it.level} ${it.line}:${it.column} ${faultSentence(it)}`) };
};
const ORDERS = [
  { id: 'plain', run: 'true' },
  { id: 'typed', type: ' Deploy', run: 'true', approval: false },
  { id: 'other', type: 'bug', run: 'true' },
  { id: 'own', run: 'true', approval: true },
  { id: 'fix', agent: 'claude', prompt: 'x' },
];
const written = () => {
  const { value } = parseOrders(JSON.stringify({ orders: ORDERS }));
  if (value === null) throw new Error('unreadable');
  return value;
};
/** Which orders wait for approval. */
const asking = (text: string) =>
  withFleetRules(written(), fleetOf(text).value)
    .orders.filter(({ approval }) => approval)
    .map(({ id }) => id);

test.each([
  ['', ['own']],
  ['approvals:\n', ['own']],
  ['approvals: {}', ['own']],
  ['approvals: { types: [deploy] }', ['typed', 'own']],
  ['approvals: { types: DEPLOY }', ['typed', 'own']],
  ['approvals: { types: [deploy, bug], kinds: [] }', ['typed', 'other', 'own']],
  ['approvals: { kinds: [agent] }', ['own', 'fix']],
  ['approvals: { kinds: Shell }', ['plain', 'typed', 'other', 'own']],
])('approvals by type and kind, which an order cannot take back: %s', (text, expected) => {
  expect(fleetOf(text).told).toEqual([]);
  expect(asking(text)).toEqual(expected);
});

describe('D4 what cannot be read is a fault at its place, and asks for all that it could have meant', () => {
  const all = ['plain', 'typed', 'other', 'own', 'fix'];
  test.each([
    ['approvals: all', 'fault 1:12 expected "approvals" to be', all],
    ['approvals: [deploy]', 'fault 1:12 expected "approvals" to be', all],
    ['approvals: { type: [deploy] }', 'fault 1:20 expected "approvals" to be', all],
    ['approvals: { types: [deploy, [bug]] }', 'fault 1:21 expected "types" of approvals', ['typed', 'other', 'own']],
    ['approvals: { types: true }', 'fault 1:21 expected "types" of approvals', ['typed', 'other', 'own']],
    ['approval: { types: [deploy] }', 'fault 1:11 unknown field "approval"; did you mean "approvals"?', all],
    ['Approvals: { types: [deploy] }', 'fault 1:12 unknown field "Approvals"; did you mean "approvals"?', all],
    [
      'approvals: { types: [deploy] }\nAPPROVAL: { kinds: [agent] }',
      'fault 2:11 unknown field "APPROVAL"; did you mean "approvals"?',
      all,
    ],
    ['approvals: { kinds: [agents] }', 'fault 1:21 expected "kinds" of approvals', all],
  ])('%s', (text, told, expected) => {
    expect(fleetOf(text).told).toEqual([expect.stringContaining(told)]);
    expect(asking(text)).toEqual(expected);
  });

  test('and says so in the order', () => {
    const { orders } = withFleetRules(written(), fleetOf('approvals: { type: deploy }').value);
    expect(orders[0]?.ruled?.why).toMatch(/^fleet.yaml line 1 column \d+: expected "approvals" to be/);
    expect(orders[3]?.ruled).toBeUndefined();
  });
});

test('ruled anew by other settings, an order has its own word again', () => {
  const strict = withFleetRules(written(), fleetOf('approvals: { kinds: [shell] }').value);
  const again = withFleetRules(strict, fleetOf('').value);
  expect(again.orders).toEqual(
    written().orders.map((order) => expect.objectContaining({ id: order.id, approval: order.approval })),
  );
});

test('C1 the same orders and settings give the very same document', () => {
  const orders = written();
  const { value } = fleetOf('approvals: { types: [deploy] }');
  expect(withFleetRules(orders, value)).toBe(withFleetRules(orders, value));
  const none = fleetOf('').value;
  expect(withFleetRules(orders, none)).toBe(routedOrders(orders, none.routing));
});

test('a pause is written beside approvals that cannot be read', () => {
  const outcome = applyPauseEdit('approvals: { type: x }\n', { kind: 'pause', id: '2', until: null, note: '' });
  expect(outcome).toMatchObject({ kind: 'edited', text: expect.stringContaining('approvals: { type: x }') });
});
