import { expect, test } from 'vitest';
import { showInbox } from '../../src/cli/commands/messages/inbox-list.ts';
import type { Reading } from '../../src/cli/context.ts';
import { EMPTY_MAIL } from '../../src/core/model/messages/mail.ts';
import { byPriority, type NamedMessage, olderThanShown } from '../../src/operations/messages/mail-files.ts';
import { notShown } from '../../src/operations/messages/write-inbox.ts';

const message = (number: number, priority: NamedMessage['priority'], taken = false) =>
  ({ number, priority, taken }) as NamedMessage;

test('M6 unread messages come by their priority, all four, and of one priority as they were written', () => {
  const written = [
    ...[message(1, 'low'), message(2, 'normal'), message(3, 'urgent', true), message(4, 'high')],
    ...[message(5, 'urgent'), message(6, 'high'), message(7, 'normal'), message(8, 'urgent')],
  ];
  expect(byPriority(written).map(({ number }) => number)).toEqual([5, 8, 4, 6, 2, 3, 7, 1]);
});

test('M4.3 an inbox says how many unread messages are too old to be shown, of people’s none', () => {
  const more = { from: 1, source: '1', body: 'x', at: null, name: 'mac' };
  const [read, ...unread] = [4, 8, 9].map((number) => ({ ...message(number, 'normal', number === 4), ...more }));
  const people = { ...message(7, 'normal'), from: 0, source: '0' };
  const mail = { ...EMPTY_MAIL, cursors: { 1: { delivered: 9, taken: 4 } } };
  const shown = [...(read === undefined ? [] : [read]), ...unread, people];
  const older = notShown(shown, mail);
  expect([...older]).toEqual([[unread[0], { older: 3 }]]);
  const lines: string[] = [];
  const named = unread.map((it) => ({ ...it, ...older.get(it) }));
  const paint = { bold: String, yellow: String };
  const reading = { paint, out: (line: string) => void lines.push(line) } as unknown as Reading;
  showInbox(named, reading, {}, olderThanShown(named));
  showInbox([], reading, {}, 3);
  expect([lines[0], lines.at(-1)]).toEqual([
    expect.stringMatching(/^2 unread messages; older ones that are not shown here: 3 \(history\/ has them\); text after/),
    'no unread messages; older ones that are not shown here: 3 (history/ has them)',
  ]);
});
