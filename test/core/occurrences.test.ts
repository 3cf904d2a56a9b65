// Which occurrence of a schedule is this machine's business now: a table of what it knows, what others say, and what its clock shows.
import { describe, expect, test } from 'vitest';
import { decide } from '../../src/core/decide/decide.ts';
import { contextOf } from '../../src/core/decide/decision-context.ts';
import { withOccurrences } from '../../src/core/decide/due-occurrences.ts';
import { seeSchedules } from '../../src/core/decide/schedules-seen.ts';
import type { JournalState, ScheduleSeen } from '../../src/core/model/ledger/journal.ts';
import { type ClaimView, claimName, type OwnClaim } from '../../src/core/model/orders/claim.ts';
import type { Order, Schedule } from '../../src/core/model/orders/order.ts';
import type { EndedRun, RunningRun } from '../../src/core/model/orders/run.ts';
import { because } from '../../src/core/orders/reason-words.ts';
import { forget, OCCURRENCES_KEPT, remember } from '../../src/core/runs/journal-retention.ts';
import { dueMs, listedId, occurrenceId } from '../../src/core/runs/occurrence-name.ts';
import { at, ended, journal, order, type SampleFleet, self, snapshot, T0_MS, view } from './samples.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Every hour, on the hour; the world begins at 22:00. */
function hourly(change: Partial<Order> = {}, overlap: Schedule['overlap'] = 'skip'): Order {
  const newestAt = (nowMs: number) => Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  return order('job', { schedule: { line: '0 * * * *', timezone: 'UTC', overlap, newestAt }, ...change });
}

const id = (hours: number) => occurrenceId('job', T0_MS + hours * HOUR_MS);
const SEEN: ScheduleSeen = { of: 'UTC 0 * * * *', generation: 1, sinceMs: T0_MS - 10 * DAY_MS };
const knowing = (change: Partial<JournalState> = {}) => journal({ schedules: { job: SEEN }, ...change });
const time = (hours: number) => new Date(T0_MS + hours * HOUR_MS).toISOString();
const end = (hours: number, change: object = {}) => ended(id(hours), { finishedAt: time(hours + 1 / 60), ...change });

function expanded(fleet: SampleFleet, state: JournalState, nowMs: number) {
  const now = at(nowMs);
  const context = contextOf(snapshot(fleet), state, self(), { now, fetchedAt: now, unplaced: new Map() });
  return withOccurrences(context);
}

const due = (fleet: SampleFleet, state: JournalState, nowMs: number) => expanded(fleet, state, nowMs).orders.map((it) => it.id);

test('an occurrence is named after its minute', () => {
  expect(id(5)).toBe('job@20261121T0300Z');
  expect([dueMs(id(5)), listedId(id(5))]).toEqual([T0_MS + 5 * HOUR_MS, 'job']);
  expect([dueMs('job'), listedId('job'), dueMs('job@1'), listedId('job@1')]).toEqual([null, 'job', null, 'job@1']);
  expect(dueMs('job@20261399T9900Z')).toBe(null);
});

test('a template is replaced by what is due, with all its other fields', () => {
  const [made] = expanded({ orders: [hourly({ attempts: 3, priority: 'high' }), order('other')] }, knowing(), 5 * HOUR_MS).orders;
  expect(made).toEqual({ ...hourly({ attempts: 3, priority: 'high' }), id: id(5), schedule: null });
  const { actions } = decide(snapshot({ orders: [hourly()] }), knowing(), self(), {
    now: at(5 * HOUR_MS),
    fetchedAt: at(5 * HOUR_MS),
    unplaced: new Map(),
  });
  expect(actions).toMatchObject([{ kind: 'start', order: { id: id(5) }, attempt: 1 }]);
});

describe('what is not made', () => {
  test('anything, while the schedule is not known, or up to then', () => {
    expect(due({ orders: [hourly()] }, journal(), 5 * HOUR_MS)).toEqual([]);
    const since = (sinceMs: number) => knowing({ schedules: { job: { ...SEEN, sinceMs: T0_MS + sinceMs } } });
    expect(due({ orders: [hourly()] }, since(5 * HOUR_MS), 5.9 * HOUR_MS)).toEqual([]);
    expect(due({ orders: [hourly()] }, since(5 * HOUR_MS - 1), 5.9 * HOUR_MS)).toEqual([id(5)]);
  });

  test('what is older than one that is known; that one stays, for its other attempts', () => {
    const machines = [view(1), view(2, { results: { ended: [end(5)] } })];
    expect(due({ orders: [hourly()], machines }, knowing(), 5.1 * HOUR_MS)).toEqual([id(5)]);
    // By a clock that is a little behind.
    expect(due({ orders: [hourly()], machines }, knowing(), 4.95 * HOUR_MS)).toEqual([id(5)]);
  });

  test('with skip, what came due while an earlier one ran; a run that was cut off counts for nothing', () => {
    const late = (change: object = {}) => [
      view(1),
      view(2, { results: { ended: [end(3, { finishedAt: new Date(T0_MS + 5.5 * HOUR_MS).toISOString(), ...change })] } }),
    ];
    expect(due({ orders: [hourly()], machines: late() }, knowing(), 5.6 * HOUR_MS)).toEqual([id(3)]);
    expect(due({ orders: [hourly()], machines: late() }, knowing(), 6 * HOUR_MS)).toEqual([id(6)]);
    expect(due({ orders: [hourly({}, 'queue')], machines: late() }, knowing(), 5.6 * HOUR_MS)).toEqual([id(5)]);
    const cut = late({ state: 'FAILED', reason: 'interrupted' });
    expect(due({ orders: [hourly()], machines: cut }, knowing(), 5.6 * HOUR_MS)).toEqual([id(5)]);
    // By a clock that is years ahead.
    const wrong = late({ finishedAt: '2031-01-01T00:00:00.000Z' });
    expect(due({ orders: [hourly()], machines: wrong }, knowing(), 5.6 * HOUR_MS)).toEqual([id(5)]);
  });

  test('anything while an earlier one runs; queue: said by the machine that runs it', () => {
    const running = { order: id(3), generation: 1, attempt: 1, startedAt: '2026-11-21T01:00:00.000Z' };
    const machines = [view(1), view(2, { results: { running: [running] } })];
    expect(expanded({ orders: [hourly()], machines }, knowing(), 5 * HOUR_MS)).toMatchObject({
      orders: [{ id: id(3) }],
      waiting: [],
    });
    const here = knowing({ active: [{ ...running, key: 'k', stop: null }] });
    expect(expanded({ orders: [hourly({}, 'queue')] }, here, 5 * HOUR_MS)).toMatchObject({
      orders: [{ id: id(3) }],
      waiting: [{ order: id(5), state: 'ASSIGNED', reason: 'waits for the occurrence of 2026-11-21 01:00 UTC' }],
    });
  });

  test('for all, only what this machine itself did counts', () => {
    const machines = [view(1), view(2, { results: { ended: [end(5)] } })];
    const all = hourly({ assign: { kind: 'all' } });
    const mine = knowing({ ended: [end(3)] });
    expect(due({ orders: [all], machines }, mine, 5.1 * HOUR_MS)).toEqual([id(5)]);
    expect(due({ orders: [all], machines }, mine, 4.95 * HOUR_MS)).toEqual([id(4)]);
  });

  test('what is far ahead of this clock counts for nothing (D7)', () => {
    const machines = [view(1), view(2, { results: { ended: [end(72), end(4)] } })];
    expect(due({ orders: [hourly()], machines }, knowing(), 5 * HOUR_MS)).toEqual([id(5)]);
    // A shared one, if all that is remembered is ahead: this clock is behind, and what it names may have run.
    const ahead = Array.from({ length: OCCURRENCES_KEPT }, (_, hour) => end(100 + hour));
    const shared = hourly({ assign: { kind: 'any' } });
    const fleet = { orders: [shared], machines: [view(1), view(2, { results: { ended: ahead } })] };
    expect(due(fleet, knowing(), 5 * HOUR_MS)).toEqual([]);
    expect(due({ ...fleet, orders: [hourly()] }, knowing(), 5 * HOUR_MS)).toEqual([id(5)]);
  });

  test('O12: what is far ahead of this clock and runs here: a clock that was set back begins none beside it', () => {
    const running = { order: id(72), generation: 1, attempt: 1, startedAt: '2026-11-23T22:00:00.000Z' };
    const here = knowing({ active: [{ ...running, key: 'k', stop: null }] });
    for (const change of [{}, { assign: { kind: 'any' } }, { assign: { kind: 'all' } }] as const)
      expect(due({ orders: [hourly(change)] }, here, 5 * HOUR_MS)).toEqual([id(72)]);
    // Once it has ended, and where another machine runs it, it counts for nothing.
    expect(due({ orders: [hourly()] }, knowing({ ended: [end(72)] }), 5 * HOUR_MS)).toEqual([id(5)]);
    const machines = [view(1), view(2, { results: { running: [running] } })];
    expect(due({ orders: [hourly()], machines }, knowing(), 5 * HOUR_MS)).toEqual([id(5)]);
  });

  test('of a raised generation: the newest runs anew where it was asked for, and nowhere else', () => {
    const machines = [view(1), view(2, { results: { ended: [end(5)] } })];
    const raised = { orders: [hourly({ generation: 2 })], machines };
    expect(due(raised, knowing(), 5.5 * HOUR_MS)).toEqual([id(5)]);
    expect(due(raised, knowing({ schedules: { job: { ...SEEN, sinceMs: T0_MS + 5.2 * HOUR_MS } } }), 5.5 * HOUR_MS)).toEqual([]);
  });

  test.each<[what: string, made: string[], hours: number, mine: Partial<JournalState>]>([
    ['ahead of this clock, for what was asked for', [id(6)], 5.9, { ended: [end(6)] }],
    ['not before its time, once that was done', [], 5.9, { ended: [end(6), end(4, { generation: 2 })] }],
    ['in its time', [id(6)], 6, { ended: [end(6), end(4, { generation: 2 })] }],
    ['not beside one that runs', [], 6, { ended: [end(6)], active: [{ ...end(4, { generation: 2 }), key: 'k', stop: null }] }],
    ['not where an earlier one ran into it', [], 6.6, { ended: [end(6), end(4, { generation: 2, finishedAt: time(6.5) })] }],
    ['while its lower one runs, which is stopped', [id(6)], 6, { active: [{ ...end(6), key: 'k', stop: null }] }],
  ])('O12 what ran in the lower generation is made again: %s', (_, made, hours, mine) => {
    const asked = knowing({ schedules: { job: { ...SEEN, generation: 2, sinceMs: 0 } }, ...mine });
    for (const change of [{}, { assign: { kind: 'all' } }] as const)
      expect(due({ orders: [hourly({ generation: 2, ...change })] }, asked, hours * HOUR_MS)).toEqual(made);
  });
});

describe('O17.13 a raised generation with words for a session', () => {
  const work = { kind: 'agent', agent: 'claude', prompt: 'x' } as const;
  const asked = end(5, { outputs: { agent: 'claude', session: 's1', question: 'Which?' }, state: 'FAILED', asks: true });
  const can = { tools: ['claude'], allows: ['agent' as const] };
  const fleetOf = (change: Partial<Order>, runs: readonly EndedRun[] = [asked], overlap: Schedule['overlap'] = 'skip') => ({
    orders: [hourly({ work, assign: { kind: 'any' }, generation: 2, ...change }, overlap)],
    machines: [view(1), view(2, { document: can, results: { ended: runs } })],
  });
  const resume = 'This one.';

  test('goes on with the newest that ran, before one that came due since', () => {
    expect(due(fleetOf({}), knowing(), 6.1 * HOUR_MS)).toEqual([id(6)]);
    expect(due(fleetOf({ resume }), knowing(), 6.1 * HOUR_MS)).toEqual([id(5)]);
    expect(due(fleetOf({ resume }), knowing(), 30 * HOUR_MS)).toEqual([id(5)]);
    const own = {
      orders: [hourly({ work, assign: { kind: 'all' }, generation: 2, resume })],
      machines: [view(1, { document: can })],
    };
    expect(due(own, knowing({ ended: [asked] }), 6.1 * HOUR_MS)).toEqual([id(5)]);
  });

  test('then the one that waited for it is made, as behind any', () => {
    const done = end(5, { generation: 2, finishedAt: time(6.2) });
    expect(due(fleetOf({ resume }, [asked, done], 'queue'), knowing(), 6.3 * HOUR_MS)).toEqual([id(6)]);
    expect(due(fleetOf({ resume }, [asked, done]), knowing(), 7 * HOUR_MS)).toEqual([id(7)]);
  });

  test('goes to the one that asks, and not to one that began before the words were seen', () => {
    const begun = { order: id(6), generation: 1, attempt: 1, startedAt: time(6) };
    const fleet = fleetOf({ resume }, [asked], 'queue');
    const running = (running: readonly RunningRun[], ended: readonly EndedRun[] = [asked]) => ({
      ...fleet,
      machines: [view(1), view(2, { document: can, results: { running, ended } })],
    });
    expect(due(running([begun]), knowing(), 6.1 * HOUR_MS)).toEqual([]);
    const stopped = end(6, { state: 'CANCELLED', ...because.superseded() });
    expect(due(running([], [asked, stopped]), knowing(), 6.1 * HOUR_MS)).toEqual([id(5)]);
    const answered = end(5, { generation: 2, finishedAt: time(6.2) });
    expect(due(running([], [asked, stopped, answered]), knowing(), 6.3 * HOUR_MS)).toEqual([id(6)]);
    // Who has asked nothing is meant by nobody: the newest is run anew.
    const { question: _, ...session } = asked.outputs ?? {};
    const { asks: __, ...quiet } = { ...asked, outputs: session };
    expect(due(running([], [quiet, stopped]), knowing(), 6.1 * HOUR_MS)).toEqual([id(6)]);
  });

  test.each<[what: string, change: Partial<Order>, runs: readonly EndedRun[], machine: object]>([
    ['has no session', {}, [end(5)], {}],
    ['ran where it is not for any more', { assign: { kind: 'machine', machine: 1 } }, [asked], {}],
    ['ran on a machine that has left', {}, [asked], { state: 'LEFT' }],
  ])('holds back none where that %s', (_, change, runs, document) => {
    const fleet = fleetOf({ resume, ...change }, runs);
    const machines = [view(1, { document: can }), view(2, { document: { ...can, ...document }, results: { ended: runs } })];
    expect(due({ ...fleet, machines }, knowing(), 6.1 * HOUR_MS)).toEqual([id(6)]);
  });
});

describe('two claims for two occurrences at once', () => {
  const shared = hourly({ assign: { kind: 'any' } });
  const own = (hours: number): OwnClaim => ({
    order: id(hours),
    generation: 1,
    attempt: 1,
    nonce: 'n',
    attempts: 1,
    leaseMs: 1e6,
  });
  const claim = (hours: number, machine: number) => {
    const view: ClaimView = { ...own(hours), machine, instance: `instance-${machine}`, commit: 'c' };
    return [claimName(view), view] as const;
  };
  const acts = (fleet: SampleFleet, state: JournalState) => {
    const now = at(5 * HOUR_MS + 60_000);
    const when = { now, fetchedAt: now, unplaced: new Map() };
    return decide(snapshot({ orders: [shared], ...fleet }), state, self(), when).actions.map(({ kind }) => kind);
  };
  const claims = new Map([claim(4, 2), claim(5, 1)]);

  test('the newer waits until it is seen what became of the older', () => {
    const state = knowing({ claims: [own(5)] });
    expect(acts({ machines: [view(1), view(2)], claims }, state)).toEqual([]);
    expect(acts({ machines: [view(1), view(2)], claims: new Map([claim(5, 1)]) }, state)).toEqual(['start']);
    const running = { order: id(4), generation: 1, attempt: 1, startedAt: '2026-11-21T02:00:00.000Z' };
    expect(acts({ machines: [view(1), view(2, { results: { running: [running] } })], claims }, state)).toEqual(['unclaim']);
  });

  test('the older is given up', () => {
    const state = knowing({ claims: [own(4)] });
    expect(acts({ machines: [view(1), view(2)], claims: new Map([claim(4, 1), claim(5, 2)]) }, state)).toEqual(['unclaim']);
  });
});

describe('since when a schedule is known', () => {
  const seen = (state: JournalState, orders: readonly Order[], nowMs: number, more: SampleFleet = {}) =>
    seeSchedules(state, snapshot({ orders, ...more }), at(nowMs)).schedules.job;

  test('from the first sight; the same state comes back where nothing changed', () => {
    const state = seeSchedules(journal(), snapshot({ orders: [hourly()] }), at(5));
    expect(state.schedules.job).toEqual({ of: 'UTC 0 * * * *', generation: 1, sinceMs: T0_MS + 5 });
    expect(seeSchedules(state, snapshot({ orders: [hourly()] }), at(99))).toBe(state);
    expect(seeSchedules(state, snapshot({ orders: [] }), at(99)).schedules).toEqual({});
    for (const unread of [
      { ordersReadable: false },
      { refused: [{ id: null, reason: '' }] },
      { refused: [{ id: 'job', reason: '' }] },
    ])
      expect(seen(state, [], 99, unread)).toEqual(state.schedules.job);
  });

  test('anew with another line, and after it was cancelled; at once with a raised generation', () => {
    const other = hourly({ schedule: { ...(hourly().schedule as Schedule), timezone: 'Europe/Berlin' } });
    expect(seen(knowing(), [other], 7)).toMatchObject({ sinceMs: T0_MS + 7 });
    const paused = knowing({ schedules: { job: seen(knowing(), [hourly({ cancelled: true })], 7) as ScheduleSeen } });
    expect(seen(paused, [hourly()], 9)).toMatchObject({ sinceMs: T0_MS + 9 });
    expect(seen(paused, [hourly({ generation: 2 })], 9)).toMatchObject({ sinceMs: 0, generation: 2 });
    expect(seen(knowing(), [hourly({ generation: 2 })], 9)).toMatchObject({ sinceMs: 0 });
    // Raised before this machine saw it: asked for, unless somebody did it.
    expect(seen(journal(), [hourly({ generation: 2 })], 9)).toMatchObject({ sinceMs: 0 });
    const done = { machines: [view(1), view(2, { results: { ended: [end(0, { generation: 2 })] } })] };
    expect(seen(journal(), [hourly({ generation: 2 })], 9, done)).toMatchObject({ sinceMs: T0_MS + 9 });
  });

  test('O12 a clock that was ahead holds back no order for one machine, nor a shared one with nobody else', () => {
    const ahead = knowing({ schedules: { job: { ...SEEN, sinceMs: T0_MS + DAY_MS } } });
    const shared = hourly({ assign: { kind: 'any' } });
    const lane = (machine: number) => view(machine, { lane: { commit: `lane-${machine}`, beat: 1 } });
    expect(seen(ahead, [hourly()], 0)).toMatchObject({ sinceMs: T0_MS });
    expect(seen(ahead, [shared], 0, { machines: [lane(1), lane(2)] })).toMatchObject({ sinceMs: T0_MS + DAY_MS });
    expect(seen(ahead, [shared], 0, { machines: [lane(1)] })).toMatchObject({ sinceMs: T0_MS });
    // Machine 2 is live and may not run it: nobody else makes it.
    const only = hourly({ assign: { kind: 'list', of: [1] } });
    expect(seen(ahead, [only], 0, { machines: [lane(1), lane(2)] })).toMatchObject({ sinceMs: T0_MS });
    const tagged = hourly({ assign: { kind: 'match', tags: ['gpu'], tool: null } });
    const withTag = { ...view(1, { document: { tags: ['gpu'] } }) };
    expect(seen(ahead, [tagged], 0, { machines: [withTag, lane(2)] })).toMatchObject({ sinceMs: T0_MS });
    // Where nobody may run it now, somebody may have.
    expect(seen(ahead, [tagged], 0, { machines: [lane(1), lane(2)] })).toMatchObject({ sinceMs: T0_MS + DAY_MS });
  });
});

describe('O8 memory', () => {
  test('of each schedule the last ones, in the order in which they left; other orders keep their place', () => {
    const runs = Array.from({ length: 100 }, (_, hour) => end(hour === 0 ? 9999 : hour));
    const { older } = remember({ ended: [], older: [], movedRuns: [] }, [ended('plain'), ...runs]);
    expect(older.map((run) => run.order)).toEqual(['plain', ...Array.from({ length: 30 }, (_, at) => id(50 + at))]);
  });

  test('an occurrence is listed while its template is', () => {
    const state = journal({ ended: [end(1)] });
    expect(forget(state, snapshot({ orders: [hourly()] }), at(0)).unlisted).toEqual({});
    expect(Object.keys(forget(state, snapshot({ orders: [] }), at(0)).unlisted)).toEqual([id(1)]);
  });
});
