// B1: what a word of the bell asks of a machine, whatever stands in it.
import { expect, test } from 'vitest';
import { askedBy } from '../../../src/features/bell/rules/hearing.ts';

const OWN = 2;
const nobodyWaits = () => false;
const ring = (machine: number, whom: unknown) => ({ kind: 'ring', machine, value: { lane: machine, for: whom } });
const here = (machine: number, value: unknown) => ({ kind: 'here', machine, value });
const THERE = { epoch: '1', since: '2026-11-20T22:00:00Z', ttlMs: 1_000, state: 'IDLE', version: '1.0.0' };

test('B5 a ring makes who is named look, and who waits for an order; its own makes nobody look', () => {
  expect(askedBy(ring(1, [2]), OWN, nobodyWaits)).toEqual({ kind: 'ring', rung: 1 });
  expect(askedBy(ring(77, 'all'), OWN, nobodyWaits)).toEqual({ kind: 'ring', rung: Number.POSITIVE_INFINITY });
  expect(askedBy(ring(1, [3]), OWN, nobodyWaits)).toEqual({ kind: 'ring', rung: 0 });
  expect(askedBy(ring(1, []), OWN, () => true)).toEqual({ kind: 'ring', rung: 1 });
  expect(askedBy(ring(OWN, 'all'), OWN, nobodyWaits)).toBeNull();
});

test('B6 presence is kept down, and nothing else; that this machine is gone is said anew by itself', () => {
  expect(askedBy(here(1, { gone: true }), OWN, nobodyWaits)).toEqual({ kind: 'presence', presence: 'gone' });
  expect(askedBy(here(1, THERE), OWN, nobodyWaits)).toEqual({ kind: 'presence', presence: THERE });
  expect(askedBy(here(OWN, { gone: true }), OWN, nobodyWaits)).toEqual({ kind: 'said gone' });
});

test('B1 words of any other shape ask for nothing', () => {
  const values = [null, 7, 'gone', [], {}, { lane: -1, for: 'all' }, { lane: 1, for: [0] }, { ttlMs: Number.NaN }];
  for (const kind of ['ring', 'here', 'log', 'none'])
    for (const value of values) expect(askedBy({ kind, machine: 1, value }, OWN, nobodyWaits)).toBeNull();
  expect(askedBy({ kind: 'ask', machine: 1, value: null }, OWN, nobodyWaits)).toEqual({ kind: 'look' });
  expect(askedBy({ kind: 'ask', machine: OWN, value: null }, OWN, nobodyWaits)).toEqual({ kind: 'echo' });
});
