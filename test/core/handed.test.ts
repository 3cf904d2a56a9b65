// M8: which messages go to programs, and what their receipt is.
import { expect, test } from 'vitest';
import type { InboxMessage } from '../../src/core/messages/mailbox.ts';
import { afterLook, isAllHanded, isHanded, notLookedAt, takeHanded } from '../../src/core/messages/program-cursor.ts';
import { EMPTY_MAIL, type MailState } from '../../src/core/model/messages/mail.ts';

const FOR_BUILDER = '@builder\n\ngo';

function message(source: string, number: number, body = FOR_BUILDER): InboxMessage {
  return { source, from: Number(source.split('_')[0]), to: '2', number, at: null, priority: 'normal', body, taken: false };
}

function mail(cursors: MailState['cursors']): MailState {
  return { ...EMPTY_MAIL, cursors };
}

const numbers = (messages: readonly InboxMessage[]) => messages.map(({ number }) => number);

test('M8 a machine’s log is looked at up to a gap, people’s entries as they stand', () => {
  const state = mail({ 1: { delivered: 6, taken: 1 }, 0: { delivered: 6, taken: 1 } });
  const inbox = [1, 2, 3, 5, 6].flatMap((number) => [message('1', number), message('0', number)]);
  const due = notLookedAt(state, { 1: { upTo: 2, kept: [] } }, inbox);
  expect(numbers(due.filter(({ source }) => source === '1'))).toEqual([3]);
  expect(numbers(due.filter(({ source }) => source === '0'))).toEqual([2, 3, 5, 6]);
});

test('M8 what was not delivered yet waits; what people read before is theirs', () => {
  const state = mail({ 1: { delivered: 3, taken: 2 } });
  expect(
    numbers(
      notLookedAt(
        state,
        {},
        [1, 2, 3, 4].map((number) => message('1', number)),
      ),
    ),
  ).toEqual([3]);
});

test('M8 what was kept for people is known until they have read it', () => {
  const state = mail({ 1: { delivered: 3, taken: 0 } });
  const looked = [
    { message: message('1', 1), isInBox: false },
    { message: message('1', 2, 'for people'), isInBox: false },
    { message: message('1', 3), isInBox: true },
  ];
  const handed = afterLook(state, {}, looked);
  expect(handed).toEqual({ 1: { upTo: 3, kept: [1] } });
  expect(looked.map((it) => isHanded(handed, it.message))).toEqual([false, false, true]);
  expect(afterLook(state, handed, [])).toBe(handed);
  expect(afterLook(mail({ 1: { delivered: 3, taken: 1 } }), handed, [])).toEqual({ 1: { upTo: 3, kept: [] } });
});

test('M8, M1 the cursor passes only what was handed over', () => {
  const inbox = [1, 2, 3, 4].map((number) => message('1', number, number === 3 ? 'for people' : FOR_BUILDER));
  const handed = { 1: { upTo: 4, kept: [] } };
  const state = mail({ 1: { delivered: 4, taken: 0 } });
  const after = takeHanded(state, handed, inbox);
  expect(after.cursors['1']).toEqual({ delivered: 4, taken: 2 });
  expect(takeHanded(after, handed, inbox)).toBe(after);
  expect(takeHanded(mail({ 1: { delivered: 4, taken: 3 } }), handed, inbox).cursors['1']?.taken).toBe(4);
  expect([isAllHanded(after, handed), isAllHanded(mail({ 1: { delivered: 4, taken: 4 } }), {})]).toEqual([false, true]);
});
