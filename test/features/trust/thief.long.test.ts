// T5, T6: random hostile pushes against a signed fleet of three. `npm run thief -- --pushes 10000` plays more of them.
import { expect, test } from 'vitest';
import { playThief } from './thief/episode.ts';

test.each([1, 2, 3])('T5, T6 a thief starts nothing, and all is done two heartbeats after he ends: seed %i', async (seed) => {
  const { faults, starts } = await playThief(seed, 100);
  expect(faults).toEqual([]);
  expect(starts).toBeGreaterThan(9);
});
