// What a sync brought from elsewhere: ends of orders by name, and that something else moved.
import { expect, test } from 'vitest';
import { syncLine } from '../../src/cli/commands/look/sync.ts';
import type { StatusOrder } from '../../src/core/model/status/status.ts';
import { type Came, cameBetween, NOTHING_CAME } from '../../src/operations/sync/came.ts';
import type { SyncReport } from '../../src/operations/sync/sync.ts';
import { order, viewOf } from '../cli/top-samples.ts';

const shown = (orders: Record<string, StatusOrder>) => viewOf({ orders });
const NONE = new Set<string>();

test('orders that ended elsewhere come with where, what failed first; what ended here is not news', () => {
  const before = shown({ good: order('IN_PROGRESS', { machine: 2 }), bad: order('QUEUED'), mine: order('IN_PROGRESS') });
  const after = shown({
    good: order('COMPLETED', { machine: 2 }),
    bad: order('FAILED', { machine: 3 }),
    mine: order('COMPLETED', { machine: 1 }),
  });
  expect(cameBetween(before, after, new Set(['mine']))).toEqual({
    ended: [
      { order: 'bad', state: 'FAILED', on: '3 box' },
      { order: 'good', state: 'COMPLETED', on: '2 pc' },
    ],
    changed: 0,
  });
  // A process that was killed may have seen the end here, and said nothing of it.
  expect(cameBetween(before, after, NONE)).toMatchObject({ ended: [{ order: 'bad' }, { order: 'good' }], changed: 1 });
  expect(cameBetween(after, after, NONE)).toEqual(NOTHING_CAME);
  expect(cameBetween(null, after, NONE)).toEqual(NOTHING_CAME);
});

test('O12, O19 what runs of a schedule or of an event here is not news, also of an order for all', () => {
  const [tick, alarm] = ['tick@20261120T0300Z', 'alarm@1T012345678901234567'];
  const ended = (finishedAt: string, more = {}) => order('COMPLETED', { finishedAt, ...more });
  const onMachines = (here: string, there: string) =>
    ended(here, { machines: { 1: { state: 'COMPLETED', finishedAt: here }, 2: { state: 'COMPLETED', finishedAt: there } } });
  const before = shown({ tick: ended('a', { machine: 2 }), alarm: onMachines('a', 'a') });
  const after = shown({ tick: ended('b', { machine: 1 }), alarm: onMachines('b', 'a') });
  expect(cameBetween(before, after, new Set([tick, alarm]))).toEqual(NOTHING_CAME);
  // Nothing of it ended elsewhere, whoever saw its end here.
  expect(cameBetween(before, after, NONE)).toEqual({ ended: [], changed: 2 });
  const there = shown({ tick: ended('b', { machine: 2 }), alarm: onMachines('a', 'b') });
  expect(cameBetween(before, there, NONE)).toMatchObject({
    ended: [{ order: 'tick' }, { order: 'alarm', on: null }],
    changed: 0,
  });
});

test('what a person has cancelled did not end elsewhere', () => {
  const before = shown({ a: order('QUEUED'), b: order('IN_PROGRESS', { machine: 2 }) });
  const after = shown({ a: order('CANCELLED'), b: order('CANCELLED', { machine: 2 }) });
  expect(cameBetween(before, after, NONE)).toEqual({ ended: [], changed: 2 });
});

test('an order that is new, gone or begun is a change; what time alone changes is none', () => {
  const before = shown({ a: order('QUEUED', { reason: 'for 5 min' }), b: order('QUEUED'), c: order('QUEUED') });
  const after = shown({
    a: order('QUEUED', { reason: 'for 6 min' }),
    b: order('IN_PROGRESS', { machine: 2 }),
    d: order('QUEUED'),
  });
  expect(cameBetween(before, after, NONE)).toEqual({ ended: [], changed: 3 });
});

test('coord sync says what came, and "nothing new" only where nothing did', () => {
  const line = (came: Came) =>
    syncLine({
      ...{
        started: [],
        stopped: [],
        finished: [],
        received: 0,
        woken: [],
        waiting: [],
        waitingEdits: new Map(),
        lostEdits: [],
        running: [],
        nextHere: async () => false,
        view: viewOf(),
        came: () => came,
      },
      ...{
        saved: null,
        trouble: null,
        policyProblem: null,
        cycles: 1,
        pushes: 0,
        byAnother: false,
        dryRun: false,
        leaving: null,
      },
    } satisfies SyncReport);
  expect(line(NOTHING_CAME)).toBe('nothing new');
  expect(line({ ended: [], changed: 2 })).toBe('synced');
  const ended = ['a', 'b', 'c', 'd'].map((id) => ({ order: id, state: 'COMPLETED' as const, on: id === 'a' ? '3 vm' : null }));
  expect(line({ ended, changed: 0 })).toBe('synced · ended elsewhere: a COMPLETED on 3 vm, b COMPLETED, c COMPLETED and 1 more');
});
