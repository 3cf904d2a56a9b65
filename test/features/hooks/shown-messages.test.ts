import { expect, test } from 'vitest';
import { isProof, seenUpTo } from '../../../src/features/hooks/rules/agent-receipts.ts';

const given = (event: string, turn: string | null = null) => ({ event, turn, whole: true, seen: false });
const now = (event: string, turn: string | null = null, goesOn = false) => ({ event, turn, goesOn });

test.each([
  ['the start of a session', given('SessionStart'), now('UserPromptSubmit', 'a'), false],
  ['the start of a session', given('SessionStart'), now('PostToolUse', 'a'), true],
  ['the start of a session', given('SessionStart'), now('Stop', 'a'), true],
  ['a prompt', given('UserPromptSubmit', 'a'), now('PostToolUse', 'a'), true],
  ['a prompt that was sent while tools ran', given('UserPromptSubmit', 'b'), now('PostToolUse', 'a'), false],
  ['a prompt, and the end of its turn', given('UserPromptSubmit', 'a'), now('Stop', 'a'), true],
  ['a prompt that was dropped, and the end of the next one', given('UserPromptSubmit', 'a'), now('Stop', 'b'), false],
  ['a tool, and another one beside it', given('PostToolUse', 'a'), now('PostToolUse', 'a'), false],
  ['a tool, and the end of the turn', given('PostToolUse', 'a'), now('Stop', 'a'), true],
  ['the end of a turn, and the next one', given('Stop', 'a'), now('Stop', 'b'), false],
  ['the end of a turn, which went on', given('Stop', 'a'), now('Stop', 'a', true), true],
  ['a session that failed to reach its model', given('UserPromptSubmit', 'a'), now('SessionStart'), false],
])('M9 given at %s: %o, %o: %s', (_, before, after, proof) => {
  expect(isProof(before, after)).toBe(proof);
});

test('M9 M1 a cursor passes no message that was not seen, in whatever order they were shown', () => {
  const unread = [5, 3, 4, 7].map((number) => ({ source: '1', number })).concat({ source: '0_all', number: 2 });
  const upTo = (...seen: readonly string[]) => seenUpTo(unread, ({ source, number }) => seen.includes(`${source}-${number}`));
  expect(upTo('1-5')).toEqual({});
  expect(upTo('1-3', '1-5')).toEqual({ 1: 3 });
  expect(upTo('1-3', '1-4', '1-5', '0_all-2')).toEqual({ 1: 5, '0_all': 2 });
});
