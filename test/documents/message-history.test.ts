// M4: no message is lost by rotation: what left a log stands in the history once, as it was.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MovedMessage } from '../../src/core/model/messages/mail.ts';
import {
  appendMessageHistory,
  messagesIn,
  notInHistory,
  parseMessageHistory,
} from '../../src/documents/messages/message-history.ts';

function moved(number: number, body: string, reader = '2', at = '2026-11-20T22:00:00.000Z'): MovedMessage {
  return { number, at, priority: 'normal', body, reader };
}

test('entries come back as they were, by month', () => {
  const all = [moved(1, 'a'), moved(2, 'b', 'ALL'), moved(3, '## to 2 · 9 · x', '2', '2026-12-01T00:00:00.000Z')];
  const texts = appendMessageHistory(1, new Map(), all);
  expect([...texts.keys()]).toEqual(['2026-11', '2026-12']);
  expect(parseMessageHistory(texts.get('2026-11') ?? '')).toEqual(all.slice(0, 2));
  expect(parseMessageHistory(texts.get('2026-12') ?? '')).toEqual(all.slice(2));
});

test('every body comes back as it was', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('## to 2 · 1 · 2026-11-20T22:00:00.000Z · low', '\\## 1 · x', '\r', ''),
  );
  fc.assert(
    fc.property(fc.array(fc.array(line).map((lines) => lines.join('\n').trimEnd())), (bodies) => {
      const all = bodies.map((body, at) => moved(at + 1, body));
      const text = appendMessageHistory(1, new Map(), all).get('2026-11');
      expect(parseMessageHistory(text ?? '')).toEqual(all);
    }),
  );
});

test('moved again, nothing is written twice', () => {
  const texts = appendMessageHistory(1, new Map(), [moved(1, 'a')]);
  expect(appendMessageHistory(1, texts, [moved(1, 'a')])).toEqual(new Map());
  expect(notInHistory([moved(1, 'a'), moved(2, 'b')], texts.values())).toEqual([moved(2, 'b')]);
  const more = appendMessageHistory(1, texts, [moved(1, 'a'), moved(2, 'b')]);
  expect(parseMessageHistory(more.get('2026-11') ?? '').map(({ number }) => number)).toEqual([1, 2]);
});

test('M4: a full month goes on in parts of its own name', () => {
  const all = [...Array(14)].map((_, at) => moved(at + 1, 'x'.repeat(60_000), '2', '2026-12-20T22:00:00.000Z'));
  const texts = appendMessageHistory(1, new Map(), all);
  expect([...texts.keys()]).toEqual(['2026-12', '2026-12.2', '2026-12.3']);
  const there = [...texts.values()].flatMap((text) => messagesIn(parseMessageHistory(text), '2'));
  expect(there.map(({ number }) => number)).toEqual(all.map(({ number }) => number));
  expect([...appendMessageHistory(1, new Map([['2026-12', null]]), all.slice(0, 1)).keys()]).toEqual(['2026-12.2']);
});
