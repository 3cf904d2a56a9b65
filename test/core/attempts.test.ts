import { expect, test } from 'vitest';
import { attemptsOf, hasCompleted, nextClaimable } from '../../src/core/attempts.ts';
import { ended, order, view } from './samples.ts';

test.each([
  [1, 2],
  [2, 1],
])('S4 of an order that was for all before it was shared, the success of machine %i counts beside the failure of %i', (one, other) => {
  const machines = new Map([
    [one, view(one, { results: { ended: [ended('a')] } })],
    [other, view(other, { results: { ended: [ended('a', { state: 'FAILED', exitCode: 1 })] } })],
  ]);
  const shared = order('a', { assign: { kind: 'any' }, attempts: 2 });
  const attempts = attemptsOf(shared, new Map([...machines].sort(([a], [b]) => a - b)), []);
  expect(hasCompleted(attempts)).toBe(true);
  expect(nextClaimable(shared, attempts, () => false)).toBeNull();
});
