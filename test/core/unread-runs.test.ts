// S3: what becomes of shared orders while not all that a machine has run can be read.
import { expect, test } from 'vitest';
import { decide } from '../../src/core/decide/decide.ts';
import type { Assign, Order } from '../../src/core/model/orders/order.ts';
import { at, ended, journal, order, type SampleFleet, self, snapshot, view } from './samples.ts';

const busy = { document: { load: 2 } };

/** Of this machine 1, which is the freest of three, where not all runs of machine 2 can be read. */
function decided(assign: Assign, fleet: SampleFleet = {}, change: Partial<Order> = {}) {
  const machines = [view(1), view(2, busy), view(3, busy)];
  const seen = snapshot({ orders: [order('a', { assign, ...change })], machines, unreadRuns: new Set([2]), ...fleet });
  return decide(seen, journal(), self(), { now: at(0), fetchedAt: at(0), unplaced: new Map() });
}

const claims = (it: ReturnType<typeof decided>) => it.actions.filter(({ kind }) => kind === 'claim').length;

test.each<[what: string, assign: Assign]>([
  ['any', { kind: 'any' }],
  ['a list with it', { kind: 'list', of: [1, 2] }],
  ['a list with a name, which may have been its own', { kind: 'list', of: [1, 'pc'] }],
  ['a tag, which it may have had', { kind: 'match', tags: [], tool: null }],
])('S3 a shared order that it may have run is not claimed, and says why: %s', (_, assign) => {
  expect(claims(decided(assign, { unreadRuns: new Set() }))).toBe(1);
  const held = decided(assign);
  expect(held.actions).toEqual([]);
  expect(held.waiting).toMatchObject([{ order: 'a', state: 'BLOCKED', code: 'runsUnread' }]);
  expect(held.waiting[0]?.reason).toContain('2');
});

test('S3 nor is one that goes by the name of a machine, or by a route: both may have meant another one', () => {
  const machines = [view(1), view(2, busy), view(3, busy)];
  const byName = (fleet: SampleFleet) => decided({ kind: 'name', name: self().name }, { machines, ...fleet });
  expect(byName({ unreadRuns: new Set() }).actions).toMatchObject([{ kind: 'start' }]);
  expect(byName({})).toMatchObject({ actions: [], waiting: [{ state: 'BLOCKED', code: 'runsUnread' }] });
  const routed = decided({ kind: 'list', of: [1, 3] }, {}, { route: 'routed' });
  expect(routed).toMatchObject({ actions: [], waiting: [{ code: 'runsUnread' }] });
});

test('S3 other work goes on: what it was not meant for, what is for one machine, what has completed', () => {
  expect(claims(decided({ kind: 'list', of: [1, 3] }))).toBe(1);
  expect(decided({ kind: 'machine', machine: 1 }).actions).toMatchObject([{ kind: 'start' }]);
  const machines = [view(1), view(2), view(3, { results: { ended: [ended('a')] } })];
  expect(decided({ kind: 'any' }, { machines })).toMatchObject({ actions: [], waiting: [] });
});
