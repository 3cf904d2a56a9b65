import { expect, test } from 'vitest';
import { HOSTILE_UNITS, microsecondsOf } from './redact-hostile.ts';

test.each(HOSTILE_UNITS)('hostile input of 1 MB is done in linear time: %j', (unit) => {
  expect(microsecondsOf(unit, 1_000_000)).toBeLessThan(10_000_000);
});
