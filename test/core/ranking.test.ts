// O3: who tries first for a shared order.
import { describe, expect, test } from 'vitest';
import { decide } from '../../src/core/decide.ts';
import type { JournalState } from '../../src/core/model/journal.ts';
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

  test('O3 its own load counts as it is now: a run that has ended keeps it waiting for nobody', () => {
    const [, , third] = claimsOf([0, 0, 2]);
    expect(third).toHaveLength(2);
  });

  test('O3 nor does a run that its lane has not told of yet count for nothing', () => {
    const [, , third] = claimsOf([0, 0, 0], (machine) => (machine === 3 ? { active: [active('x')] } : {}));
    expect(third).toEqual([]);
  });
});
