import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fault, faultSentence } from '../../src/core/model/status/fault.ts';
import { toValue } from '../../src/documents/json/json-node.ts';
import { readJson } from '../../src/documents/json/json-text.ts';

const at = ({ level, line, column }: Fault) => `${level} ${line}:${column}`;
const told = (text: string) => readJson(text, 'ORDERS.json').faults.map((fault) => `${at(fault)} ${faultSentence(fault)}`);
const readValue = (text: string) => {
  const { root } = readJson(text, 'ORDERS.json');
  return root === null ? 'nothing' : toValue(root);
};

describe('D4: what is forgiven has one warning a kind, at its first place', () => {
  test.each<[what: string, text: string, value: unknown, warnings: string[]]>([
    ['a byte order mark', '\ufeff{"a":1}', { a: 1 }, ['warning 1:1 expected no byte order mark, found one']],
    ['comments', '// x\n{"a":/* y */1}', { a: 1 }, ['warning 1:1 expected no comment in JSON, found one (it is kept)']],
    [
      'trailing commas',
      '{"a":[1,2, ],\n}',
      { a: [1, 2] },
      ['warning 1:10 expected no comma before a closing bracket, found one'],
    ],
    ['smart quotes', '{\n “a”: „b‟, “c": 1}', { a: 'b', c: 1 }, ['warning 2:2 expected straight quotes ("), found smart quotes']],
  ])('%s', (_, text, value, warnings) => {
    expect(readValue(text)).toEqual(value);
    expect(told(text)).toEqual(warnings);
  });

  test('CRLF is JSON', () => {
    expect(readValue('{\r\n"a": 1\r\n}\r\n')).toEqual({ a: 1 });
    expect(told('{\r\n"a": 1\r\n}\r\n')).toEqual([]);
  });
});

test('D5: smart quotes inside a straight-quoted string are content', () => {
  expect(readValue('{"say": "“hi” // no comment, ]"}')).toEqual({ say: '“hi” // no comment, ]' });
  expect(told('{"say": "“hi”,}"}')).toEqual([]);
});

test('D5: an escaped quote does not end a string that a smart quote opened', () => {
  expect(readValue('[“a\\"b”]')).toEqual(['a"b']);
});

describe('D4: one fault says what was expected and what stands there', () => {
  test.each([
    ['{"x": [1,\n  {"title": "x"\n   "id": 2}]}', 'fault 3:4 expected a comma or a closing bracket, found "id"'],
    ['{"a": ', 'fault 1:7 expected a value, found the end of the text'],
    ['["a", "b"', 'fault 1:10 expected a comma or a closing bracket, found the end of the text'],
    ['{a: 1}', 'fault 1:2 expected text in double quotes, a number or a bracket, found a'],
    ['{"a" 1}', 'fault 1:6 expected a colon, found 1'],
    ['{"a": "x\n}', 'fault 1:7 expected a closing quote in the same line, found "x'],
    ['{"a":1}}', 'fault 1:8 expected the end of the document, found }'],
    ['[\u00a01]', 'fault 1:2 expected text in double quotes, a number or a bracket, found \\u{a0}1'],
    ['[1,,2]', 'fault 1:4 expected a value, found ,'],
    ['', 'fault null:null expected JSON, found an empty document'],
    ['\ufeff \r\n', 'fault null:null expected JSON, found an empty document'],
    ['{"a":1,\n"a":2}', 'fault 2:1 expected each name once, found "a" a second time'],
    ['{"__proto__":{}}', 'fault 1:2 expected a name that is allowed, found "__proto__"'],
    ['[{"constructor":1}]', 'fault 1:3 expected a name that is allowed, found "constructor"'],
    ['{"a":1}\n<<<<<<< HEAD\n=======\n>>>>>>> x', 'fault 2:1 expected JSON, found a git conflict marker'],
    ['\ufeff{"a" 1}', 'fault 1:6 expected a colon, found 1'],
  ])('%j', (text, sentence) => {
    expect(told(text).filter((it) => it.startsWith('fault'))).toEqual([sentence]);
  });
});

test('D8: 64 levels pass, 65 and 20,000 are a fault', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  expect(told(nested(64))).toEqual([]);
  expect(told(nested(65))).toEqual(['fault 1:65 expected at most 64 levels of brackets, found more']);
  expect(told('['.repeat(20_000))).toHaveLength(1);
  expect(told('{"a":'.repeat(20_000))).toHaveLength(1);
});

test('D8: 1 MiB and 10,000 entries are the most', () => {
  const text = (bytes: number) => `"${'ä'.repeat((bytes - 2) / 2)}"`;
  expect(told(text(1_048_576))).toEqual([]);
  expect(told(text(1_048_578))).toEqual(['fault null:null expected at most 1 MiB of text, found more']);
  const list = (length: number) => JSON.stringify(Array.from({ length }, () => 0));
  expect(told(list(10_000))).toEqual([]);
  expect(told(list(10_001))).toEqual(['fault 1:1 expected at most 10000 entries, found 10001']);
});

test('values have no prototype', () => {
  expect(Object.getPrototypeOf(readValue('{"a":{}}'))).toBeNull();
});

test('D3: every JSON value is read as it is, without a word', () => {
  const allowed = (value: unknown) => !/"(?:__proto__|constructor|prototype)":/.test(JSON.stringify(value));
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }).filter(allowed), fc.constantFrom(0, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(told(text)).toEqual([]);
      expect(JSON.stringify(readValue(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('no text makes it throw', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '“',
    '”',
    '\\',
    '/',
    '*',
    '//',
    '/*',
    '\n',
    '\r',
    'a',
    '1',
    '\ufeff',
    ' ',
    'true',
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => readJson(pieces.join(''), 'x').faults.length >= 0));
});
