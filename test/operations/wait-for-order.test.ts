// When waiting for an order is over though it has not ended: only a person can move it.
import { expect, test } from 'vitest';
import type { NeedsYou, StatusOrder } from '../../src/core/model/status/status.ts';
import { needsOf } from '../../src/operations/orders/wait-for-order.ts';

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
