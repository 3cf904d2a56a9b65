// R8.6, T5.2: what becomes of the claim of a machine that counts no more.
import { expect, test } from 'vitest';
import { contextOf } from '../../src/core/decide/decision-context.ts';
import type { Believed, Snapshot } from '../../src/core/model/ledger/snapshot.ts';
import type { ClaimView } from '../../src/core/model/orders/claim.ts';
import { emptyResults } from '../../src/core/model/orders/run.ts';
import { at, ended, journal, self, snapshot, T0_MS } from './samples.ts';

const claim = { order: 'ours', generation: 2, attempt: 1, machine: 2 } as ClaimView;
const now = at(T0_MS);

function claimsWith(more: Partial<Snapshot>): readonly ClaimView[] {
  const seen = { ...snapshot(), claims: new Map([['ours/2.1', claim]]), uncounted: [2], ...more };
  return contextOf(seen, journal(), self(), { now, fetchedAt: now, unplaced: new Map() }).claimsOf('ours');
}

const runs = (generation: number) => new Map([[2, { ...emptyResults(2), ended: [ended('ours', { generation })] }]]);

test('R8.6 it holds nothing once its machine says how that run ended, or a later one of the order', () => {
  expect(claimsWith({})).toEqual([claim]);
  expect(claimsWith({ uncountedRuns: runs(1) })).toEqual([claim]);
  expect(claimsWith({ uncountedRuns: runs(2) })).toEqual([]);
  expect(claimsWith({ uncountedRuns: runs(3) })).toEqual([]);
});

test('T5.2 where signatures are demanded, an end that nobody vouches for lets nothing go', () => {
  expect(claimsWith({ uncountedRuns: runs(2), believed: {} as Believed })).toEqual([claim]);
});
