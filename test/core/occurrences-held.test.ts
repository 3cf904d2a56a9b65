// O12: what holds back the occurrence of a schedule, and what does not: one thing more or less at a time.
import { expect, test } from 'vitest';
import { contextOf } from '../../src/core/decide/decision-context.ts';
import { withOccurrences } from '../../src/core/decide/due-occurrences.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import { claimName } from '../../src/core/model/orders/claim.ts';
import type { Order, Schedule } from '../../src/core/model/orders/order.ts';
import type { EndedRun } from '../../src/core/model/orders/run.ts';
import { because } from '../../src/core/orders/reason-words.ts';
import { OCCURRENCES_KEPT } from '../../src/core/runs/journal-retention.ts';
import { occurrenceId } from '../../src/core/runs/occurrence-name.ts';
import { at, ended, journal, order, type SampleFleet, self, snapshot, T0, T0_MS, view } from './samples.ts';

const HOUR_MS = 3_600_000;

/** Every hour, on the hour, for anybody; the world begins at 22:00. */
function hourly(change: Partial<Order> = {}, overlap: Schedule['overlap'] = 'skip'): Order {
  const newestAt = (nowMs: number) => Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const schedule = { line: '0 * * * *', timezone: 'UTC', overlap, newestAt };
  return order('job', { assign: { kind: 'any' }, schedule, ...change });
}

const id = (hours: number) => occurrenceId('job', T0_MS + hours * HOUR_MS);
const time = (hours: number) => new Date(T0_MS + hours * HOUR_MS).toISOString();
const end = (hours: number, change: Partial<EndedRun> = {}) => ended(id(hours), { finishedAt: time(hours), ...change });
const run = (hours: number, generation = 1) => ({ order: id(hours), generation, attempt: 1, startedAt: T0 });

function expanded(fleet: SampleFleet, hours: number, state: Partial<JournalState> = {}) {
  const now = at(hours * HOUR_MS);
  const schedules = { job: { of: 'UTC 0 * * * *', generation: 1, sinceMs: T0_MS - 1000 * HOUR_MS } };
  const context = contextOf(snapshot(fleet), journal({ schedules, ...state }), self(), {
    now,
    fetchedAt: now,
    unplaced: new Map(),
  });
  return withOccurrences(context);
}

const due = (...of: Parameters<typeof expanded>) => expanded(...of).orders.map((it) => it.id);

test('O12.10 a shared schedule goes on once as many runs are told as are remembered', () => {
  const past = Array.from({ length: OCCURRENCES_KEPT + 5 }, (_, hour) => end(hour));
  const machines = [view(1), view(2, { results: { ended: past } })];
  expect(due({ orders: [hourly()], machines }, 50)).toEqual([id(50)]);
});

test('O12.5, O8 what runs holds back the next, also where the generation was raised or lowered since', () => {
  const runs = (generation: number) => [view(1), view(2, { results: { running: [run(3, generation)] } })];
  for (const generation of [2, 3, 4]) {
    const fleet = { orders: [hourly({ generation }, 'queue')], machines: runs(3) };
    expect(due(fleet, 5), `${generation}`).not.toContain(id(5));
  }
});

test('O12.5 with queue the machine that runs the earlier one says that the next waits; with skip nobody', () => {
  const elsewhere = [view(1), view(2, { results: { running: [run(3)] } })];
  const here = { active: [{ ...run(3), key: 'k', stop: null }] };
  expect(expanded({ orders: [hourly({}, 'queue')] }, 5, here).waiting).toMatchObject([{ order: id(5) }]);
  expect(expanded({ orders: [hourly({}, 'queue')], machines: elsewhere }, 5).waiting).toEqual([]);
  expect(expanded({ orders: [hourly()] }, 5, here).waiting).toEqual([]);
});

test('O12.4 a claim of when it was shared counts for nothing once it is for all', () => {
  const claim = { ...run(6), machine: 2, instance: 'instance-2', commit: 'c', nonce: 'n', attempts: 1, leaseMs: 1e6 };
  const fleet = { machines: [view(1), view(2)], claims: new Map([[claimName(claim), claim]]) };
  expect(due({ ...fleet, orders: [hourly({ assign: { kind: 'all' } })] }, 5.9)).toEqual([id(5)]);
});

test('O12.5 a run that is lost holds back none, so the schedule goes on', () => {
  const machines = [view(1), view(2, { document: { state: 'LEFT' }, results: { running: [run(3)] } })];
  expect(due({ orders: [hourly()], machines }, 5)).toEqual([id(5)]);
});

test.each<[what: string, change: Partial<EndedRun>, made: number]>([
  ['just as the next came due: that one is left out', { finishedAt: time(5) }, 3],
  ['a moment before: it is made', { finishedAt: time(5 - 1 / HOUR_MS) }, 5],
  ['by a clock 15 minutes ahead of this one: left out', { finishedAt: time(5.25) }, 3],
  ['by one further ahead: it counts for nothing', { finishedAt: time(5.26) }, 5],
  [
    'after a claim that was never used: it counts for nothing',
    { finishedAt: time(5), state: 'FAILED', ...because.declined() },
    5,
  ],
])('O12.6, O12.7 with skip, the earlier one ended %s', (_, change, made) => {
  const machines = [view(1), view(2, { results: { ended: [end(3, change)] } })];
  expect(due({ orders: [hourly()], machines }, 5)).toEqual([id(made)]);
});

test('O17.13 a session on a machine that is lost holds back no occurrence', () => {
  const asked = end(5, { outputs: { agent: 'claude', session: 's1', question: 'Which?' }, state: 'FAILED', asks: true });
  const can = { tools: ['claude'], allows: ['agent' as const] };
  const work = { kind: 'agent', agent: 'claude', prompt: 'x' } as const;
  const machines = [view(1, { document: can }), view(2, { document: can, results: { ended: [asked] } })];
  const fleet = { orders: [hourly({ work, generation: 2, resume: 'This one.' })], machines };
  const lane = (atMs: number) => ({ observed: { 2: { commit: 'lane-2', beat: 1, at: at(atMs) } } });
  expect(due(fleet, 6, lane(6 * HOUR_MS))).toEqual([id(5)]);
  expect(due(fleet, 6, lane(5 * HOUR_MS))).toEqual([id(6)]);
});
