import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/documents/text/duration.ts';

test.each([
  ['90s', 90_000],
  ['2h', 7_200_000],
  ['1h30m', 5_400_000],
  ['500ms', 500],
  ['1d', 86_400_000],
  [' 5m ', 300_000],
  ['1m500ms', 60_500],
  [90, 90_000],
  [0.5, 500],
])('reads %j', (written, ms) => {
  expect(parseDuration(written)).toBe(ms);
});

test.each([
  '',
  'h',
  '5',
  '5 m',
  '-5s',
  '1.5h',
  '30m1h',
  '1h1h',
  '5x',
  '9'.repeat(12).concat('d'),
  Number.NaN,
  -1,
  Number.POSITIVE_INFINITY,
])('refuses %j', (written) => {
  expect(parseDuration(written)).toBeNull();
});

test.each([
  [60_000, '1m'],
  [5_400_000, '1h30m'],
  [0, '0s'],
  [1_001, '1s1ms'],
  [-5, '0s'],
])('writes %d', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('D3: parse(format(x)) = x', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 10 ** 13 }), (ms) => parseDuration(formatDuration(ms)) === ms));
});
