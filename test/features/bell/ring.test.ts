// Whom a push concerns (B5): the machines that a ring names.
import { expect, test } from 'vitest';
import type { PersonEdit } from '../../../src/core/model/ledger/intention.ts';
import type { JournalState } from '../../../src/core/model/ledger/journal.ts';
import type { Chain, Order } from '../../../src/core/model/orders/order.ts';
import { ringOf } from '../../../src/features/bell/rules/ring.ts';
import { ended, journal, order, snapshot, view } from '../../core/samples.ts';

const on = (machine: number, id: string, change: Partial<Order> = {}) =>
  order(id, { assign: { kind: 'machine', machine }, ...change });
const chain = (id: string, ...names: string[]): Chain => {
  return { id, title: null, after: [], cancelled: false, steps: names.map((name) => ({ id: `${id}.${name}`, name })) };
};

/** Machine 1 says this, and machines 2 to 5 are there. */
function rung(
  orders: readonly Order[],
  { state = {}, edits = [], chains = [] }: { state?: Partial<JournalState>; edits?: PersonEdit[]; chains?: Chain[] },
) {
  const seen = snapshot({ orders, machines: [1, 2, 3, 4, 5].map((machine) => view(machine)) });
  return ringOf([{ snapshot: { ...seen, orders: { ...seen.orders, chains } }, edits, state: journal(state) }])?.for;
}

const resolved = (id: string, entry: string, field = 'resolved'): PersonEdit => {
  return { kind: 'change', id: entry, fields: [{ kind: 'set', id, field, value: { generation: 1, as: 'completed' } }] };
};
const ends = (...ids: string[]) => ({ ended: ids.map((id) => ended(id)) });

test('B5 who comes after what has ended is rung, also after an occurrence of it; nobody else is', () => {
  const orders = [on(1, 'a'), on(2, 'b', { after: ['a'] }), on(3, 'c', { after: ['b'] })];
  expect(rung(orders, { state: ends('a') })).toEqual([2]);
  expect(rung(orders, { state: ends('a@20261120T0300Z') })).toEqual([2]);
  expect(rung(orders, { state: ends('c') })).toEqual([]);
});

test('B5 who comes after a chain is rung with the end of its last step', () => {
  const orders = [on(1, 'c.one'), on(1, 'c.two', { after: ['c.one'] }), on(3, 'next', { after: ['c'] })];
  const chains = [chain('c', 'one', 'two')];
  expect(rung(orders, { state: ends('c.one'), chains })).toEqual([]);
  expect(rung(orders, { state: ends('c.two'), chains })).toEqual([3]);
});

test('B5 O19 a trigger is rung by the end that it waits for, of an order or of a chain', () => {
  const orders = [
    ...[on(1, 'a'), on(1, 'c.one')],
    on(2, 'alarm', { on: { kind: 'failed', of: 'a' } }),
    on(3, 'then', { on: { kind: 'completed', of: 'c' } }),
    on(4, 'helper', { on: { kind: 'message', of: '5' } }),
  ];
  const chains = [chain('c', 'one')];
  expect(rung(orders, { state: { ended: [ended('a', { state: 'FAILED' })] }, chains })).toEqual([2]);
  expect(rung(orders, { state: ends('c.one'), chains })).toEqual([3]);
});

test('B5 O19 an end rings the triggers of its kind alone; what a person says of it rings both kinds', () => {
  const orders = [
    on(1, 'a'),
    on(2, 'alarm', { on: { kind: 'failed', of: 'a' } }),
    on(3, 'then', { on: { kind: 'completed', of: 'a' } }),
  ];
  const failed = ended('a', { state: 'FAILED', exitCode: 1 });
  expect(rung(orders, { state: ends('a') })).toEqual([3]);
  expect(rung(orders, { state: { ended: [failed] } })).toEqual([2]);
  expect(rung(orders, { state: { ended: [failed, ended('a', { attempt: 2 })] } })).toEqual([2, 3]);
  expect(rung(orders, { edits: [resolved('a', 'a')] })).toEqual([2, 3]);
});

test('B5 O19 a message rings its receiver, and the triggers that wait for messages to that one', () => {
  const { mail } = journal();
  const message = { number: 1, id: 'm', at: '2026-11-20T12:00:00Z', priority: 'normal', body: 'deploy' } as const;
  const to = (...readers: string[]) => {
    const sent = Object.fromEntries(readers.map((reader) => [reader, { last: 1, messages: [message] }]));
    return { state: { mail: { ...mail, sent } } };
  };
  const alarm = on(2, 'alarm', { on: { kind: 'failed', of: 'a' } });
  const waits = (of: string) => [on(4, 'helper', { on: { kind: 'message', of } }), alarm];
  for (const of of ['5', 'any', view(5).document.name.toUpperCase()]) expect(rung(waits(of), to('5')), of).toEqual([4, 5]);
  expect(rung(waits('5'), to('3'))).toEqual([3]);
  expect(rung(waits('5'), to('3', '5'))).toEqual([3, 4, 5]);
  for (const of of ['5', 'any']) expect(rung(waits(of), to('0')), of).toEqual([]);
});

test('B5 O4 who comes after an order is rung when a person says how that ended, also by a step of a chain', () => {
  const orders = [on(2, 'a'), on(3, 'b', { after: ['a'] }), on(2, 'c.one'), on(4, 'd', { after: ['c'] })];
  const chains = [chain('c', 'one')];
  expect(rung(orders, { edits: [resolved('a', 'a')], chains })).toEqual([2, 3]);
  expect(rung(orders, { edits: [resolved('c.one', 'c')], chains })).toEqual([2, 4]);
  expect(rung(orders, { edits: [resolved('a', 'a', 'title')], chains })).toEqual([2]);
});
