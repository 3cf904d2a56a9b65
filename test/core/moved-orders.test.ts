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
