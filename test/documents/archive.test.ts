// archive/<yyyy-mm>.jsonl (D11): what is added to it, and what a person's editor leaves of it.

import { expect, test } from 'vitest';
import { utf8Bytes } from '../../src/core/base/utf8.ts';
import { type ArchivedOrder, appendArchived, parseArchive } from '../../src/documents/archive/archive.ts';
import { DOCUMENT_LIMITS } from '../../src/documents/text/limits.ts';

const order = (id: string): { month: string; order: ArchivedOrder } => ({
  month: '2026-11',
  order: { id, state: 'COMPLETED', endedAt: '2026-11-20T22:00:00.000Z', entry: { id, run: 'true' } },
});
const added = (before: string, ...ids: string[]) => appendArchived(new Map([['2026-11', before]]), ids.map(order)).texts;
const idsIn = (text: string | undefined) => parseArchive(text ?? '').map(({ id }) => id);

test('D11 a part whose last line end an editor took away loses no order', () => {
  const text = added('', 'a', 'b').get('2026-11') ?? '';
  expect(idsIn(added(text, 'c', 'd').get('2026-11'))).toEqual(['a', 'b', 'c', 'd']);
  expect(idsIn(added(text.trimEnd(), 'c', 'd').get('2026-11'))).toEqual(['a', 'b', 'c', 'd']);
});

test('D8, D11 the line end that is missing counts: no part grows over its limit', () => {
  const line = added('', 'a').get('2026-11') ?? '';
  const full = 'x'.repeat(DOCUMENT_LIMITS.sizeBytesMax - utf8Bytes(line));
  const texts = added(full, 'a');
  expect(Math.max(...[...texts.values()].map(utf8Bytes))).toBeLessThanOrEqual(DOCUMENT_LIMITS.sizeBytesMax);
  expect([...texts.keys()]).toEqual(['2026-11.2']);
});

test('D11 what no order can be called is none, so no terminal is told what a line says', () => {
  const line = (id: string) => `${JSON.stringify({ id, state: 'COMPLETED', endedAt: null, entry: { id } })}\n`;
  expect(idsIn(['a', '\u001b[2J', 'a@1', '', '../x', 'b'].map(line).join(''))).toEqual(['a', 'b']);
});
