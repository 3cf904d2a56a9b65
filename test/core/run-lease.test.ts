import { expect, test } from 'vitest';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import { LEASE_PRESSES_AT, LEASE_RENEWED_AT, livesForMs, spareMs } from '../../src/core/presence/run-lease.ts';

test('O5 a lease is renewed, then presses, then is over; only then is its machine called lost', () => {
  const leaseMs = 180_000;
  const livesMs = livesForMs({ leaseMs });
  const moments = [0, LEASE_RENEWED_AT * livesMs, LEASE_PRESSES_AT * livesMs, livesMs, leaseMs];
  expect(moments).toEqual([...moments].sort((one, other) => one - other));
  expect(new Set(moments).size).toBe(moments.length);
});

test('C5.5 what this machine has claimed leaves it the time until a push presses', () => {
  const at = (ms: number, boot = 'b') => ({ wallMs: ms, monotonicMs: ms, boot });
  const accepted = { commit: 'c', at: at(0) };
  const run = { order: 'a', generation: 1, attempt: 1 };
  const claim = { ...run, attempts: 3, leaseMs: 180_000, nonce: 'n' };
  const active = { ...run, key: 'k', startedAt: '', stop: null, work: '' };
  type Held = Pick<JournalState, 'accepted' | 'active' | 'claims'>;
  const spare = (held: Partial<Held>, now = at(12_000)) => spareMs({ accepted, active: [], claims: [], ...held }, now);
  expect(spare({ active: [active] })).toBe(null);
  expect(spare({ active: [{ ...active, claim }] })).toBe(60_000);
  // Tried once: it ends by no lease, and is called lost all the same.
  expect(spare({ active: [{ ...active, claim: { ...claim, attempts: 1 } }] })).toBe(60_000);
  expect(spare({ claims: [{ ...claim, leaseMs: 90_000 }] })).toBe(24_000);
  // Too little to begin with anything; of a short lease half of it is enough.
  expect(spare({ claims: [claim] }, at(62_001))).toBe(0);
  const short = { ...claim, leaseMs: 30_000 };
  expect([spare({ claims: [short] }, at(6_000)), spare({ claims: [short] }, at(6_001))]).toEqual([6_000, 0]);
});

test('C5.5 nothing waits for what it has claimed once no push was accepted for so long as that lives', () => {
  const at = (ms: number, boot = 'b') => ({ wallMs: ms, monotonicMs: ms, boot });
  const accepted = { commit: 'c', at: at(0) };
  const claim = { order: 'a', generation: 1, attempt: 1, attempts: 1, leaseMs: 180_000, nonce: 'n' };
  const short = { ...claim, leaseMs: 90_000 };
  const spare = (ms: number) => spareMs({ accepted, active: [], claims: [claim, short] }, at(ms));
  expect([spare(59_999), spare(60_001), spare(119_999), spare(120_000)]).toEqual([0, 11_999, 0, null]);
  expect(spareMs({ accepted: null, active: [], claims: [claim] }, at(0))).toBe(null);
  expect(spareMs({ accepted, active: [], claims: [claim] }, at(12_000, 'after a restart'))).toBe(null);
});
