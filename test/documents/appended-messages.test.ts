// What counts as appended to a machine's own log (C6, D1).
import { expect, test } from 'vitest';
import { appendedMessages } from '../../src/documents/messages/appended-messages.ts';

const BASE =
  '# Messages from 1 to 2\n\n## 1 · 2026-11-20T22:00:00.000Z · normal\nold\n\n## 2 · 2026-11-20T22:00:00.000Z · normal\nolder\n';

test.each([
  ['nothing', BASE, []],
  ['plain text', `${BASE}new`, ['new']],
  ['text after the last line, without its end', `${BASE.trimEnd()}\nnew`, ['new']],
  ['headings', `${BASE}\n## A\na\n## B · high\n`, ['A\n\na', 'B']],
  ['a heading of ours', `${BASE}\n## 3 · 2026-11-20T22:00:00.000Z · high\nnew\n`, ['new']],
  ['CRLF line ends', `${BASE}\n## A\n`.replaceAll('\n', '\r\n'), ['A']],
  ['an edit further up as well', `${BASE.replace('old', 'edited')}\n## A\n`, ['A']],
  ['an edit further up alone', BASE.replace('old', 'edited'), []],
  ['something else altogether', 'overwritten', []],
])('%s', (_what, saved, found) => {
  expect(appendedMessages(BASE, saved, 'x').map(({ body }) => body)).toEqual(found);
});

test('a new file is all new', () => {
  expect(appendedMessages('', '# Messages from 1 to 0\n\nHello.', 'x').map(({ body }) => body)).toEqual(['Hello.']);
});
