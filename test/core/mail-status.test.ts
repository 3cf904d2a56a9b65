// What the board says of messages: a pure function of logs and cursors (D6).
import { expect, test } from 'vitest';
import type { Readers } from '../../src/core/messages/receipts.ts';
import type { Message } from '../../src/core/model/messages/message.ts';
import { mailStatus } from '../../src/core/status/mail-status.ts';

function log(...times: number[]): Message[] {
  return times.map((hour, at) => ({
    number: at + 1,
    at: `2026-11-20T${String(hour).padStart(2, '0')}:00:00.000Z`,
    priority: 'normal',
    body: `at ${hour}`,
  }));
}

function readers(of: Record<number, Record<string, number>>, left: number[] = []): Readers {
  return new Map(
    Object.entries(of).map(([machine, taken]) => [
      Number(machine),
      {
        cursors: Object.fromEntries(Object.entries(taken).map(([source, to]) => [source, { delivered: 9, taken: to }])),
        hasLeft: left.includes(Number(machine)),
      },
    ]),
  );
}

const logs = (of: Record<number, Record<string, Message[]>>) =>
  new Map(Object.entries(of).map(([from, byReader]) => [Number(from), new Map(Object.entries(byReader))]));

test('nobody wrote anything: nothing is said', () => {
  expect(mailStatus(new Map(), readers({ 1: {}, 2: {} }), new Map())).toEqual({ unread: 0, messages: null });
});

test('unread is counted for each reader that has not left, for people until they answer', () => {
  const all = logs({ 1: { 2: log(1, 2, 3), ALL: log(1, 2), 9: log(1), 0: log(1, 2) } });
  const status = mailStatus(all, readers({ 1: {}, 2: { 1: 1, '1_all': 2 }, 3: {}, 4: {} }, [4]), new Map([[1, 1]]));
  expect(status.unread).toBe(2 + 2 + 1);
  expect(status.messages?.toPeople.map(({ text }) => text)).toEqual(['at 2']);
});

test('the newest first, whoever computes it in whatever order', () => {
  const one = logs({ 1: { 2: log(1, 4), ALL: log(3) }, 2: { 1: log(2, 4) } });
  const other = new Map([...one].reverse().map(([from, byReader]) => [from, new Map([...byReader].reverse())]));
  const who = readers({ 1: {}, 2: {} });
  const status = mailStatus(one, who, new Map());
  expect(status.messages?.last.map(({ from, to, text }) => `${from}-${to} ${text}`)).toEqual([
    '1-2 at 4',
    '2-1 at 4',
    '1-ALL at 3',
    '2-1 at 2',
    '1-2 at 1',
  ]);
  expect(mailStatus(other, who, new Map())).toEqual(status);
});

test('people see how far their messages came, by machine', () => {
  const status = mailStatus(new Map(), readers({ 1: {}, 2: { 0: 4, '0_all': 9 }, 3: { 0: 1 } }, [3]), new Map());
  expect(status).toMatchObject({ unread: 5, messages: { fromPeople: { 2: { delivered: 18, read: 13 } } } });
});

test('a long body is shown by its beginning', () => {
  const all = logs({ 1: { 2: [{ ...(log(1)[0] as Message), body: 'x'.repeat(5000) }] } });
  expect(mailStatus(all, readers({ 2: {} }), new Map()).messages?.last[0]?.text).toHaveLength(300);
});

test('M4 D6 what was delivered and left its log unread is counted; what was never delivered is not', () => {
  const moved = log(1, 2, 3, 4, 5, 6).slice(4);
  expect(mailStatus(logs({ 1: { ALL: moved } }), readers({ 1: {}, 2: { '1_all': 1 }, 3: {} }), new Map()).unread).toBe(5 + 2);
});
