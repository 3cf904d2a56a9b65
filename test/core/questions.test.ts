// O18: a question in the documents: how it is told, how long it is remembered, and who may answer.
import { expect, test } from 'vitest';
import { mayAnswer, openQuestion, questionIn, questionWords } from '../../src/core/orders/questions.ts';
import { shortened } from '../../src/core/runs/journal-retention.ts';
import { listedStatus } from '../../src/core/status/schedule-status.ts';
import { ended, order, view } from './samples.ts';

const outputs = { agent: 'claude', session: 's', question: 'May I?', question_to: '2', result: 'x'.repeat(3_000) };
const asking = ended('fix', { state: 'FAILED', exitCode: 3, asks: true, reason: 'as told', outputs });

test('O18 it is put to people, or to one machine besides', () => {
  expect(questionIn({})).toBeNull();
  expect(questionIn({ question: 'May I?' })).toEqual({ text: 'May I?', to: 0 });
  for (const to of ['0', 'x', '-1', '99999', '']) expect(questionIn({ question: 'q', question_to: to })?.to, to).toBe(0);
  expect(questionWords('nightly@20261120T0300Z', { text: 'May I?', to: 2 }).reason).toBe(
    'waits for an answer from machine 2: May I?; coord answer nightly "…"',
  );
  const [people, two] = [0, 2].map((to) => ({ text: 'q', to })) as [{ text: string; to: number }, { text: string; to: number }];
  expect([mayAnswer(people, 0), mayAnswer(people, 2), mayAnswer(two, 0), mayAnswer(two, 2), mayAnswer(two, 3)]).toEqual([
    ...[true, false, true, true, false],
  ]);
});

test('O8, O18 a run that is remembered in short still says what it asks', () => {
  // As older versions wrote it, without the reason.
  const older = { ...shortened(asking), reason: undefined };
  expect(older.outputs).toEqual({ agent: 'claude', session: 's', question: 'May I?', question_to: '2' });
  const machines = new Map([[1, view(1, { results: { older: [older] } })]]);
  const status = listedStatus(order('fix', { assign: { kind: 'machine', machine: 1 } }), machines);
  expect(status).toMatchObject({ state: 'BLOCKED', reason: 'waits for an answer from machine 2: May I?; coord answer fix "…"' });
  expect(openQuestion(status)).toEqual({ text: 'May I?', to: 2 });
});

test('O18 a raised generation has no question; one for all asks for its machine, and takes no answer', () => {
  const machines = new Map([
    [1, view(1, { results: { ended: [ended('fix')] } })],
    [2, view(2, { results: { ended: [asking] } })],
  ]);
  const all = order('fix', { assign: { kind: 'all' } });
  const status = listedStatus(all, machines);
  expect(openQuestion(status)).toEqual({ text: 'May I?', to: 2 });
  expect(status.told).toBeUndefined();
  expect(status.reason).toBe(
    'asks: May I?; an order for all machines cannot be answered; to run it again on each: coord retry fix',
  );
  const raised = listedStatus({ ...all, generation: 2 }, machines);
  expect([openQuestion(raised), raised.told]).toEqual([null, undefined]);
});
