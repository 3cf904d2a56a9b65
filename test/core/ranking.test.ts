// O3: who tries first for a shared order.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hash } from '../../src/core/base/hash.ts';
import { decide } from '../../src/core/decide/decide.ts';
import { RANK_WAIT_MS, rankWaitMs } from '../../src/core/decide/ranking.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import { active, at, journal, order, self, snapshot, view } from './samples.ts';

const orders = Array.from({ length: 12 }, (_, index) => order(`o-${index}`, { assign: { kind: 'any' } }));

/** How many of the orders each machine claims at once; all have two slots. */
function claimsOf(said: readonly number[], now: (machine: number) => Partial<JournalState> = () => ({})): string[][] {
  const machines = said.map((load, index) => view(index + 1, { document: { slots: 2, load } }));
  const seen = snapshot({ machines, orders });
  return said.map((_, index) => {
    const machine = index + 1;
    const when = { now: at(0), fetchedAt: at(0), unplaced: new Map() };
    const { actions } = decide(seen, journal({ machine, ...now(machine) }), self({ slots: 2 }, machine), when);
    return actions.flatMap((action) => (action.kind === 'claim' ? [action.order.id] : []));
  });
}

describe('O3: the ranking spreads orders', () => {
  test('O3 all free: each claims as many as it has slots, and no two the same', () => {
    const claims = claimsOf([0, 0, 0]);
    expect(claims.map((ids) => ids.length)).toEqual([2, 2, 2]);
    expect(new Set(claims.flat()).size).toBe(6);
  });

  test('O3 of 200 that are free each order has one that tries first, and no two the same', () => {
    const claims = claimsOf(Array.from({ length: 200 }, () => 0));
    expect(claims.flat().sort()).toEqual(orders.map(({ id }) => id).sort());
  });

  test('O3 its own load counts as it is now: a run that has ended keeps it waiting for nobody', () => {
    const [, , third] = claimsOf([0, 0, 2]);
    expect(third).toHaveLength(2);
  });

  test('O3 nor does a run that its lane has not told of yet count for nothing', () => {
    const [, , third] = claimsOf([0, 0, 0], (machine) => (machine === 3 ? { active: [active('x')] } : {}));
    expect(third).toEqual([]);
  });
});

test('O3.1 runs for its slots, then how much of its computer is used, then a hash of order and machine', () => {
  const said = fc.record({
    slots: fc.constant(3),
    load: fc.integer({ min: 0, max: 2 }),
    usage: fc.constantFrom({ cpu: 0, memory: 0 }, { cpu: 0.6, memory: 0 }, { cpu: 0, memory: 0.9 }),
  });
  fc.assert(
    fc.property(fc.array(said, { minLength: 1, maxLength: 8 }), fc.constantFrom(...orders), (documents, it) => {
      const machines = new Map(documents.map((document, index) => [index + 1, view(index + 1, { document })]));
      const keyOf = (machine: number) => {
        const { load = 0, usage = { cpu: 0, memory: 0 } } = documents[machine - 1] ?? {};
        return [load, usage.memory > 0 ? 2 : usage.cpu > 0 ? 1 : 0, hash(`${it.id}@1 ${machine}`)] as const;
      };
      const ranked = [...machines.keys()].sort((one, other) => {
        const [a, b] = [keyOf(one), keyOf(other)];
        return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
      });
      const waits = ranked.map((machine) => rankWaitMs(machine, it, machines, () => false));
      expect(waits).toEqual(ranked.map((_, rank) => rank * RANK_WAIT_MS));
    }),
  );
});

describe('O3: whom people named first gets the time of one of its looks', () => {
  const waits = (of: readonly (number | string)[], heartbeats: readonly number[], change: object = {}) => {
    const machines = new Map(
      heartbeats.map((heartbeatMs, index) => [index + 1, view(index + 1, { document: { heartbeatMs, ...change } })]),
    );
    const x = order('x', { assign: { kind: 'list', of } });
    return heartbeats.map((_, index) => rankWaitMs(index + 1, x, machines, () => false));
  };

  test.each<[what: string, heartbeats: readonly number[], expected: readonly number[]]>([
    ['the others wait for a look of it, as late as one may come', [60_000, 60_000], [0, 72_000]],
    ['one that comes often: a rank', [10_000, 60_000], [0, 15_000]],
    ['one that cron calls each hour: as long as a daemon may stay away', [3_600_000, 60_000], [0, 300_000]],
  ])('O3 %s', (_, heartbeats, expected) => {
    expect(waits([1, 2], heartbeats)).toEqual(expected);
  });

  test('O3 all that `any` brings stand at one place: 15 s apart, after a look of the one before them', () => {
    const [first, ...others] = waits(['m3', 'any'], [60_000, 60_000, 60_000, 60_000]).sort(
      (one, other) => (one ?? 0) - (other ?? 0),
    );
    expect([first, ...others]).toEqual([0, 72_000, 87_000, 102_000]);
    expect(waits(['m3', 'any'], [60_000, 60_000, 60_000, 60_000])[2]).toBe(0);
  });

  test('O3 nobody waits for one that has no slot free, or is paused', () => {
    expect(waits([1, 2], [60_000, 60_000], { load: 1 })).toEqual([0, 0]);
    expect(waits([1, 2], [60_000, 60_000], { state: 'PAUSED' })).toEqual([0, 0]);
  });
});
