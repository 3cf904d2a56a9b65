// O19: which events of other orders have an occurrence here, and what each machine knows of them.
import { describe, expect, test } from 'vitest';
import { decide } from '../../src/core/decide/decide.ts';
import { eventVariables } from '../../src/core/decide/order-events.ts';
import { seeTriggers } from '../../src/core/decide/triggers-seen.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { Order } from '../../src/core/model/orders/order.ts';
import type { Trigger } from '../../src/core/model/orders/trigger.ts';
import { OCCURRENCES_KEPT } from '../../src/core/runs/journal-retention.ts';
import { depthOf, dueMs, eventOccurrenceId, isOccurrence, listedId } from '../../src/core/runs/occurrence-name.ts';
import { listedStatus } from '../../src/core/status/schedule-status.ts';
import { parseResults } from '../../src/documents/machine/results.ts';
import { active, at, ended, journal, type SampleFleet, self, snapshot, T0, view } from './samples.ts';
import { backup, before, failedNow, failure, fleetOf, looked, open, others, trigger } from './trigger-samples.ts';

function starts(fleet: SampleFleet, state: JournalState): readonly Order[] {
  const decision = decide(snapshot(fleet), state, self(), { now: at(0), fetchedAt: at(0), unplaced: new Map() });
  return decision.actions.flatMap((action) => (action.kind === 'start' || action.kind === 'claim' ? [action.order] : []));
}

test('an occurrence of an event is named so that versions without triggers read it', () => {
  const id = eventOccurrenceId('alarm', 'failed backup', 1);
  expect(id).toMatch(/^alarm@1T\d{18}$/);
  expect(id).toBe(eventOccurrenceId('alarm', 'failed backup', 1));
  expect([listedId(id), isOccurrence(id), dueMs(id), depthOf(id)]).toEqual(['alarm', true, null, 1]);
  expect([depthOf('alarm'), depthOf('alarm@20261120T0300Z'), listedId('alarm@1T2')]).toEqual([null, null, 'alarm@1T2']);
  const document = { version: 1, machine: 2, running: [], claimed: [], waiting: [], ended: [ended(id)], older: [], before: [] };
  expect(parseResults(JSON.stringify(document), 'results/2.json')).toMatchObject({
    value: { ended: [{ order: id }] },
    faults: [],
  });
});

describe('an event has one occurrence', () => {
  test('an end after the first look that shows the trigger, with what happened in its run', () => {
    const state = looked([before, failedNow]);
    const [made, ...more] = starts(failedNow, state);
    expect(more).toEqual([]);
    expect(made).toMatchObject({ id: expect.stringMatching(/^alarm@1T\d{18}$/), schedule: null });
    expect(made?.on).toBe(undefined);
    expect(eventVariables(made ?? {})).toEqual({
      COORD_EVENT_KIND: 'failed',
      COORD_EVENT_ORDER: 'backup',
      COORD_EVENT_GENERATION: '1',
      COORD_EVENT_ATTEMPT: '1',
      COORD_EVENT_MACHINE: '2',
      COORD_EVENT_AT: T0,
      COORD_EVENT_TEXT: 'exit code 3',
    });
  });

  test('every machine makes the same id, whenever it looks', () => {
    const one = open(looked([before, failedNow]));
    const two = open(looked([failedNow], { ...looked([before], journal({ machine: 2 })), ended: [failure()] }));
    expect(one.map(({ id }) => id)).toEqual(two.map(({ id }) => id));
  });

  test('what came before the trigger has none, nor what came while it was cancelled', () => {
    expect(open(looked([failedNow]))).toEqual([]);
    expect(open(looked([failedNow, failedNow]))).toEqual([]);
    const cancelled = fleetOf(others(failure()), trigger({ cancelled: true }), backup());
    expect(open(looked([before, cancelled, failedNow]))).toEqual([]);
  });

  test('a raised generation, or another event to wait for, begins anew', () => {
    const raised = fleetOf(others(failure()), trigger({ generation: 2 }), backup());
    expect(open(looked([before, raised]))).toEqual([]);
    const next = fleetOf(others(failure(), failure({ generation: 2 })), trigger({ generation: 2 }), backup({ generation: 2 }));
    expect(open(looked([before, raised, next])).map(({ run }) => run?.generation)).toEqual([2]);
    const other = fleetOf(others(failure()), trigger({}, { kind: 'failed', of: 'other' }), backup());
    expect(open(looked([before, other, failedNow]))).toEqual([]);
  });

  test('O17.12 one that is raised with words for a session lets go of nothing that waits for its turn', () => {
    const raised = fleetOf(others(failure()), trigger({ generation: 2, resume: 'go on' }), backup());
    const waiting = open(looked([before, failedNow]));
    expect(waiting).toHaveLength(1);
    expect(open(looked([before, failedNow, raised]))).toEqual(waiting);
  });

  test('nothing is written where nothing is new', () => {
    const state = looked([before, failedNow]);
    expect(looked([failedNow], state)).toBe(state);
    const plain = journal();
    expect(looked([fleetOf(others(failure()), backup())], plain)).toBe(plain);
  });

  test('an event that documents do not show for a while is not another one', () => {
    const state = looked([before, failedNow, before, failedNow]);
    const [made] = starts(failedNow, state);
    const run = ended(made?.id ?? '');
    const done = looked([failedNow, before, failedNow], { ...state, ended: [run] });
    expect(open(done)).toEqual([]);
    expect(starts(failedNow, done)).toEqual([]);
  });

  test('an entry that cannot be read is no removal (D4): the event of that time is not lost', () => {
    const state = looked([before]);
    const unread: SampleFleet = { orders: [backup()], refused: [{ id: 'alarm', reason: 'x' }], machines: others(failure()) };
    expect(looked([unread], state).triggers).toBe(state.triggers);
    expect(open(looked([unread, failedNow], state))).toHaveLength(1);
    expect(looked([{ orders: [backup()] }], state).triggers).toEqual({});
  });

  test('what is not taken for want of room is taken later', () => {
    const runs = Array.from({ length: 130 }, (_, at) => failure({ generation: at + 1 }));
    const many = fleetOf(others(...runs), trigger(), backup({ generation: 130 }));
    const state = looked([before, many]);
    expect(open(state)).toHaveLength(100);
    const ends = open(state).map(({ id }) => ended(id));
    const rest = looked([many], { ...state, ended: ends });
    expect(open(rest)).toHaveLength(30);
    expect(new Set([...open(state), ...open(rest)].map(({ id }) => id)).size).toBe(130);
  });
});

describe('which ends count', () => {
  const openAfter = (...orders: [SampleFleet['machines'], ...Order[]]) => open(looked([before, fleetOf(...orders)]));

  test('failed: no attempt is left, and nobody is asked', () => {
    const tried = backup({ attempts: 3 });
    expect(openAfter(others(failure()), trigger(), tried)).toEqual([]);
    expect(openAfter(others(failure({ attempt: 3 })), trigger(), tried)).toHaveLength(1);
    expect(openAfter(others(failure({ asks: true })), trigger(), backup())).toEqual([]);
    expect(openAfter(others(failure({ state: 'CANCELLED' })), trigger(), backup())).toEqual([]);
    // A raised generation took its place, or nobody lists it any more.
    expect(openAfter(others(failure()), trigger(), backup({ attempts: 3, generation: 2 }))).toHaveLength(1);
    expect(openAfter(others(failure()), trigger())).toHaveLength(1);
  });

  test('completed: with the last attempt', () => {
    const completed = trigger({}, { kind: 'completed', of: 'backup' });
    const looks = (...runs: ReturnType<typeof ended>[]) => [
      fleetOf(others(), completed, backup()),
      fleetOf(others(...runs), completed, backup()),
    ];
    expect(open(looked(looks(ended('backup'))))).toHaveLength(1);
    expect(open(looked(looks(ended('backup'), failure({ attempt: 2 }))))).toEqual([]);
    expect(open(looked(looks(failure())))).toEqual([]);
  });

  test('each generation, each occurrence of a schedule, each machine of an order for all', () => {
    const runs = [failure(), failure({ generation: 2 }), failure({ order: 'backup@20261120T0300Z' })];
    const late = looked([before, fleetOf(others(...runs), trigger(), backup({ generation: 2, assign: { kind: 'all' } }))]);
    expect(open(late).map(({ run }) => `${run?.order} ${run?.generation}`)).toEqual([
      'backup 1',
      'backup 2',
      'backup@20261120T0300Z 1',
    ]);
    const mine = looked(
      [before, fleetOf(others(failure()), trigger(), backup({ assign: { kind: 'all' } }))],
      journal({ ended: [] }),
    );
    const both = looked([fleetOf(others(failure()), trigger(), backup({ assign: { kind: 'all' } }))], {
      ...mine,
      ended: [failure()],
    });
    expect(open(both).map(({ machine }) => machine)).toEqual([2, 1]);
  });

  test('lost with its machine is FAILED; the same end, said late by that machine, is the same event', () => {
    const shared = backup({ assign: { kind: 'any' } });
    const claimed = { order: 'backup', generation: 1, attempt: 1, startedAt: T0, attempts: 1, leaseMs: 1 };
    const running = [view(1, { document: { lost: { 2: 1 } } }), view(2, { results: { running: [claimed] } })];
    const lost = looked([before, fleetOf(running, trigger(), shared)]);
    expect(open(lost)).toMatchObject([{ kind: 'failed', machine: 2, text: expect.stringContaining('it may have run') }]);
    const [event] = open(lost);
    const back = looked([fleetOf(others(failure()), trigger(), shared)], { ...lost, ended: [ended(event?.id ?? '')] });
    expect(open(back)).toEqual([]);
  });

  test('of a chain, each of its steps that fails, and the last one that is completed', () => {
    const steps = [backup({ id: 'login.1' }), backup({ id: 'login.2' })];
    const chain = {
      id: 'login',
      title: null,
      after: [],
      cancelled: false,
      steps: [
        { id: 'login.1', name: '1' },
        { id: 'login.2', name: '2' },
      ],
    };
    const seen = (kind: Trigger['kind'], ...runs: ReturnType<typeof ended>[]) => {
      const look = (machines: SampleFleet['machines']) => {
        const shown = snapshot(fleetOf(machines, trigger({}, { kind, of: 'login' }), ...steps));
        return { ...shown, orders: { ...shown.orders, chains: [chain] } };
      };
      const state = seeTriggers(seeTriggers(journal(), look(others())), look(others(...runs)));
      return open(state).map(({ run }) => run?.order);
    };
    expect(seen('failed', failure({ order: 'login.1' }))).toEqual(['login.1']);
    expect(seen('completed', ended('login.1'), ended('login.2'))).toEqual(['login.2']);
  });
});

describe('an emergency (M6)', () => {
  const since = (minute: number) => ({ what: `the disk ${minute}\u0007`, since: `2026-11-20T22:0${minute}:00.000Z` });
  const on = (of: string): Trigger => ({ kind: 'emergency', of });
  const calm = (of = 'any') => fleetOf([view(1), view(2)], trigger({}, on(of)));
  const called = (minute: number, of = 'any', results = {}) =>
    fleetOf([view(1), view(2, { document: { emergency: since(minute) }, results })], trigger({}, on(of)));

  test('is an event for each time that one begins, told as data', () => {
    const state = looked([calm(), called(1)]);
    const [made] = starts(called(1), state);
    expect(eventVariables(made ?? {})).toEqual({
      COORD_EVENT_KIND: 'emergency',
      COORD_EVENT_MACHINE: '2',
      COORD_EVENT_AT: since(1).since,
      COORD_EVENT_TEXT: 'the disk 1',
    });
    const done = { ...state, ended: [ended(made?.id ?? '')] };
    expect(open(looked([called(1), calm(), called(1)], done))).toEqual([]);
    expect(open(looked([called(2)], done))).toMatchObject([{ at: since(2).since }]);
    expect(open(looked([called(1)]))).toEqual([]);
  });

  test.each<[of: string, count: number]>([
    ['2', 1],
    ['M2', 1],
    ['any', 1],
    ['1', 0],
    ['m3', 0],
  ])('of %s', (of, count) => {
    expect(open(looked([calm(of), called(1, of)]))).toHaveLength(count);
  });

  test('here counts before a push has said it; of a machine that has left there is none', () => {
    const mine = looked([calm()], { ...looked([calm()]), emergency: since(1) });
    expect(open(mine)).toMatchObject([{ machine: 1 }]);
    const left = [view(1), view(2, { document: { emergency: since(1), state: 'LEFT' } })];
    expect(open(looked([calm(), fleetOf(left, trigger({}, on('any')))]))).toEqual([]);
  });

  test('that was said while an occurrence of a trigger ran there comes of that one', () => {
    const cause = (depth: number) => active(eventOccurrenceId('mend', 'x', depth), { startedAt: '2026-11-20T22:00:30.000Z' });
    const depths = (minute: number, results: object) =>
      open(looked([calm(), called(minute, 'any', results)])).map(({ id }) => depthOf(id));
    expect(depths(1, { running: [cause(2)] })).toEqual([3]);
    const end = (finishedAt: string) => ended(cause(2).order, { startedAt: cause(2).startedAt, finishedAt });
    expect(depths(1, { ended: [end('2026-11-20T22:01:30.000Z')] })).toEqual([3]);
    expect(depths(1, { ended: [end('2026-11-20T22:00:59.000Z')] })).toEqual([1]);
    expect(depths(0, { running: [cause(2)] })).toEqual([1]);
    const stopped = looked([calm(), called(1, 'any', { running: [cause(3)] })]);
    expect([open(stopped), stopped.triggers?.alarm?.stopped?.machine]).toEqual([[], 2]);
  });
});

describe('a lost machine (F2)', () => {
  const any: Trigger = { kind: 'lost', of: 'any' };
  const there = (beat: number, results = {}) =>
    fleetOf([view(1), view(2, { document: { beat }, results }), view(3)], trigger({}, any));
  const lost = (at: number, beat = at, results = {}) =>
    fleetOf([view(1), view(2, { document: { beat }, results }), view(3, { document: { lost: { 2: at } } })], trigger({}, any));

  test('is an event once for each loss; the beat that it stood still at names it', () => {
    const state = looked([there(1), lost(1)]);
    const [made] = starts(lost(1), state);
    expect(eventVariables(made ?? {})).toEqual({
      COORD_EVENT_KIND: 'lost',
      COORD_EVENT_MACHINE: '2',
      COORD_EVENT_AT: '',
      COORD_EVENT_TEXT: 'm2',
    });
    const done = { ...state, ended: [ended(made?.id ?? '')] };
    expect(open(looked([lost(1), there(1), lost(1)], done))).toEqual([]);
    // It is there again, and the word that it is lost is void; then it is lost again.
    expect(open(looked([lost(1, 5)], done))).toEqual([]);
    expect(open(looked([lost(1, 5), lost(5)], done))).toHaveLength(1);
    expect(open(looked([lost(1)]))).toEqual([]);
  });

  test('with a run of a trigger comes of that run: an order that takes machines down is stopped', () => {
    const running = [active(eventOccurrenceId('mend', 'x', 3))];
    const state = looked([there(1), lost(1, 1, { running })]);
    expect([open(state), state.triggers?.alarm?.stopped?.machine]).toEqual([[], 2]);
  });
});

describe('who runs it', () => {
  test('one machine: as any order for it; what ran here counts before a push says so', () => {
    const state = looked([before, failedNow], journal());
    const [made] = starts(failedNow, state);
    const running = looked([failedNow], { ...state, active: [active(made?.id ?? '')] });
    expect(starts(failedNow, running)).toEqual([]);
    const done = looked([failedNow], { ...state, ended: [ended(made?.id ?? '')] });
    expect([open(done), starts(failedNow, done)]).toEqual([[], []]);
    const elsewhere = fleetOf(others(failure()), trigger({ assign: { kind: 'machine', machine: 2 } }), backup());
    expect(starts(elsewhere, looked([before, elsewhere]))).toEqual([]);
  });

  test('a shared one is claimed, and what another machine has run is done', () => {
    const shared = trigger({ assign: { kind: 'any' } });
    const look = (machines: SampleFleet['machines']) => fleetOf(machines, shared, backup());
    const state = looked([look(others()), look(others(failure()))]);
    const [event] = open(state);
    const done = look(others(failure(), ended(event?.id ?? '')));
    expect(open(looked([done], state))).toEqual([]);
    expect(open(looked([look(others()), done]))).toEqual([]);
    // One that came later goes on with what has begun.
    const begun = look(others(failure(), failure({ order: event?.id ?? '', attempt: 1 })));
    const twice = fleetOf(begun.machines, trigger({ assign: { kind: 'any' }, attempts: 2 }), backup());
    expect(open(looked([twice])).map(({ id }) => id)).toEqual([event?.id]);
  });

  test('a machine that missed more than the others remember begins none of it', () => {
    const shared = trigger({ assign: { kind: 'any' } });
    const runs = Array.from({ length: OCCURRENCES_KEPT }, (_, at) => ended(eventOccurrenceId('alarm', `x${at}`, 1)));
    const missed = fleetOf(others(failure(), ...runs), shared, backup());
    const state = looked([fleetOf(others(), shared, backup()), missed]);
    expect(open(state)).toEqual([]);
    const next = fleetOf(others(failure(), failure({ generation: 2 }), ...runs), shared, backup({ generation: 2 }));
    expect(open(looked([next], state))).toHaveLength(1);
  });

  test('all: each machine each event once', () => {
    const all = trigger({ assign: { kind: 'all' } });
    const look = (...runs: ReturnType<typeof ended>[]) => fleetOf(others(failure(), ...runs), all, backup());
    const state = looked([fleetOf(others(), all, backup()), look()]);
    const [event] = open(state);
    expect(starts(look(ended(event?.id ?? '')), looked([look(ended(event?.id ?? ''))], state))).toHaveLength(1);
    expect(open(looked([look()], { ...state, ended: [ended(event?.id ?? '')] }))).toEqual([]);
    // One that joins after the event has none, whatever others run.
    expect(open(looked([look(ended(event?.id ?? '', { state: 'FAILED' }))]))).toEqual([]);
  });
});

test('a circle of events is stopped after three, and that is said', () => {
  const self1 = trigger({}, { kind: 'failed', of: 'alarm' });
  let state = looked([fleetOf(others(), self1)]);
  const first = ended(eventOccurrenceId('alarm', 'x', 3), { state: 'FAILED' });
  state = looked([fleetOf(others(), self1)], { ...state, ended: [first] });
  expect(open(state)).toEqual([]);
  const decision = decide(snapshot(fleetOf(others(), self1)), state, self(), {
    now: at(0),
    fetchedAt: at(0),
    unplaced: new Map(),
  });
  expect(decision.actions).toEqual([]);
  expect(decision.waiting).toMatchObject([{ order: 'alarm', state: 'BLOCKED', code: 'eventCircle' }]);
  const shallow = ended(eventOccurrenceId('alarm', 'x', 2), { state: 'FAILED' });
  expect(
    open(looked([fleetOf(others(), self1)], { ...looked([fleetOf(others(), self1)]), ended: [shallow] })).map(({ id }) =>
      depthOf(id),
    ),
  ).toEqual([3]);
  // A raised generation is a person's word to go on.
  const raised = looked([fleetOf(others(), { ...self1, generation: 2 })], state);
  expect(raised.triggers?.alarm?.stopped).toBe(undefined);
});

describe('status', () => {
  const machines = (fleet: SampleFleet) => snapshot(fleet).machines;

  test('what it waits for, how often it ran, and when last', () => {
    expect(listedStatus(trigger(), machines(before))).toMatchObject({
      state: 'QUEUED',
      on: 'failed backup',
      reason: 'waits for: failed backup',
    });
    const runs = ['a', 'b'].map((name, at) =>
      ended(eventOccurrenceId('alarm', name, 1), { finishedAt: `2026-11-20T22:0${at}:00.000Z` }),
    );
    const fleet = fleetOf([view(1, { results: { ended: runs } })]);
    const status = listedStatus(trigger(), machines(fleet));
    expect(status).toMatchObject({ state: 'COMPLETED', times: 2, reason: 'last 2026-11-20 22:01 UTC on 1 m1' });
    expect(status.lastRuns).toHaveLength(2);
    expect(listedStatus(trigger({ generation: 2 }), machines(fleet))).toMatchObject({ state: 'QUEUED' });
    expect(listedStatus(trigger({ cancelled: true }), machines(fleet))).toMatchObject({ state: 'CANCELLED' });
  });

  test('what waits for a person, and for all the states of the machines', () => {
    const id = eventOccurrenceId('alarm', 'a', 1);
    const waiting = [{ order: id, generation: 1, state: 'BLOCKED' as const, reason: 'not allowed', code: 'notAllowed' as const }];
    expect(listedStatus(trigger(), machines(fleetOf([view(1, { results: { waiting } })])))).toMatchObject({
      state: 'BLOCKED',
      reason: 'not allowed',
    });
    const each = [
      view(1, { results: { ended: [ended(id)] } }),
      view(2, { results: { ended: [ended(id, { state: 'FAILED' })] } }),
      view(3),
    ];
    const status = listedStatus(trigger({ assign: { kind: 'all' } }), machines(fleetOf(each)));
    expect(status).toMatchObject({ state: 'FAILED', machines: { 1: { state: 'COMPLETED' }, 2: { state: 'FAILED' } } });
  });
});
