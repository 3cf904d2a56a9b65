import { expect, test } from 'vitest';
import type { StatusDocument, StatusOrder } from '../../src/core/model/status/status.ts';
import { basisOf, renderStatus } from '../../src/documents/board/status.ts';
import { cappedStatus } from '../../src/documents/board/status-cap.ts';
import { isTooLarge } from '../../src/documents/text/limits.ts';

const EMPTY: StatusDocument = {
  version: 1,
  updated: '2026-11-20T22:00:00.000Z',
  sources: 'abc',
  summary: {
    ...{ machines: 0, online: 0, queued: 0, assigned: 0, inProgress: 0 },
    ...{ completed: 0, failed: 0, blocked: 0, cancelled: 0, unread: 0 },
  },
  machines: {},
  orders: {},
  needsYou: [],
  faults: [],
};
const time = (at: number) => new Date(Date.UTC(2026, 0, 1) + at * 60_000).toISOString();

test('D8 a status that finds room is said whole', () => {
  expect(cappedStatus(EMPTY)).toBe(EMPTY);
});

test('D8 10,000 failed orders with tails, and as many faults: below 1 MiB; open and newest stay', () => {
  const failed = (at: number): StatusOrder => ({
    assign: 'any',
    state: 'FAILED',
    tail: 'füüü✕'.repeat(80),
    finishedAt: time(at),
  });
  const orders = Object.fromEntries([
    ...Array.from({ length: 10_000 }, (_, at): [string, StatusOrder] => [`o${at}`, failed(at)]),
    ['open', { assign: 'any', state: 'QUEUED', reason: 'waits' } satisfies StatusOrder],
  ]);
  const needsYou = Object.keys(orders).map((order) => ({
    code: 'order' as const,
    order,
    why: `failed; to run it again: coord retry ${order}`,
  }));
  const faults = needsYou.map(({ why }) => ({ document: 'ORDERS.json', message: why, level: 'fault' as const }));
  const capped = cappedStatus({ ...EMPTY, orders, needsYou, faults });
  const text = renderStatus(capped);
  expect(isTooLarge(text)).toBe(false);
  expect(basisOf(text).sources).toBe('abc');
  const kept = Object.keys(capped.orders);
  expect(kept.slice(-2)).toEqual(['o9999', 'open']);
  expect(kept.length).toBeGreaterThan(500);
  // The newest, as they are listed, and none between.
  expect(kept[0]).toBe(`o${10_001 - kept.length}`);
  expect(JSON.parse(text).leftOut).toEqual({
    orders: 10_001 - kept.length,
    needsYou: 10_001 - capped.needsYou.length,
    faults: 10_001 - capped.faults.length,
  });
  expect(capped.needsYou[0]).toEqual(needsYou[0]);
});
