// M8: which messages go to programs, and what their receipt is.
import { describe, expect, test } from 'vitest';
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
  const due = notLookedAt(state, { 1: { upTo: 2, kept: [] } }, inbox, false);
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
        false,
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
  const inbox = looked.map((it) => it.message);
  const handed = afterLook(state, {}, { looked, inbox });
  expect(handed).toEqual({ 1: { upTo: 3, kept: [1] } });
  expect(looked.map((it) => isHanded(handed, it.message))).toEqual([false, false, true]);
  const later = { looked: [], inbox };
  expect(afterLook(state, handed, later)).toBe(handed);
  expect(afterLook(mail({ 1: { delivered: 3, taken: 1 } }), handed, later)).toEqual({ 1: { upTo: 3, kept: [] } });
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

describe('M4.3, M8: what is too old to be shown', () => {
  const shown = (first: number, last: number) => [...Array(last - first + 1)].map((_, at) => message('1_all', first + at));

  test('M4.3, M8 programs get what is shown after thousands came at once, and nothing behind a gap in it', () => {
    const state = mail({ '1_all': { delivered: 12_000, taken: 0 } });
    const handed = { '1_all': { upTo: 1_000, kept: [] } };
    expect(numbers(notLookedAt(state, handed, shown(11_001, 12_000), false))).toEqual(numbers(shown(11_001, 12_000)));
    // The log itself begins earlier.
    expect(notLookedAt(state, handed, shown(10_500, 12_000), false)).toHaveLength(1_501);
    expect(notLookedAt(state, handed, [...shown(11_001, 11_100), ...shown(11_102, 12_000)], false)).toHaveLength(100);
    expect(notLookedAt(state, handed, shown(11_002, 12_000), false)).toEqual([]);
    // D12: a month is gone.
    expect(notLookedAt(state, handed, shown(11_002, 12_000), true)).toHaveLength(999);
    expect(notLookedAt(state, handed, [...shown(11_002, 11_100), ...shown(11_102, 12_000)], true)).toHaveLength(99);
  });

  test('M4.3, M8 what no box took is remembered for as long as it is shown', () => {
    const kept = [...Array(5_000)].map((_, at) => at + 1);
    const state = mail({ '1_all': { delivered: 5_000, taken: 0 } });
    const keptFrom = (first: number) =>
      afterLook(state, { '1_all': { upTo: 5_000, kept } }, { looked: [], inbox: shown(first, 5_000) });
    expect(keptFrom(4_001)['1_all']?.kept).toEqual(kept.slice(4_000));
    expect(keptFrom(3_000)['1_all']?.kept).toEqual(kept.slice(2_999));
    expect(keptFrom(4_500)['1_all']?.kept).toEqual(kept.slice(4_000));
    // Its log is not in view.
    expect(afterLook(state, { '1_all': { upTo: 5_000, kept } }, { looked: [], inbox: [] })['1_all']?.kept).toEqual(kept);
  });
});
