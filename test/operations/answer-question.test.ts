// O18: what `coord answer` refuses before it records anything, and what it lists.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { StatusOrder } from '../../src/core/model/status/status.ts';
import { answerQuestion, mustTakeAnswer, openQuestions } from '../../src/operations/orders/answer-question.ts';
import type { World } from '../../src/operations/sync/dependencies.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { addPolicyEntry } from '../../src/system/policy/policy-file.ts';

const run = { state: 'BLOCKED', outputs: { question: 'May I?' } } as const;
const asks: StatusOrder = { ...run, assign: '2 mac', machine: 2 };
const forAll: StatusOrder = { state: 'BLOCKED', assign: 'all', machines: { 1: { state: 'COMPLETED' }, 2: run } };
const refusal = (id: string, orders: Record<string, StatusOrder>) => {
  try {
    mustTakeAnswer({ orders }, id, orders[id] as StatusOrder);
    return null;
  } catch (error) {
    return error;
  }
};

/** Of a computer without secrets. */
const home = mkdtempSync(join(tmpdir(), 'coord-answer-'));
const folder = fleetFolderAt(join(home, 'fleet'));
addPolicyEntry(home, folder.root, 1);
afterAll(() => rmSync(home, { recursive: true }));

test.each([
  ['nothing', ' \n', 'the answer is empty'],
  ['more than an order holds', 'word '.repeat(2_000), 'it is too long: at most 8 KiB'],
  ['what no document holds', 'yes\0', 'NUL'],
])('O18 words that cannot be an answer are refused at once: %s', async (_what, text, why) => {
  const answered = answerQuestion({ home } as World, folder, 'fix', text);
  await expect(answered).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining(why) });
});

test('O18 an order for all machines takes no answer, and is not named as one that waits for it', () => {
  const orders = { fix: asks, all: forAll, done: { assign: '2 mac', state: 'COMPLETED' as const } };
  expect(openQuestions({ orders }).map(({ order }) => order)).toEqual(['fix']);
  expect(refusal('fix', orders)).toBeNull();
  expect(refusal('all', orders)).toMatchObject({
    code: 'FAILED',
    message:
      'order all is for all machines: an answer would run it again on each, also where it has ended; your answer was not taken',
    hint: 'coord retry all',
  });
  expect(refusal('done', orders)).toMatchObject({ code: 'FAILED', hint: 'coord answer fix "…"' });
  expect(refusal('done', { done: orders.done, all: forAll })).toMatchObject({ hint: 'coord order show done' });
});
