import { expect, test } from 'vitest';
import { LEASE_PRESSES_AT, LEASE_RENEWED_AT, livesForMs } from '../../src/core/presence/run-lease.ts';

test('O5 a lease is renewed, then presses, then is over; only then is its machine called lost', () => {
  const leaseMs = 180_000;
  const livesMs = livesForMs({ leaseMs });
  const moments = [0, LEASE_RENEWED_AT * livesMs, LEASE_PRESSES_AT * livesMs, livesMs, leaseMs];
  expect(moments).toEqual([...moments].sort((one, other) => one - other));
  expect(new Set(moments).size).toBe(moments.length);
});
