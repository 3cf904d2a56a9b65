import fc from 'fast-check';
import matter from 'gray-matter';
import { afterEach, describe, expect, test } from 'vitest';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { readFrontMatter, renderFrontMatter } from '../../src/documents/yaml/front-matter.ts';

const flag = globalThis as { executed?: boolean };
const told = (text: string) =>
  readFrontMatter(text, 'COMPUTER_1.md').faults.map((it) => `${it.line}:${it.column} ${faultSentence(it)}`);

afterEach(() => {
  delete flag.executed;
});

const CODE = 'globalThis.executed = true';
const languages = [
  'js',
  'javascript',
  'JS',
  ' js',
  'coffee',
  'cson',
  'json',
  'toml',
  'constructor',
  '__proto__',
  'toString',
  'yaml',
  'eval',
  ' javascript ',
  '\tjs',
];

describe('text never runs, whatever language its first line names', () => {
  test.each(languages)('---%j', (language) => {
    for (const body of [CODE, `(${CODE})`, `module.exports = ${CODE}`, `{a: (${CODE})}`]) {
      for (const end of ['\n', '\r\n']) {
        const text = `---${language}${end}${body}${end}---${end}`;
        readFrontMatter(text, 'x');
        readFrontMatter(`\ufeff${text}`, 'x');
        expect(readFrontMatter(text, 'x').data).toBeNull();
      }
    }
    expect(flag.executed).toBeUndefined();
  });
});

test('code in front matter: gray-matter itself has no engine left, not even its own for YAML', () => {
  for (const language of ['js', 'javascript', 'json', 'yaml', ''])
    expect(() => matter(`---${language}\n${CODE}\n---\n`, {})).toThrow('is not registered');
  expect(flag.executed).toBeUndefined();
});

describe('D4: a fault with its place', () => {
  test.each([
    ['', '1:1 expected a line of --- at the top, found an empty document'],
    ['# hello', '1:1 expected a line of --- at the top, found something else'],
    ['---\na: 1\n', '1:1 expected a second line of --- after the front matter, found none'],
    ['---\na: 1\n---more\n', '1:1 expected a second line of --- after the front matter, found a line that only begins so'],
    ['---\n- a\n---\n', '2:1 expected front matter of the form "name: value", found something else'],
    ['---\nok: 1\na: *b\n---\n', '3:4 expected the value itself, found an alias, *b'],
    [`---\na: ${'x'.repeat(70_000)}\n---\n`, '1:1 expected short front matter, found too much of it'],
    [`---\n${'a: 1\n'.repeat(200_000)}`, '1:1 expected a second line of --- after the front matter, found none'],
    ['---', '1:1 expected a second line of --- after the front matter, found none'],
    ['---\nnull\n---\n', '2:1 expected front matter of the form "name: value", found something else'],
    ['---\na: 1\n__proto__: {}\n---\n', '3:1 expected a name that is allowed, found "__proto__"'],
    ['\ufeff--- \r\nok: 1\r\na: *b\r\n---\r\n', '3:4 expected the value itself, found an alias, *b'],
    [`---\n${'\n'.repeat(50_000)}---\n`, '1:1 expected short front matter, found too much of it'],
  ])('%#', (text, sentence) => {
    expect(told(text)).toEqual([sentence]);
    expect(told(text)).toEqual([sentence]);
  });
});

test('CRLF, blanks behind the marks, a byte order mark and an empty mapping are read', () => {
  expect(readFrontMatter('\ufeff--- \r\na: 1\r\nb: x\r\n---\r\nbody\r\n', 'x')).toMatchObject({
    data: { a: 1, b: 'x' },
    body: 'body\r\n',
    faults: [],
  });
  expect(readFrontMatter('---\n---\nbody', 'x')).toMatchObject({ data: {}, body: 'body', faults: [] });
  expect(readFrontMatter('---\n# none\n---\nbody', 'x')).toMatchObject({ data: {}, body: 'body', faults: [] });
});

test('D3: a body is kept as it is, with lines of --- and whatever else stands there', () => {
  for (const body of [
    '\n---\nb: 2\n---\n',
    '---\r\n---\r\n',
    '---js\nx\n---\n',
    '\ufeffx',
    '\r\n\r\n',
    '\r',
    '',
    '\n\n# title\n---',
  ])
    for (const end of ['\n', '\r\n'])
      expect(readFrontMatter(`---${end}a: 1${end}---${end}${body}`, 'x')).toMatchObject({ data: { a: 1 }, body, faults: [] });
});

test('words that gray-matter uses are fields like any others, and nothing of a prototype is a field', () => {
  const separators = { '"---"': '---', '{a: 1}': { a: 1 }, '[]': [], '5': 5 };
  for (const [written, excerpt_separator] of Object.entries(separators)) {
    const text = `---\nexcerpt_separator: ${written}\nsections: true\nlanguage: js\n---\none\n---\ntwo\n`;
    const read = readFrontMatter(text, 'x');
    expect(read).toMatchObject({
      data: { excerpt_separator, sections: true, language: 'js' },
      body: 'one\n---\ntwo\n',
      faults: [],
    });
    expect(read.positionOf('language')).toEqual({ line: 4, column: 11 });
  }
  for (const text of ['---\n---\n', '---\n#\n---\n', '---\n# x\n---\n', '---\na: 1\n---\n'])
    expect(Object.getPrototypeOf(readFrontMatter(text, 'x').data)).toBeNull();
});

test('D3: data and body come back as they were rendered, the body byte for byte', () => {
  const key = fc.string({ minLength: 1 }).filter((it) => !['__proto__', 'constructor', 'prototype'].includes(it));
  const data = fc.dictionary(key, fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), fc.constant(null)), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(
      data,
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('---\n', '\r\n', '\n---\n', '---js\n')),
      (fields, body) => {
        expect(readFrontMatter(renderFrontMatter(fields, body), 'x')).toMatchObject({ data: fields, body, faults: [] });
      },
    ),
    { numRuns: 500 },
  );
});
