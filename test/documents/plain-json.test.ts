// The quick reader of JSON and the one that knows where everything stands say the same of every text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toValue } from '../../src/documents/json/json-node.ts';
import { readJson } from '../../src/documents/json/json-text.ts';
import { plainJson } from '../../src/documents/json/plain-json.ts';

const plainly = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What the other reader makes of it; undefined = it has something to say. */
function slowly(text: string): unknown {
  const { root, faults } = readJson(text, 'x.json');
  return root === null || faults.length > 0 ? undefined : plainly(toValue(root));
}

const piece = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '"a"',
  '"b":',
  '":"',
  '1',
  'null',
  ' ',
  '\n',
  '"__proto__":',
  '\\u0061',
);

test('D8 every text of odd pieces, and every value, is read as by the other reader', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join('');
      expect(plainly(plainJson(text) ?? null)).toEqual(slowly(text) ?? null);
    }),
    { numRuns: 5000 },
  );
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (json, space) => {
      const text = JSON.stringify(JSON.parse(json), null, space);
      expect(plainly(plainJson(text) ?? null)).toEqual(slowly(text) ?? null);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  { text: '{"a":1,"a":1}', what: 'a name twice' },
  { text: '{"a":1,"\\u0061":1}', what: 'a name twice, once in escapes' },
  { text: '{"x":[{"__proto__":1}]}', what: 'the name of a prototype' },
  { text: `${'['.repeat(65)}${']'.repeat(65)}`, what: 'a level too many' },
  { text: `[${'1,'.repeat(10_000)}1]`, what: 'an entry too many' },
  { text: `"${'x'.repeat(1_048_576)}"`, what: 'too many bytes' },
])('D8 $what is refused', ({ text }) => {
  expect(plainJson(text)).toBeUndefined();
});

test.each([
  { text: '{"a":": \\":","b":"\\\\"}' },
  { text: '{"a\\":":1, "b" : {"a\\\\" :2}}' },
  { text: `${'['.repeat(64)}${']'.repeat(64)}` },
])('D8 $text is read', ({ text }) => {
  expect(plainJson(text)).toEqual(JSON.parse(text));
});
