// Which commands speak for the person who typed them.
import { expect, test } from 'vitest';
import { placeOf } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';

/** All that place or change orders, or say a word about one. A new one stands here too: without it, what it records waits for a signature. */
const SIGNING = [
  ...['answer', 'approve', 'cancel', 'edit', 'import', 'order add', 'order clean', 'order remove', 'order resolve', 'order set'],
  ...['plan', 'retry', 'run', 'top', 'update'],
];

test('T6.5 each command that records orders or words about them signs them', () => {
  expect(
    COMMANDS.filter(({ isSigned }) => isSigned === true)
      .map(placeOf)
      .sort(),
  ).toEqual(SIGNING);
});
