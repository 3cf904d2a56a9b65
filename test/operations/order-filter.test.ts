import { expect, test } from 'vitest';
import type { StatusOrder } from '../../src/core/model/status/status.ts';
import { isWanted, machineFor, statesOf } from '../../src/operations/orders/order-filter.ts';

const machines = { '1': { name: 'mac', state: 'IDLE' }, '2': { name: 'pc', state: 'LEFT' } } as never;
const pc = machineFor('PC', { machines });
const order = (more: Partial<StatusOrder>): StatusOrder => ({ assign: 'any', state: 'QUEUED', ...more });

test.each<[order: Partial<StatusOrder>, isFor: boolean]>([
  [{ assign: '2 pc' }, true],
  [{ assign: 'PC' }, true],
  [{ assign: 'by routing: 1 or 2' }, true],
  [{ assign: 'all' }, true],
  [{ assign: 'any' }, false],
  [{ assign: '12 pc2' }, false],
  [{ assign: 'gpu + pc' }, false],
  [{ machine: 2 }, true],
  [{ assign: '1 mac', machine: 1, machines: { '2': { state: 'FAILED' } } }, true],
  [{ assign: '1 mac', lastRuns: [{ due: '', state: 'FAILED', machine: 2 }] }, true],
])('an order is for a machine that has it, or that its words name: %j', (more, isFor) => {
  expect(isWanted(order(more), { states: null, machine: pc, since: null })).toBe(isFor);
});

test.each<[order: Partial<StatusOrder>, isShown: boolean]>([
  [{ state: 'COMPLETED', finishedAt: '2026-11-19T23:59:59.000Z' }, false],
  [{ state: 'COMPLETED', finishedAt: '2026-11-20T00:00:00.000Z' }, true],
  [{ state: 'COMPLETED', machines: { '1': { state: 'COMPLETED', finishedAt: '2026-11-21T00:00:00.000Z' } } }, true],
  [{ state: 'QUEUED', finishedAt: '2026-11-19T00:00:00.000Z' }, true],
  [{ state: 'CANCELLED' }, true],
])('since: not what ended before; what goes on, and what nobody knows the end of, is shown: %j', (more, isShown) => {
  expect(isWanted(order(more), { states: null, machine: null, since: '2026-11-20T00:00:00Z' })).toBe(isShown);
});

test('states and machines are checked, and the error names what there is', () => {
  expect(statesOf('failed, In-Progress', 'x')).toEqual(['FAILED', 'IN_PROGRESS']);
  expect(() => statesOf('failed,', 'x')).toThrow('no state ""; expected one of queued, assigned, in_progress,');
  expect(() => machineFor('moon', { machines })).toThrow('no machine "moon" in this fleet; expected one of 1 mac, 2 pc');
});
