import { expect, test } from 'vitest';
import { changesBetween } from '../../src/server/stream/changes.ts';
import type { Sight } from '../../src/server/stream/stream-state.ts';

const order = (state: 'QUEUED' | 'COMPLETED') => ({ state, assign: 'any' });
const NONE: Sight = {
  orders: {},
  machines: {},
  instances: {},
  inbox: {},
  sent: {},
  needsYou: [],
  unsyncedSince: null,
  fleet: {},
};

test('what is new or different is told whole, what is gone by its id, and what is the same not at all', () => {
  const before = { ...NONE, orders: { a: order('QUEUED'), b: order('QUEUED'), c: order('QUEUED') } };
  const after = { ...NONE, orders: { a: order('QUEUED'), b: order('COMPLETED'), d: order('QUEUED') } };
  expect(changesBetween(before, after)).toEqual([
    { event: 'orders', changed: { b: order('COMPLETED'), d: order('QUEUED') }, removed: ['c'] },
  ]);
  expect(changesBetween(after, JSON.parse(JSON.stringify(after)))).toEqual([]);
});

test('each kind has an event of its own', () => {
  const after = {
    ...NONE,
    machines: { 1: {} },
    instances: { bot: {} },
    inbox: { '2.1': {} },
    sent: { x: {} },
    needsYou: [{ order: 'a', why: 'waits' }],
    unsyncedSince: '2026-11-20T22:00:00.000Z',
    fleet: { lastSync: null },
  } as unknown as Sight;
  expect(changesBetween(NONE, after).map(({ event }) => event)).toEqual([
    'machines',
    'inbox',
    'sent',
    'instances',
    'needs-you',
    'sync',
    'fleet',
  ]);
  expect(changesBetween(after, NONE)).toContainEqual({ event: 'sync', unsyncedSince: null });
});

test('an id such as constructor is an id', () => {
  const after = { ...NONE, orders: Object.assign(Object.create(null), { constructor: order('QUEUED') }) as Sight['orders'] };
  expect(changesBetween(NONE, after)).toMatchObject([{ event: 'orders', removed: [] }]);
  expect(changesBetween(after, NONE)).toMatchObject([{ event: 'orders', removed: ['constructor'] }]);
});
