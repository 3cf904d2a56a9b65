import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { readFlatYaml } from '../../src/documents/yaml/flat-yaml.ts';
import { renderScalar } from '../../src/documents/yaml/yaml-scalar.ts';
import { readYaml } from '../../src/documents/yaml/yaml-text.ts';

const told = (text: string) => readYaml(text, 'fleet.yaml').faults.map((it) => `${it.line}:${it.column} ${faultSentence(it)}`);
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

test('D8: depth is stopped before the parser, every time: twice in one process it would abort', () => {
  for (const levels of [2000, 2000, 15_000, 15_000]) {
    for (const text of ['['.repeat(levels), '{a: '.repeat(levels), '- '.repeat(levels), '? '.repeat(levels), nested(levels)]) {
      expect(told(text)).toHaveLength(1);
      expect(told(text)[0]).toContain('expected at most 64 levels, found more');
    }
  }
});

test('D8: 64 levels pass, 65 do not', () => {
  expect(told(nested(64))).toEqual([]);
  expect(told(nested(65))).toHaveLength(1);
});

test('D8: 64 KiB and 10,000 entries are the most', () => {
  expect(told(`a: ${'x'.repeat(65_533)}`)).toEqual([]);
  expect(told(`a: ${'x'.repeat(65_534)}`)).toEqual(['null:null expected at most 64 KiB of settings, found more']);
  const list = (length: number) => `[${'1,'.repeat(length)}]`;
  expect(told(list(10_000))).toEqual([]);
  expect(told(list(10_001))[0]).toContain('expected at most 10000 entries');
});

describe('what could surprise is a fault with its place', () => {
  test.each([
    ['a: 1\na: 2', '2:1 expected each name once, found "a" a second time'],
    ['b: 1\n__proto__: 1', '2:1 expected a name that is allowed, found "__proto__"'],
    ['a: {constructor: 1}', '1:5 expected a name that is allowed, found "constructor"'],
    ['a: &b 1\nc: *b', '2:4 expected the value itself, found an alias, *b'],
    ['a: !!js/function "x"', '1:4 expected a value without a tag, found !!js/function'],
    ['paused: !!timestamp 2001-01-01', '1:9 expected a value without a tag, found !!timestamp'],
    ['paused: !!set {a, b}', '1:9 expected a value without a tag, found !!set'],
    ['a: !<tag:yaml.org,2002:binary> AAAA', '1:4 expected a value without a tag, found !<tag:yaml.org,2002:binary>'],
    ['? [a]\n: 1', '1:1 expected a plain word as a key, found something else'],
  ])('%j', (text, sentence) => {
    expect(told(text)).toEqual([sentence]);
  });

  test.each(['%YAML 1.1\n---\na: yes', 'a: 1\n---\nb: 1', 'a: "x', 'a: b: c', '\tx: 1\n y'])('%j', (text) => {
    expect(told(text)).toHaveLength(1);
    expect(readYaml(text, 'x').value).toBeNull();
  });
});

test('values have no prototype, and top-level values a place', () => {
  const { value, positionOf } = readYaml('a: 1\nb:\n  c: 2\n', 'x');
  expect(value).toEqual({ a: 1, b: { c: 2 } });
  expect(Object.getPrototypeOf(value)).toBeNull();
  expect(positionOf('b')).toEqual({ line: 3, column: 3 });
  expect(positionOf('z')).toBeNull();
});

test('merge keys are no keys of ours: nothing is merged', () => {
  expect(readYaml('<<: {a: 1}\nb: 2', 'x').value).toEqual({ '<<': { a: 1 }, b: 2 });
});

test('an empty document is null, without a fault', () => {
  expect(readYaml('# only a comment\n', 'x')).toMatchObject({ value: null, faults: [] });
});

const tricky = fc.constantFrom(
  'null',
  '~',
  'true',
  'no',
  '1',
  '1.0',
  '1e3',
  '0x1F',
  '.inf',
  '- a',
  'a: b',
  'a #b',
  '',
  ' a',
  'a ',
  '2026-11-20',
  '<<',
  '007',
  '\u2028',
  '*a',
  '@a',
  'a:',
);
const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  tricky,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);

test('D3: a rendered scalar reads back as the same value and type, on one line', () => {
  fc.assert(
    fc.property(scalar, (value) => {
      const text = renderScalar(value);
      expect(text).not.toMatch(/[\r\n\u2028\u202e\u0085]/);
      for (const read of [readYaml, readFlatYaml])
        expect(read(`key: ${text}\n`, 'x')).toMatchObject({ value: { key: value }, faults: [] });
    }),
    { numRuns: 1000 },
  );
});

test('no text makes it throw', () => {
  const piece = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '|',
    '>',
    '#',
    '&a',
    '*a',
    '!',
    '%',
    '---',
    '...',
    '?',
    '\t',
    ',',
    '\r\n',
    '<<',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => readYaml(pieces.join(''), 'x').faults.length <= 1),
    { numRuns: 2000 },
  );
});

test('the first mistake ends the reading: what stands behind it is not looked at', () => {
  const { faults } = readYaml('a: "\\q"\n---\nb: 1\n', 'specs/a.md');
  expect(faults).toMatchObject([{ line: 1, expected: 'YAML', found: expect.stringContaining('escape') }]);
});

describe('flat settings, as machines write them', () => {
  const told = (text: string) => readFlatYaml(text, 'x').faults.map((it) => `${it.line}:${it.column} ${faultSentence(it)}`);

  test.each([
    ['a: 1\na: 2', '2:1 expected each name once, found "a" a second time'],
    ['a: 1\n__proto__: 2', '2:1 expected a name that is allowed, found "__proto__"'],
    ['a: b: c', '1:4 expected quotes around a text with a colon in it, found b: c'],
    ['a: *b', '1:4 expected a word, a number or a quoted text in one line, found *b'],
    ['a: |\n  x', '1:4 expected a word, a number or a quoted text in one line, found |'],
    ['a: x\n  y', '2:1 expected a line of the form "name: value", found a line of another form'],
    ['a: "x', '1:4 expected a word, a number or a quoted text in one line, found "x'],
    ['a: "x" y', '1:4 expected nothing behind a quoted value, found  y'],
    ['a\t#: b', '1:1 expected a line of the form "name: value", found a\t#: b'],
    ['? a', '1:1 expected a line of the form "name: value", found ? a'],
  ])('%j is a fault at its place', (text, sentence) => {
    expect(told(text)).toEqual([sentence]);
    expect(readFlatYaml(text, 'x').value).toBeNull();
  });

  test('what it reads without a fault it reads as YAML does', () => {
    const piece = fc.constantFrom(
      ...['a', 'b c', ':', ': ', ' ', '\n', '\na: ', '\n"b": ', '"x"', "'it''s'", '"\\u0041"', "'", '"', '#', ' # x', '\t'],
      ...[
        '1',
        '-',
        '+',
        '0x1F',
        '0o7',
        '1e3',
        '.5',
        '1.',
        '.inf',
        '.nan',
        '~',
        'null',
        'true',
        'False',
        'yes',
        '?',
        '@',
        '*',
        '&',
        '!',
        '|',
        ',',
      ],
    );
    let read = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = `z: ${pieces.join('')}\n`;
        const flat = readFlatYaml(text, 'x');
        if (flat.faults.length > 0 || Object.values(Object(flat.value)).some(Array.isArray)) return;
        read += 1;
        const whole = readYaml(text, 'x');
        expect({ text, value: flat.value, faults: whole.faults }).toEqual({ text, value: whole.value, faults: [] });
      }),
      { numRuns: 20_000 },
    );
    expect(read).toBeGreaterThan(2_000);
  });

  test('a list or a mapping is named, and not looked into', () => {
    const { value, faults, positionOf } = readFlatYaml('a: [b, {\nc:\n  - d\n  e: f\ng: { h: 1 }\n', 'x');
    expect(faults).toEqual([]);
    expect(value).toEqual({ a: ['[b, {'], c: ['…'], g: ['{ h: 1 }'] });
    expect(positionOf('g')).toEqual({ line: 5, column: 4 });
  });
});
