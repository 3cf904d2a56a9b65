// What a scheduled order shows, from documents alone (D6).
import { expect, test } from 'vitest';
import type { Order } from '../../src/core/model/orders/order.ts';
import { scheduleStatus } from '../../src/core/status/schedule-status.ts';
import { ended, order, view } from './samples.ts';

const schedule = { line: '0 3 * * *', timezone: 'Europe/Berlin', overlap: 'skip' as const, newestAt: () => null };
const nightly = (change: Partial<Order> = {}) => ({ ...order('nightly', change), schedule });
const FIRST = 'nightly@20261119T0200Z';
const SECOND = 'nightly@20261120T0200Z';
const running = { order: SECOND, generation: 1, attempt: 1, startedAt: '2026-11-20T02:00:01.000Z' };
const waiting = {
  order: SECOND,
  generation: 1,
  state: 'BLOCKED' as const,
  reason: 'not allowed; on m1: coord allow shell',
};

function status(change: Partial<Order>, ...machines: readonly ReturnType<typeof view>[]) {
  return scheduleStatus(nightly(change), new Map(machines.map((it) => [it.document.machine, it])));
}

test.each([
  ['none has run', {}, {}, { state: 'QUEUED', reason: 'by its schedule' }],
  ['cancelled', { cancelled: true }, { ended: [ended(FIRST)] }, { state: 'CANCELLED' }],
  [
    'completed',
    {},
    { ended: [ended(FIRST), ended(SECOND)] },
    { state: 'COMPLETED', reason: 'last 2026-11-20 02:00 UTC on 1 m1' },
  ],
  [
    'failed',
    {},
    { ended: [ended(FIRST, { state: 'FAILED', reason: 'timed out', exitCode: null })] },
    { state: 'FAILED', reason: '2026-11-19 02:00 UTC on 1 m1; timed out' },
  ],
  ['runs', {}, { running: [running], ended: [ended(FIRST)] }, { state: 'IN_PROGRESS', reason: '2026-11-20 02:00 UTC on 1 m1' }],
  [
    'the next one is blocked',
    {},
    { waiting: [waiting], ended: [ended(FIRST)] },
    { state: 'BLOCKED', reason: `2026-11-20 02:00 UTC on 1 m1; ${waiting.reason}` },
  ],
  ['raised, and not run yet', { generation: 2 }, { ended: [ended(FIRST)] }, { state: 'QUEUED', generation: 2 }],
])('%s', (_what, change, results, expected) => {
  expect(status(change, view(1, { results }))).toMatchObject({ schedule: '0 3 * * * Europe/Berlin', ...expected });
});

test('the last ten, the newest first, also of a lower generation', () => {
  const runs = Array.from({ length: 12 }, (_, day) => ended(`nightly@202611${10 + day}T0200Z`, { exitCode: day === 11 ? 3 : 0 }));
  const { lastRuns = [] } = status({ generation: 2 }, view(1, { results: { ended: runs } }));
  expect(lastRuns).toHaveLength(10);
  expect(lastRuns[0]).toMatchObject({ due: '2026-11-21T02:00:00.000Z', state: 'COMPLETED', machine: 1, exitCode: 3 });
});

test('for all: each machine shows its own newest, and one that has just joined none', () => {
  const all = { assign: { kind: 'all' as const } };
  const done = view(1, { results: { ended: [ended(FIRST), ended(SECOND)] } });
  const behind = view(2, { results: { ended: [ended(FIRST, { state: 'FAILED', exitCode: 1 })] } });
  const shown = status(all, done, behind, view(3));
  expect(shown).toMatchObject({
    state: 'FAILED',
    machines: { 1: { state: 'COMPLETED' }, 2: { state: 'FAILED' }, 3: { state: 'QUEUED' } },
  });
  expect(status(all, done, view(3))).toMatchObject({ state: 'COMPLETED', reason: 'last 2026-11-20 02:00 UTC' });
  expect(status(all, view(1), view(3))).toMatchObject({ state: 'QUEUED', reason: 'by its schedule' });
});
