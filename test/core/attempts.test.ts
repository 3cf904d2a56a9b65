import { describe, expect, test } from 'vitest';
import { decide } from '../../src/core/decide/decide.ts';
import type { EndedRun } from '../../src/core/model/orders/run.ts';
import { because } from '../../src/core/orders/reason-words.ts';
import { attemptsOf, hasCompleted, mayStart, nextClaimable } from '../../src/core/runs/shared-attempts.ts';
import { deriveStatus } from '../../src/core/status/derive-status.ts';
import { at, ended, journal, order, self, snapshot, T0, view } from './samples.ts';

test.each([
  [1, 2],
  [2, 1],
])('S4 an order once for all, then shared: the success of machine %i counts beside the failure of %i', (one, other) => {
  const machines = new Map([
    [one, view(one, { results: { ended: [ended('a')] } })],
    [other, view(other, { results: { ended: [ended('a', { state: 'FAILED', exitCode: 1 })] } })],
  ]);
  const shared = order('a', { assign: { kind: 'any' }, attempts: 2 });
  const attempts = attemptsOf(shared, new Map([...machines].sort(([a], [b]) => a - b)), []);
  expect(hasCompleted(attempts)).toBe(true);
  expect(nextClaimable(shared, attempts, () => false)).toBeNull();
});

test.each<[what: string, change: Partial<EndedRun>, may: boolean]>([
  ['failed', {}, true],
  ['asks for a person', { asks: true }, false],
])('O2, O15 the next attempt was claimed before the one before it was known to have ended: it %s', (_, change, may) => {
  const results = { ended: [ended('a', { state: 'FAILED', exitCode: 3, ...change })] };
  const shared = order('a', { assign: { kind: 'any' }, attempts: 3 });
  const next = { order: 'a', generation: 1, attempt: 2, machine: 2 };
  const claim = { ...next, nonce: 'n', attempts: 3, leaseMs: 0, commit: 'c', instance: 'i' };
  const attempts = attemptsOf(shared, new Map([[1, view(1, { results })]]), [claim]);
  expect(mayStart(next, attempts, () => false)).toBe(may);
});

test('S4 O5 nothing is begun beside a run without a lease, though the holder of a later claim is gone', () => {
  const shared = order('a', { assign: { kind: 'any' }, attempts: 3 });
  const running = [{ order: 'a', generation: 1, attempt: 1, startedAt: T0 }];
  const claim = (attempt: number, machine: number) => ({
    ...{ order: 'a', generation: 1, attempt, machine },
    ...{ nonce: 'n', attempts: 3, leaseMs: 0, commit: 'c', instance: 'i' },
  });
  const machines = new Map([[1, view(1, { results: { running } })]]);
  const isGone = ({ machine }: { machine: number }) => machine === 9;
  expect(nextClaimable(shared, attemptsOf(shared, machines, [claim(2, 9)]), isGone)).toBeNull();
  expect(mayStart(claim(3, 2), attemptsOf(shared, machines, [claim(2, 9), claim(3, 2)]), isGone)).toBe(false);
  const leased = new Map([[1, view(1, { results: { running: running.map((run) => ({ ...run, attempts: 3 })) } })]]);
  expect(nextClaimable(shared, attemptsOf(shared, leased, [claim(2, 9)]), isGone)).toBe(3);
  expect(mayStart(claim(3, 2), attemptsOf(shared, leased, [claim(2, 9), claim(3, 2)]), isGone)).toBe(true);
});

test('S4 a run that gave way to a take-over which did not begin is followed by the next attempt', () => {
  const shared = order('a', { assign: { kind: 'any' }, attempts: 2 });
  const after = (change: Partial<EndedRun>) => {
    const results = { ended: [ended('a', { state: 'CANCELLED', exitCode: null, ...change })] };
    return nextClaimable(shared, attemptsOf(shared, new Map([[1, view(1, { results })]]), []), () => false);
  };
  expect(after(because.takenOver())).toBe(2);
  expect(after(because.cancelled())).toBeNull();
});

test('S4 so is one that is for one machine by then', () => {
  const gaveWay = ended('a', { state: 'CANCELLED', exitCode: null, ...because.takenOver() });
  const fleet = { orders: [order('a', { attempts: 2 })], machines: [view(1, { results: { ended: [gaveWay] } })] };
  const dueSince = { 'a/1.2': at(-3_600_000) };
  const when = { now: at(0), fetchedAt: at(0), unplaced: new Map() };
  const { actions } = decide(snapshot(fleet), journal({ ended: [gaveWay], dueSince }), self(), when);
  expect(actions).toMatchObject([{ kind: 'start', attempt: 2 }]);
  expect(deriveStatus({ ...snapshot(fleet), sources: '' }).orders.a?.state).not.toBe('CANCELLED');
});

test('O2a.3 a kept claim of an attempt whose end is forgotten is no run beside the later ones', () => {
  const shared = order('a', { assign: { kind: 'any' }, attempts: 3 });
  const claim = { ...{ order: 'a', generation: 1, attempt: 1, machine: 1 }, ...{ nonce: 'n', attempts: 1, leaseMs: 0 } };
  const machines = new Map([[1, view(1, { results: { older: [ended('a', { attempt: 2, state: 'FAILED', exitCode: 1 })] } })]]);
  const attempts = attemptsOf(shared, machines, [{ ...claim, commit: 'c', instance: 'i' }]);
  expect(attempts.facts.map(({ attempt }) => attempt)).toEqual([2]);
  expect(nextClaimable(shared, attempts, () => false)).toBe(3);
});

describe('O2, O4 which attempt may be claimed, and whether a claim may start', () => {
  const terms = { attempts: 3, leaseMs: 0 };
  const run = (change: object = {}) => ({ order: 'a', generation: 1, attempt: 1, startedAt: T0, ...change });
  const failed = (change: Partial<EndedRun> = {}) => ended('a', { state: 'FAILED', exitCode: 1, ...change });
  const on = (results: object) => new Map([[2, view(2, { results })]]);
  const shared = order('a', { assign: { kind: 'any' }, attempts: 3 });
  const next = (results: object, isGone: boolean, attempts = 3) =>
    nextClaimable({ attempts }, attemptsOf(shared, on(results), []), () => isGone);

  test.each<[what: string, results: object, isGone: boolean, next: number | null]>([
    ['nothing is known', {}, false, 1],
    ['it runs', { running: [run(terms)] }, false, null],
    ['its machine is gone', { running: [run(terms)] }, true, 2],
    ['that ran without a lease', { running: [run()] }, true, null],
    ['that was to be tried once', { running: [run({ attempts: 1 })] }, true, null],
    ['that was the last attempt', { running: [run({ ...terms, attempt: 3 })] }, true, null],
    ['it failed', { ended: [failed()] }, false, 2],
    ['the last attempt failed', { ended: [failed({ attempt: 3 })] }, false, null],
    ['it was cancelled', { ended: [failed({ state: 'CANCELLED' })] }, true, null],
    ['an earlier attempt ended well', { ended: [ended('a'), failed({ attempt: 2 })] }, false, null],
    ['a higher generation ran', { ended: [failed(), failed({ generation: 2 })] }, false, null],
  ])('%s', (_, results, isGone, expected) => expect(next(results, isGone)).toBe(expected));

  const claim = (attempt = 2, machine = 1) => ({
    ...{ order: 'a', generation: 1, attempt, machine },
    ...{ nonce: 'n', attempts: 3, leaseMs: 0, commit: 'c', instance: 'i' },
  });
  test.each<[what: string, results: object, isGone: boolean, may: boolean]>([
    ['after one that failed', { ended: [failed()] }, false, true],
    ['after one that runs', { running: [run(terms)] }, false, false],
    ['after one whose machine is gone', { running: [run(terms)] }, true, true],
    ['after one that was cancelled', { ended: [failed({ state: 'CANCELLED' })] }, true, false],
    ['where one ended well', { ended: [ended('a')] }, true, false],
    ['where another machine runs this attempt', { running: [run({ ...terms, attempt: 2 })], ended: [failed()] }, false, false],
    ['where a later attempt is known', { ended: [failed(), failed({ attempt: 3 })] }, false, false],
    ['where a higher generation ran', { ended: [failed(), failed({ generation: 2 })] }, false, false],
  ])('a claim of the second attempt starts: %s', (_, results, isGone, may) => {
    expect(mayStart(claim(), attemptsOf(shared, on(results), [claim()]), () => isGone)).toBe(may);
  });

  test('S4 nothing starts after a success, whatever failed since, nor beside a run that is to be tried once', () => {
    const starts = (results: object) => mayStart(claim(3), attemptsOf(shared, on(results), [claim(3)]), () => true);
    expect(starts({ ended: [failed(), failed({ attempt: 2 })] })).toBe(true);
    expect(starts({ ended: [ended('a'), failed({ attempt: 2 })] })).toBe(false);
    expect(starts({ running: [run(terms), run({ ...terms, attempt: 2 })] })).toBe(true);
    expect(starts({ running: [run({ attempts: 1 }), run({ ...terms, attempt: 2 })] })).toBe(false);
    expect(starts({ ended: [failed()], running: [run({ ...terms, attempt: 2 })] })).toBe(true);
  });

  test('O8 an attempt that ended here starts no more by a claim that the host keeps', () => {
    const mine = new Map([[1, view(1, { results: { ended: [failed({ attempt: 2 })] } })]]);
    expect(mayStart(claim(), attemptsOf(shared, mine, [claim()]), () => false)).toBe(false);
  });

  test('O4 of a claim that is another machine’s by now a run has the terms that its own machine tells', () => {
    const { facts } = attemptsOf(shared, on({ running: [run({ attempts: 2, leaseMs: 5 })] }), [claim(1)]);
    expect(facts).toMatchObject([{ machine: 2, terms: { attempts: 2, leaseMs: 5 } }]);
    expect(attemptsOf(shared, on({ running: [run()] }), [claim(1)]).facts).toMatchObject([{ machine: 2, terms: null }]);
  });

  test('O8 who gave way takes the attempt from nobody who has it', () => {
    const gaveWay = ended('a', { state: 'CANCELLED', exitCode: null, ...because.takenOver() });
    const machines = new Map([
      [2, view(2, { results: { running: [run(terms)] } })],
      [3, view(3, { results: { ended: [gaveWay] } })],
    ]);
    expect(attemptsOf(shared, machines, []).facts).toMatchObject([{ machine: 2, ended: null }]);
  });
});
