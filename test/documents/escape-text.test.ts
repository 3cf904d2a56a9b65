import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markdownCell, mermaidLabel, visibleJson, visibleText } from '../../src/documents/text/escape-text.ts';

test.each([
  ['\u001b[31mred', '\\u{1b}[31mred'],
  ['a\u0000b', 'a\\u{0}b'],
  ['\u202eevil\u2066', '\\u{202e}evil\\u{2066}'],
  ['zero\u200bwidth', 'zero\\u{200b}width'],
  ['\u0085\u009b', '\\u{85}\\u{9b}'],
  ['\ud800', '\\u{d800}'],
  ['a\u{e0041}\u061c\u00ad\u3164\ufe01', 'a\\u{e0041}\\u{61c}\\u{ad}\\u{3164}\\u{fe01}'],
  ['❤\ufe0f', '❤\ufe0f'],
  ['a\r\nb\rc', 'a\nb\\u{d}c'],
  ['two\nlines\tä 😀', 'two\nlines\tä 😀'],
])('visibleText %j', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

test.each([
  ['a family', '👨\u200d👩\u200d👧\u200d👦'],
  ['a scientist with a skin tone, and a heart on fire', '👩🏽\u200d🔬 ❤\ufe0f\u200d🔥'],
  ['Devanagari', 'क्\u200dष, क्\u200cष'],
  ['Malayalam, at the end of a word', 'അവന്\u200d'],
  ['Sinhala', 'ශ්\u200dරී'],
  ['Persian', 'می\u200cخواهم'],
])('joiners of letters and emoji are shown as they are written: %s', (_, text) => {
  expect(visibleText(text)).toBe(text);
  const json = visibleJson(JSON.stringify(text));
  expect(json).toBe(JSON.stringify(text));
});

test.each([
  ['pay\u200dpal', 'pay\\u{200d}pal'],
  ['pay\u200cpal', 'pay\\u{200c}pal'],
  ['\u200d', '\\u{200d}'],
  ['👨\u200d', '👨\\u{200d}'],
  ['👨\u200da', '👨\\u{200d}a'],
  ['👨\u200c👩', '👨\\u{200c}👩'],
  ['क\u200da', 'क\\u{200d}a'],
  ['क्\u200d\u200dष', 'क्\u200d\\u{200d}ष'],
  ['می\u200c\u200cخ', 'می\\u{200c}\\u{200c}خ'],
  ['می\u202eخ', 'می\\u{202e}خ'],
  ['🏴\u{e0067}\u{e007f}', '🏴\\u{e0067}\\u{e007f}'],
])('joiners that join nothing, and what deceives, are not: %j', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

test.each([
  ['a | b', 'a \\| b'],
  ['`code`', '\\`code\\`'],
  ['<script>', '&lt;script&gt;'],
  ['two\nlines', 'two lines'],
  ['[x](http://evil)', '\\[x\\](http://evil)'],
  ['# head', '\\# head'],
  ['- item', '\\- item'],
  ['1. item', '1\\. item'],
  ['a\\|b', 'a\\\\\\|b'],
  ['&lt;', '&amp;lt;'],
])('markdownCell %j', (text, shown) => {
  expect(markdownCell(text)).toBe(shown);
});

test('a Mermaid label holds no character that means anything there', () => {
  expect(mermaidLabel('2 pc"] --> x')).toBe('2 pc#34;#93; --#62; x');
  expect(mermaidLabel('%%{init}%%')).toBe('#37;#37;#123;init#125;#37;#37;');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => !/["`<>[\]{}|%&;\\\n]/.test(mermaidLabel(text).replace(/#\d+;/g, ''))),
  );
});

test('a Mermaid label is cut, never in the middle of an entity', () => {
  expect(mermaidLabel('"'.repeat(100))).toBe(`${'#34;'.repeat(39)}…`);
});

test('D3: visibleJson is the same value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = visibleJson(JSON.stringify(text));
      expect(JSON.parse(json)).toBe(text);
      expect(visibleText(json)).toBe(json);
    }),
  );
});
