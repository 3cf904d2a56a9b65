// What a write leads to is told of the machine that is meant; where several are, of none before one of them has it.
import { expect, test } from 'vitest';
import type { Context } from '../../src/cli/context.ts';
import { consequence, warnUnsent } from '../../src/cli/output/consequence.ts';
import type { StatusOrder } from '../../src/core/model/status/status.ts';
import type { EditReport } from '../../src/operations/orders/edit-orders.ts';
import type { View } from '../../src/operations/sync/view.ts';

const AT = '2026-11-20T22:00:00.000Z';
const EARLIER = '2026-11-20T21:58:00.000Z';
const machine = (name: string, more = {}) => ({
  ...{ name, state: 'IDLE', lastSeen: AT, seq: 1, runs: [], heartbeat: '60s' },
  ...more,
});
const context = { nowMs: () => Date.parse(AT) } as unknown as Context;

test.each<[order: Partial<StatusOrder>, says: RegExp]>([
  [{ assign: '2 pc' }, /^placed x for 2 pc · last heard of just now · checks again within 72 s$/],
  [{ assign: '5 tv' }, /^placed x for 5 tv · last heard of just now · it sees this at its next sync$/],
  [{ assign: '6 box' }, /^placed x for 6 box · last heard of just now · it sees this at its next sync$/],
  [{ assign: '3 nas' }, /^placed x for 3 nas · last heard of 2 min ago · it sees this at its next sync$/],
  [{ assign: '4 vm' }, /^placed x for 4 vm · OFFLINE, last heard of 2 min ago · it sees this at its next sync$/],
  [{ assign: '2 or 1' }, /^placed x for 2 or 1$/],
  [{ assign: 'by routing: 2 pc' }, /^placed x for 2 pc · last heard of /],
  [{ assign: '2 or 1', machine: 2 }, /^placed x for 2 pc · last heard of /],
  [{ assign: 'any' }, /^placed x for any$/],
  [{ assign: '1 mac' }, /^placed x for 1 mac \(this machine\): QUEUED$/],
])('of %j', (order, says) => {
  const view = {
    ...{ updated: AT, sync: { lastHeard: {}, regular: [2, 3, 4, 6] }, self: { machine: 1 } },
    machines: {
      '1': machine('mac'),
      '2': machine('pc'),
      '3': machine('nas', { lastSeen: EARLIER }),
      '4': machine('vm', { lastSeen: EARLIER, state: 'OFFLINE' }),
      '5': machine('tv'),
      '6': machine('box', { back: true }),
    },
    orders: { x: { state: 'QUEUED', ...order } },
  } as unknown as View;
  expect(consequence(context, view, 'x', 'placed')).toMatch(says);
});

test('R3 an edit on a machine that has halted is not said to go with the next sync', () => {
  const notes: string[] = [];
  const sync = { duplicate: '0123456789abc', copied: false, removedBy: null, rewritten: null, trouble: null, boardRefused: null };
  const view = { self: { machine: 1, name: 'mac', remote: 'hub' }, sync };
  const report = { landed: false, unsigned: [], waitsFor: null, view, sync: { trouble: null } } as unknown as EditReport;
  const paint = { yellow: (text: string) => text };
  warnUnsent({ paint, note: (line: string) => void notes.push(line) } as unknown as Context, report);
  expect(notes).toEqual([
    expect.stringMatching(/^! saved here; it waits while this machine has halted: another folder .*: coord adopt, if/),
  ]);
});
