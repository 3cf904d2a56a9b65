import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameValue } from '../../src/core/base/same-value.ts';

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });

test('the order of keys does not count, and what is undefined is not there', () => {
  expect(sameValue({ a: 1, b: { c: [1, 2], d: undefined } }, { b: { c: [1, 2] }, a: 1 })).toBe(true);
  expect(sameValue({ a: undefined }, { b: undefined })).toBe(true);
  expect(sameValue({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(sameValue({ a: 1, b: 2 }, { a: 1 })).toBe(false);
  expect(sameValue({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  expect(sameValue({ a: null }, { a: undefined })).toBe(false);
  expect(sameValue({ a: [] }, { a: {} })).toBe(false);
  // A record with a key of the language: what is inherited is not there.
  expect(sameValue({ constructor: 1 }, {})).toBe(false);
});

test('it agrees with the text that JSON gives', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 3 }, fc.constantFrom(0, 1, 'a', null, true), fc.array(tie('any'), { maxLength: 2 }), tie('record')),
    record: fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(fc.constant(undefined), tie('any')), { maxKeys: 2 }),
  })).record;
  fc.assert(
    fc.property(value, value, (one, other) => {
      expect(sameValue(one, other)).toBe(canonical(one) === canonical(other));
    }),
    { numRuns: 2_000 },
  );
});
