// O19: what a machine that sees a trigger for the first time takes for old, and what came after it all the same.
import { expect, test } from 'vitest';
import { watchedBy } from '../../src/core/decide/order-events.ts';
import { seeSchedules } from '../../src/core/decide/schedules-seen.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { Order } from '../../src/core/model/orders/order.ts';
import { OCCURRENCES_KEPT } from '../../src/core/runs/journal-retention.ts';
import { eventOccurrenceId } from '../../src/core/runs/occurrence-name.ts';
import { at, ended, journal, order, type SampleFleet, snapshot } from './samples.ts';
import { backup, before, failure, fleetOf, looked, open, others, trigger } from './trigger-samples.ts';

test('O19.14: an end whose run began where the trigger was known came after it, also for a first look', () => {
  const watched = ['alarm@1'];
  const quick = fleetOf(others(failure({ watched })));
  const [event] = open(looked([quick]));
  expect(event).toMatchObject({ run: { order: 'backup', generation: 1, attempt: 1 }, machine: 2 });
  expect(open(looked([fleetOf(others(failure({ watched: ['alarm@2', 'other@1'] })))]))).toEqual([]);
  // Another generation of the trigger has its own.
  const raised = fleetOf(others(failure({ watched })), trigger({ generation: 2 }), backup());
  expect(open(looked([before, raised]))).toEqual([]);
  const next = fleetOf(others(failure({ watched: ['alarm@2'] })), trigger({ generation: 2 }), backup());
  expect(open(looked([before, next]))).toHaveLength(1);
  // What was done is not done again: by a new folder of this machine, or by one that all machines share.
  expect(open(looked([quick], journal({ ended: [ended(event?.id ?? '')] })))).toEqual([]);
  const cancelled = fleetOf(others(failure({ watched })), trigger({ cancelled: true }), backup());
  expect(open(looked([cancelled, quick]))).toEqual([]);
});

test('O19.14: a machine that joined after the trigger for all passes over what was before it', () => {
  const all = fleetOf(others(failure({ watched: ['alarm@1'] })), trigger({ assign: { kind: 'all' } }), backup());
  expect(open(looked([all], journal({ before: ['alarm@1'] })))).toEqual([]);
  expect(open(looked([all]))).toHaveLength(1);
});

test('O19.9: a first look begins nothing where more was done than is remembered', () => {
  const done = Array.from({ length: OCCURRENCES_KEPT }, (_, at) => ended(eventOccurrenceId('alarm', `x${at}`, 1)));
  const quick = fleetOf(others(failure({ watched: ['alarm@1'] })));
  expect(open(looked([quick], journal({ ended: done })))).toEqual([]);
  expect(open(looked([quick], journal({ ended: done.slice(1) })))).toHaveLength(1);
});

test('O19.9: a raised trigger takes what came after it, however much was done before that is known here', () => {
  const done = Array.from({ length: OCCURRENCES_KEPT }, (_, at) => ended(eventOccurrenceId('alarm', `x${at}`, 1)));
  const told = (...runs: ReturnType<typeof ended>[]) => others(...done, ...runs);
  const known = looked([fleetOf(told()), fleetOf(told())]);
  const raised = fleetOf(told(failure({ watched: ['alarm@2'] })), trigger({ generation: 2 }), backup());
  expect(open(looked([raised], known))).toHaveLength(1);
  // Who knows none of it was away too long.
  expect(open(looked([raised]))).toEqual([]);
});

test('D4.5, O19.6 an entry without a readable id keeps no trigger from its events, and removes none', () => {
  const slip = { id: null, reason: 'x' };
  const state = looked([before]);
  expect(open(looked([{ ...fleetOf(others(failure())), refused: [slip] }], state))).toHaveLength(1);
  const gone: SampleFleet = { orders: [backup()], refused: [slip], machines: others(failure()) };
  expect(looked([gone], state).triggers).toBe(state.triggers);
});

test('D4.5, O12.3 nor does it keep a schedule that is placed meanwhile from being known', () => {
  const schedule = { line: '* * * * *', timezone: 'UTC', overlap: 'skip', newestAt: () => null } as const;
  const nightly = (id: string) => order(id, { schedule });
  const seen = (state: JournalState, ...orders: Order[]) =>
    Object.keys(seeSchedules(state, snapshot({ orders, refused: [{ id: null, reason: 'x' }] }), at(0)).schedules).sort();
  const known = seeSchedules(journal(), snapshot({ orders: [nightly('old')] }), at(0));
  expect(seen(known, nightly('new'))).toEqual(['new', 'old']);
});

test('O19.14: a run says which triggers wait for its end as it begins', () => {
  const steps = [backup({ id: 'login.1' }), backup({ id: 'login.2' })];
  const chain = { id: 'login', title: null, after: [], cancelled: false, steps: [{ id: 'login.1', name: '1' }] };
  const list = [
    trigger(),
    trigger({ id: 'late', cancelled: true }),
    trigger({ id: 'whole', generation: 3 }, { kind: 'failed', of: 'login' }),
    trigger({ id: 'lost' }, { kind: 'lost', of: 'backup' }),
    ...steps,
  ];
  const shown = snapshot(fleetOf(others(), ...list));
  const fleet = { ...shown, orders: { ...shown.orders, chains: [chain] } };
  expect(watchedBy('backup@20261120T0300Z', fleet)).toEqual({ watched: ['alarm@1'] });
  expect(watchedBy('login.1', fleet)).toEqual({ watched: ['whole@3'] });
  expect(watchedBy('login.2', fleet)).toEqual({});
});
