// M3: people write as they like, and every word of it reaches its reader.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePeopleLog } from '../../src/documents/messages/people-log.ts';

const bodies = (text: string) => parsePeopleLog(text, 'messages/0_TO_2.md').value?.map((entry) => entry.body);

test.each([
  ['', []],
  ['\n \n', []],
  ['<!-- write below -->\n', []],
  ['Please restart.', ['Please restart.']],
  ['# Messages from 0 to 2\n\nPlease restart.\n', ['Please restart.']],
  ['# Please restart\nnow', ['# Please restart\nnow']],
  ['## Restart\n\nThe router.\n', ['Restart\n\nThe router.']],
  ['## Restart', ['Restart']],
  ['##\nThe router.', ['The router.']],
  ['before\n##\u00a0A\na', ['before', 'A\n\na']],
  ['before\n## A\na\n## B\nb', ['before', 'A\n\na', 'B\n\nb']],
  ['## A\r\na\r\n\r\n## B\r\n', ['A\n\na', 'B']],
  ['\ufeff## A', ['A']],
  ['##A is no heading', ['##A is no heading']],
  ['### A\nis none either', ['### A\nis none either']],
])('%j holds %j', (text, found) => {
  expect(bodies(text)).toEqual(found);
});

test('a heading may say time and priority, as the logs of machines do', () => {
  const text = '## 3 · 2026-11-20T22:00:00.000Z · high\nQuick.\n## Router · urgent\nNow.\n## normal\n';
  expect(parsePeopleLog(text, 'x').value).toMatchObject([
    { at: '2026-11-20T22:00:00.000Z', priority: 'high', body: 'Quick.' },
    { at: null, priority: 'urgent', body: 'Router\n\nNow.' },
    { at: null, priority: 'normal', body: 'normal' },
  ]);
});

test('equal entries are told apart by their occurrence', () => {
  const { value } = parsePeopleLog('## ok\n## no\n## ok\n', 'x');
  expect(value?.map(({ content, occurrence }) => [content, occurrence])).toEqual([
    ['ok', 1],
    ['no', 1],
    ['ok', 2],
  ]);
});

test('what an editor does to line ends and trailing spaces makes no new entries', () => {
  const text = 'first\n\n## A\nline one\nline two\n\n## B\n\nb\n';
  const names = (it: string) => parsePeopleLog(it, 'x').value?.map(({ content, occurrence }) => [content, occurrence]);
  for (const same of [
    text.replaceAll('\n', '\r\n'),
    text.replaceAll('\n', '  \n'),
    text.trimEnd(),
    `${text}\n\n`,
    `\ufeff${text}`,
  ]) {
    expect(names(same)).toEqual(names(text));
  }
});

test('every word that was written is in some entry', () => {
  const word = fc.stringMatching(/^[a-z]{3,8}$/);
  const line = fc.oneof(
    word,
    word.map((it) => `## ${it}`),
    word.map((it) => `> ${it}`),
    fc.constantFrom('', '##', '```', '---'),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const all = (bodies(lines.join('\n')) ?? []).join('\n');
      for (const it of lines.join(' ').match(/[a-z]+/g) ?? []) expect(all).toContain(it);
    }),
  );
});

test('D8: more than 1 MiB, or 10,000 entries, is not read', () => {
  expect(parsePeopleLog('x'.repeat(1_100_000), 'x').value).toBeNull();
  expect(parsePeopleLog('## x\n'.repeat(10_001), 'x').value).toBeNull();
});

test.each([
  ['## Resolved\n', true],
  ['## The disk is replaced · resolved.\n\nby Ann\n', true],
  ['## resolved it\n', undefined],
  ['resolved\n', undefined],
])('M6 a heading that says so ends an emergency: %j', (text, expected) => {
  expect(parsePeopleLog(text, 'messages/0_TO_2.md').value?.map(({ resolves }) => resolves)).toEqual([expected]);
});
