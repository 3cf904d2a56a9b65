// L4: how often the health of a program is looked at.
import { expect, test } from 'vitest';
import { HUNG_MS, lookEveryMs } from '../../../src/features/services/rules/hanging.ts';

const MINUTE_MS = 60_000;

test('L4.2 what is ill is looked at several times before it is ended, however seldom otherwise', () => {
  const seldom = { healthEveryMs: 10 * MINUTE_MS };
  expect(lookEveryMs(seldom, 'ONLINE')).toBe(10 * MINUTE_MS);
  expect(lookEveryMs(seldom, 'DEGRADED')).toBeLessThan(HUNG_MS / 2);
  expect(lookEveryMs({ healthEveryMs: 5_000 }, 'DEGRADED')).toBe(5_000);
  expect(lookEveryMs(seldom, 'STARTING')).toBeLessThan(1_000);
});
