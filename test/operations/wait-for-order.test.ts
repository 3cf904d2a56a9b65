// When waiting for an order is over though it has not ended: only a person can move it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Json, PersonEdit } from '../../src/core/model/ledger/intention.ts';
import type { NeedsYou, StatusOrder } from '../../src/core/model/status/status.ts';
import { endHereWords, isOtherNow, markOf, needsOf, outOfTime } from '../../src/operations/orders/wait-for-order.ts';
import { newsOrPause } from '../../src/operations/sync/news.ts';
import { VIEW_FORM } from '../../src/operations/sync/view.ts';

const order = (state: StatusOrder['state'], more: Partial<StatusOrder> = {}): StatusOrder => ({ assign: '2 pc', state, ...more });
const orders = {
  approval: order('BLOCKED', { reason: 'waits for approval; coord approve approval' }),
  unreadable: order('BLOCKED', { reason: 'unknown field "aproval"' }),
  waits: order('BLOCKED', { reason: 'waits for build', after: ['build'] }),
  build: order('IN_PROGRESS'),
  behind: order('BLOCKED', { reason: 'waits for approval', after: ['build', 'approval'] }),
  failed: order('FAILED'),
  after: order('BLOCKED', { reason: 'failed FAILED', after: ['failed'] }),
  one: order('BLOCKED', { reason: 'a circle', after: ['other'] }),
  other: order('BLOCKED', { reason: 'a circle', after: ['one'] }),
  offline: order('IN_PROGRESS'),
  chain: order('BLOCKED', { steps: ['chain.1', 'chain.2'], at: 'chain.2' }),
  'chain.2': order('BLOCKED', { reason: 'asks', after: ['chain.1'] }),
};
const needsYou: NeedsYou[] = [
  { code: 'order', order: 'approval', why: 'waits for approval; coord approve approval' },
  { code: 'order', order: 'failed', why: 'FAILED; coord retry failed' },
  { code: 'offline', order: 'offline', machine: 2, why: '2 pc is offline; start it' },
  { code: 'order', order: 'chain.2', why: 'asks which port; coord answer chain.2' },
];

test.each<[id: string, needs: string | null]>([
  ['approval', 'waits for approval; coord approve approval'],
  ['unreadable', 'unknown field "aproval"'],
  ['waits', null],
  ['behind', 'approval is BLOCKED: waits for approval; coord approve approval'],
  ['after', 'failed is FAILED: FAILED; coord retry failed'],
  ['one', null],
  ['offline', null],
  ['chain', 'asks which port; coord answer chain.2'],
  ['nobody', null],
])('O4a who waits for %s is told what a person has to do, if only a person can move it', (id, needs) => {
  expect(needsOf({ orders, needsYou }, id)).toBe(needs);
});

const set = (id: string, field: string, value: Json): PersonEdit => ({ kind: 'set', id, field, value });

test.each<[what: string, state: StatusOrder['state'], edits: readonly PersonEdit[], words: string | null]>([
  ['cancelled here', 'CANCELLED', [set('mine', 'cancelled', true)], 'it is cancelled here, and the remote does not know yet'],
  [
    'cancelled with others',
    'CANCELLED',
    [
      {
        kind: 'change',
        id: 'x',
        fields: [],
        also: [{ kind: 'change', id: 'mine', fields: [set('mine', 'cancelled', true)] }],
      } as PersonEdit,
    ],
    'it is cancelled here, and the remote does not know yet',
  ],
  [
    'changed after it',
    'COMPLETED',
    [set('mine', 'title', 'New')],
    'it is COMPLETED, and what was changed of it here is not on the remote yet',
  ],
  ['known to all', 'CANCELLED', [set('theirs', 'cancelled', true)], null],
  ['under way', 'IN_PROGRESS', [set('mine', 'cancelled', true)], null],
])('D5 an end that only this machine knows is told as such: %s', (_, state, pendingEdits, words) => {
  expect(endHereWords('mine', order(state), pendingEdits)).toBe(words);
  const { code, message } = outOfTime('mine', words);
  expect(code).toBe('TIMEOUT');
  expect(message).toBe(words === null ? 'order mine has not ended in time; it stays in ORDERS.json' : `order mine: ${words}`);
});

test('H3 who waits looks at once when another process here has news of the order, and not before', async () => {
  const root = mkdtempSync(join(tmpdir(), 'coord-wait-'));
  const view = join(root, 'view.json');
  const leave = (state: StatusOrder['state'], other: StatusOrder['state']) =>
    writeFileSync(view, JSON.stringify({ form: VIEW_FORM, orders: { mine: order(state), theirs: order(other) } }));
  leave('IN_PROGRESS', 'IN_PROGRESS');
  let isOver = false;
  const pause = { path: view, pauseMs: 600_000, signal: undefined };
  const isNews = () => isOtherNow({ view }, 'mine', markOf(order('IN_PROGRESS')));
  const waiting = newsOrPause({ ...pause, isNews }).then(() => {
    isOver = true;
  });
  for (const text of ['', '{', null]) {
    if (text === null) leave('IN_PROGRESS', 'COMPLETED');
    else writeFileSync(view, text);
    await delay(1_100);
    expect(isOver).toBe(false);
  }
  leave('COMPLETED', 'COMPLETED');
  await waiting;
  const beganMs = performance.now();
  await newsOrPause({ ...pause, pauseMs: 1_500, isNews: null });
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(1_499);
  await newsOrPause({ ...pause, path: join(root, 'none'), pauseMs: 300, isNews });
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(1_798);
  rmSync(root, { recursive: true });
});
