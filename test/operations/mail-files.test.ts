import { expect, test } from 'vitest';
import { byPriority, type NamedMessage } from '../../src/operations/messages/mail-files.ts';

const message = (number: number, priority: NamedMessage['priority'], taken = false) =>
  ({ number, priority, taken }) as NamedMessage;

test('M6 unread messages come by their priority, all four, and of one priority as they were written', () => {
  const written = [
    ...[message(1, 'low'), message(2, 'normal'), message(3, 'urgent', true), message(4, 'high')],
    ...[message(5, 'urgent'), message(6, 'high'), message(7, 'normal'), message(8, 'urgent')],
  ];
  expect(byPriority(written).map(({ number }) => number)).toEqual([5, 8, 4, 6, 2, 3, 7, 1]);
});
