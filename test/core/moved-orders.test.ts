// O8.11: an order for one machine whose generation was raised waits for what was begun by a claim, also before that runs, and for as long as its lease.
import { expect, test } from 'vitest';
import { decide } from '../../src/core/decide/decide.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import { claimName } from '../../src/core/model/orders/claim.ts';
import { active, at, ended, journal, order, type SampleFleet, self, snapshot, view } from './samples.ts';

const LEASE_MS = 1_800_000;
const claim = {
  ...{ order: 'a', generation: 1, attempt: 1, machine: 2 },
  ...{ nonce: 'n', attempts: 2, leaseMs: LEASE_MS, commit: 'c', instance: 'instance-2' },
};
const claimed: SampleFleet = {
  orders: [order('a', { generation: 2, attempts: 2 })],
  machines: [view(1), view(2, { document: { name: 'pc' } })],
  claims: new Map([[claimName(claim), claim]]),
};
const runs: SampleFleet = {
  ...claimed,
  machines: [view(1), view(2, { document: { name: 'pc' }, results: { running: [active('a')] } })],
};
const WAITS = ['a: waits until generation 1 has ended on 2 pc'];

/** Machine 2 has stood still for so long. */
function decided(fleet: SampleFleet, stillMs: number) {
  const state: Partial<JournalState> = { observed: { 2: { commit: 'lane-2', beat: 1, at: at(-stillMs) } } };
  const when = { now: at(0), fetchedAt: at(0), unplaced: new Map() };
  const { actions, waiting } = decide(snapshot(fleet), journal(state), self(), when);
  return [...actions.map(({ kind }) => kind), ...waiting.map(({ order: id, reason }) => `${id}: ${reason}`)];
}

test('O4.5 a claim counts as started, though nothing runs by it yet', () => {
  expect(decided(claimed, 0)).toEqual(WAITS);
  expect(decided({ ...claimed, claims: new Map() }, 0)).toEqual(['start']);
});

test('O4.1 what runs by a claim is lost with its lease, and no sooner', () => {
  expect(decided(runs, 200_000)).toEqual(WAITS);
  expect(decided(runs, LEASE_MS + 600_000)).toEqual(['start']);
});

test('O2a.3, O8.11 a claim that the host keeps has ended with a later end of its machine', () => {
  // Of the first attempt nothing is remembered there any more.
  const past = (attempt: number, change = {}) => ({
    ...claimed,
    machines: [view(1), view(2, { document: { name: 'pc' }, results: { older: [ended('a', { attempt })], ...change } })],
  });
  expect(decided(past(2), 0)).toEqual(['start']);
  expect(decided(past(2, { running: [active('a')] }), 0)).toEqual(WAITS);
  // What another machine tells says nothing of it.
  const machines = [view(1, { results: { older: [ended('a', { attempt: 2 })] } }), view(2, { document: { name: 'pc' } })];
  expect(decided({ ...claimed, machines }, 0)).toEqual(WAITS);
});

test('S3 what another machine has claimed stays there, though it is for this one by now', () => {
  const moved = { ...claimed, orders: [order('a', { attempts: 2 })] };
  expect(decided(moved, 0)).toEqual([]);
  expect(decided({ ...moved, claims: new Map() }, 0)).toEqual(['start']);
});

test('O8.11 of what was for all before, each machine that runs the older generation is waited for', () => {
  const running = { results: { running: [active('a')] } };
  const fleet = { ...claimed, claims: new Map() };
  const machines = [view(1), view(2, { document: { name: 'pc' }, ...running })];
  expect(decided({ ...fleet, machines: [...machines, view(3, { document: { state: 'LEFT' }, ...running })] }, 0)).toEqual(WAITS);
});

test('O5, O8 a run that began without a claim gives way to one that has a lease, and to nothing else', () => {
  const shared = order('a', { assign: { kind: 'any' }, attempts: 2 });
  const here = active('a');
  const elsewhere = (change: object) => [view(1), view(2, { results: { running: [{ ...here, attempts: 2, ...change }] } })];
  const stops = (fleet: SampleFleet, state: Partial<JournalState> = {}) => {
    const when = { now: at(0), fetchedAt: at(0), unplaced: new Map() };
    const { actions } = decide(snapshot({ orders: [shared], ...fleet }), journal({ active: [here], ...state }), self(), when);
    return actions.map((it) => (it.kind === 'stop' ? it.reason : it.kind));
  };
  expect(stops({ machines: elsewhere({}) })).toEqual(['takenOver']);
  expect(stops({ machines: elsewhere({ attempt: 2 }) })).toEqual(['takenOver']);
  // Of an earlier attempt, or without a lease: neither ends the other.
  expect(stops({ machines: elsewhere({}) }, { active: [{ ...here, attempt: 2 }] })).toEqual([]);
  expect(stops({ machines: elsewhere({ attempts: undefined }) })).toEqual([]);
  // A claim that nobody runs may be forged, and so may one of this machine's own.
  expect(stops({ machines: [view(1), view(2)], claims: claimed.claims ?? new Map() })).toEqual([]);
  // What is for one machine is taken over by nobody, nor by a claim of a later attempt.
  expect(stops({ orders: [order('a', { attempts: 2 })], machines: elsewhere({}) })).toEqual([]);
  const later = { ...claim, attempt: 2 };
  expect(stops({ orders: [order('a')], claims: new Map([[claimName(later), later]]), machines: [view(1), view(2)] })).toEqual([]);
  // One by a claim lives by that: the take-over is a later attempt.
  const leased = { ...here, claim: { attempts: 2, leaseMs: LEASE_MS } };
  expect(stops({ machines: elsewhere({}) }, { active: [leased] })).toEqual([]);
});

test('I4 a machine that leaves stops its runs only where its owner said so', () => {
  const stopped = (stop: boolean) => {
    const leaving = { since: '', stop, landed: false };
    const when = { now: at(0), fetchedAt: at(0), unplaced: new Map() };
    return decide(snapshot({ orders: [order('a')] }), journal({ active: [active('a')], leaving }), self(), when).actions;
  };
  expect(stopped(false)).toEqual([]);
  expect(stopped(true)).toMatchObject([{ kind: 'stop', reason: 'left' }]);
});

test('T6.3 an entry that nobody signed as it is ends nothing that its raised generation would end', () => {
  const raised = (unbelieved?: string) => order('a', { generation: 2, ...(unbelieved === undefined ? {} : { unbelieved }) });
  const stops = (of: ReturnType<typeof raised>) => {
    const when = { now: at(0), fetchedAt: at(0), unplaced: new Map() };
    return decide(snapshot({ orders: [of] }), journal({ active: [active('a')] }), self(), when).actions.map(({ kind }) => kind);
  };
  expect([stops(raised()), stops(raised('nobody signed a'))]).toEqual([['stop'], []]);
});
