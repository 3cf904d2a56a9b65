// Logs of machines: what was written comes back as it was, whatever it looks like (D3, M1, M5).
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Message } from '../../src/core/model/messages/message.ts';
import { PRIORITIES } from '../../src/core/model/orders/order.ts';
import { escapeBody, unescapeBody } from '../../src/documents/messages/message-body.ts';
import { parseMessageLog, renderMessageLog } from '../../src/documents/messages/message-log.ts';

const PATH = 'messages/1_TO_2.md';
const AT = '2026-11-20T22:00:00.000Z';

function message(number: number, body: string, priority: Message['priority'] = 'normal'): Message {
  return { number, at: AT, priority, body };
}

test('a log reads as the protocol shows it', () => {
  const text = renderMessageLog(1, '2', [message(11, 'Hello.\n\n- a\n- b'), message(12, 'Now!', 'urgent')]);
  expect(text).toBe(`# Messages from 1 to 2\n\n## 11 · ${AT} · normal\nHello.\n\n- a\n- b\n\n## 12 · ${AT} · urgent\nNow!\n`);
  expect(parseMessageLog(text, PATH)).toEqual({
    value: [message(11, 'Hello.\n\n- a\n- b'), message(12, 'Now!', 'urgent')],
    faults: [],
  });
});

const anyLine = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    `## 13 · ${AT} · normal`,
    `\\## 13 · ${AT} · normal`,
    `\\\\## 1 · x`,
    '## 2 · ',
    '# Messages from 1 to 2',
    '\r',
  ),
  fc.constantFrom('## A heading', '## to 2 · 4 · x', '```', '<!-- x -->', '\u001b[31m', '\u202e', ' ## 3 · a · low', '## 3 ·'),
);
const anyBody = fc.array(anyLine, { maxLength: 8 }).map((lines) => lines.join('\n').trimEnd());
const anyLog = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(...PRIORITIES), anyBody), { maxLength: 10 })
  .map((entries) => {
    let number = 0;
    return entries.map(([step, priority, body]) => {
      number += step;
      return message(number, body, priority);
    });
  });

test('D3: every log comes back as it was', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      expect(parseMessageLog(renderMessageLog(1, '2', log), PATH)).toEqual({ value: log, faults: [] });
    }),
    { numRuns: 500 },
  );
});

test('a body cannot end its entry and begin another one', () => {
  fc.assert(
    fc.property(anyBody, (body) => {
      expect(unescapeBody(escapeBody(body))).toBe(body);
      const { value } = parseMessageLog(renderMessageLog(1, '2', [message(1, body), message(2, 'after')]), PATH);
      expect(value?.map(({ number }) => number)).toEqual([1, 2]);
    }),
  );
});

test('white space at the end of a body is not kept', () => {
  const { value } = parseMessageLog(renderMessageLog(1, '2', [message(1, 'text \n\n\t')]), PATH);
  expect(value).toEqual([message(1, 'text')]);
});

test('a log with CRLF line ends gives the same numbers, and bodies with no \\r at their ends', () => {
  const text = renderMessageLog(1, '2', [message(1, 'one'), message(2, 'two')]).replaceAll('\n', '\r\n');
  expect(parseMessageLog(text, PATH).value).toEqual([message(1, 'one'), message(2, 'two')]);
});

test.each([
  ['', []],
  ['no heading at all', []],
  [`above\n## 1 · ${AT} · normal\nbody`, ['body']],
  [`## 1 · ${AT} · normal`, ['']],
  [`## 1 · yesterday · normal\nbody`, []],
  [`## 0 · ${AT} · normal\nbody`, []],
  [`## 1 · ${AT} · later\nbody`, []],
  [`## 1 · ${AT} · normal\na\n## Mine\nb`, ['a\n## Mine\nb']],
])('text by another hand %j', (text, bodies) => {
  expect(parseMessageLog(text, PATH).value?.map(({ body }) => body)).toEqual(bodies);
});

test('a number that was there already is ignored, and said', () => {
  const text = `## 2 · ${AT} · normal\na\n## 2 · ${AT} · normal\nb\n## 1 · ${AT} · normal\nc\n## 3 · ${AT} · normal\nd\n`;
  const { value, faults } = parseMessageLog(text, PATH);
  expect(value?.map(({ number, body }) => [number, body])).toEqual([
    [2, 'a'],
    [3, 'd'],
  ]);
  expect(faults.map(({ line, level }) => [line, level])).toEqual([
    [3, 'warning'],
    [5, 'warning'],
  ]);
});

test('D8: more than 1 MiB is not read', () => {
  const { value, faults } = parseMessageLog('x'.repeat(1_100_000), PATH);
  expect(value).toBeNull();
  expect(faults).toHaveLength(1);
});

test('M4 a log of more than 10,000 short messages is read whole', () => {
  const log = Array.from({ length: 12_900 }, (_, at) => message(at + 1, 'ok'));
  expect(parseMessageLog(renderMessageLog(1, '2', log), PATH)).toEqual({ value: log, faults: [] });
});
