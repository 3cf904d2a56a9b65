// What is said of a cancelled or removed order: of runs that are known, of what can still start before the remote knows, and of nothing else.
import { expect, test } from 'vitest';
import type { StatusOrder } from '../../src/core/model/status/status.ts';
import { cancelledWords, removedWords } from '../../src/operations/orders/taken-back.ts';
import type { View } from '../../src/operations/sync/view.ts';

const AT = '2026-11-20T22:00:00.000Z';
const order = (it: Partial<StatusOrder>): StatusOrder => ({ state: 'QUEUED', assign: 'any', ...it });
const pc = { name: 'pc', state: 'IDLE', lastSeen: AT, seq: 1, runs: [], heartbeat: '60s' };

function came(now: Partial<StatusOrder> | null, landed = true) {
  const orders = now === null ? {} : { x: order(now) };
  const view = { updated: AT, sync: { lastHeard: {}, regular: [] }, self: { machine: 1 }, machines: { '2': pc }, orders };
  return { view: view as unknown as View, landed };
}

const run = (state: StatusOrder['state'], attempt?: number) => ({ state, ...(attempt === undefined ? {} : { attempt }) });
const halfDone = { '1': run('COMPLETED', 1), '2': run('COMPLETED', 1), '3': run('QUEUED') };
const inProgress = (machine: number) => ({ state: 'IN_PROGRESS' as const, machine, attempt: 1 });
const cancelled = { state: 'CANCELLED' as const };

test.each<[what: string, before: Partial<StatusOrder>, now: Partial<StatusOrder>, landed: boolean, says: RegExp]>([
  ['waits', {}, cancelled, true, /^cancelled x: it will not start$/],
  ['waits, offline', {}, cancelled, false, /^cancelled x: it may still start until the remote knows$/],
  [
    'waits here alone, offline',
    { machine: 1 },
    cancelled,
    false,
    /^cancelled x: it may still start here until the remote knows$/,
  ],
  ['is not on main itself', { state: 'BLOCKED', code: 'heldBack' }, cancelled, false, /^cancelled x: it will not start$/],
  [
    'runs here, offline',
    inProgress(1),
    { ...cancelled, attempt: 1 },
    false,
    /^cancelled x: it runs on 1, and is stopped there once the remote knows$/,
  ],
  ['runs here', inProgress(1), { ...cancelled, attempt: 1 }, true, /^cancelled x: it was stopped here$/],
  ['runs on 2', inProgress(2), inProgress(2), true, /^cancelled x for 2 pc · it is stopped at that machine's next sync$/],
  ['runs on 2, offline', inProgress(2), inProgress(2), false, /it is stopped there once the remote knows$/],
  [
    'ended on 2 meanwhile',
    inProgress(2),
    { state: 'COMPLETED', machine: 2, attempt: 1 },
    true,
    /^x ended by itself: COMPLETED; it will not run again$/,
  ],
  [
    'its machine is lost, another was to take over',
    { machine: 2, attempt: 1 },
    { ...cancelled, machine: 2, attempt: 1, reason: 'lost with 2 pc' },
    true,
    /^cancelled x: it is CANCELLED, lost with 2 pc$/,
  ],
  [
    'for all, and nothing of it runs',
    { state: 'IN_PROGRESS', assign: 'all', machines: halfDone },
    { ...cancelled, reason: 'on 3', machines: { ...halfDone, '3': run('CANCELLED') } },
    true,
    /^cancelled x: it is CANCELLED, on 3$/,
  ],
  [
    'for all, and it runs on two',
    { state: 'IN_PROGRESS', machines: { '1': run('COMPLETED', 1), '2': run('IN_PROGRESS', 1), '3': run('IN_PROGRESS', 1) } },
    { state: 'IN_PROGRESS', machines: { '1': run('COMPLETED', 1), '2': run('IN_PROGRESS', 1), '3': run('IN_PROGRESS', 1) } },
    true,
    /^cancelled x: it runs on 2, 3, and is stopped there at their next sync$/,
  ],
  ['ended', { state: 'COMPLETED' }, { state: 'COMPLETED' }, true, /^x had ended already: COMPLETED; it will not run again$/],
  ['a schedule', { schedule: '0 3 * * *' }, cancelled, true, /^cancelled x: it will not run again$/],
  [
    'a schedule whose last run has ended',
    { schedule: '0 3 * * *', state: 'COMPLETED' },
    cancelled,
    true,
    /^cancelled x: it will not run again$/,
  ],
  ['a schedule, offline', { schedule: '0 3 * * *' }, cancelled, false, /^cancelled x: it may run again until the remote knows$/],
])('cancel: %s', (_what, before, now, landed, says) => {
  expect(cancelledWords(came(now, landed), 'x', order(before), 'cancelled x for 2 pc')).toMatch(says);
});

test.each<[what: string, before: Partial<StatusOrder>, landed: boolean, says: string]>([
  ['waits', {}, true, 'it was QUEUED'],
  ['waits, offline', { machine: 1 }, false, 'it was QUEUED; it may still start here until the remote knows'],
  ['a schedule, offline', { schedule: '0 3 * * *' }, false, 'it was QUEUED; it may still start until the remote knows'],
  ['ended, offline', { state: 'COMPLETED' }, false, 'it was COMPLETED'],
  ['runs here', inProgress(1), true, 'it was stopped here'],
  ['runs here, offline', inProgress(1), false, 'it runs on 1, which stops it once the remote knows'],
  ['runs on 2', inProgress(2), true, 'it runs on 2, which stops it at its next sync'],
  ['runs on 2, offline', inProgress(2), false, 'it runs on 2, which stops it once the remote knows'],
  [
    'for all, nothing runs',
    { state: 'IN_PROGRESS', reason: 'waits for 3', machines: halfDone },
    true,
    'it was IN_PROGRESS, waits for 3',
  ],
])('remove: %s', (_what, before, landed, says) => {
  expect(removedWords(came(null, landed), 'x', order(before))).toBe(`removed x from ORDERS.json · ${says}`);
});
