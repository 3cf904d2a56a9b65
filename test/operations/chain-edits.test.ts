// What `coord retry` writes for a chain, and what becomes of ORDERS.json by it.
import { expect, test } from 'vitest';
import type { StatusOrder } from '../../src/core/model/status/status.ts';
import { applyEntryEdit } from '../../src/documents/orders/apply-change.ts';
import { chainRetry } from '../../src/operations/orders/chain-edits.ts';
import type { View } from '../../src/operations/sync/view.ts';

type Step = Partial<StatusOrder>;
const COMPLETED: Step = { state: 'COMPLETED', attempt: 1, exitCode: 0 };
const FAILED: Step = { state: 'FAILED', attempt: 1, exitCode: 1 };
const HELD: Step = { state: 'BLOCKED', reason: 'waits' };
const IDS = ['login.a', 'login.b', 'login.c'];

/** The chain as a view shows it, at its `at`-th step. */
function viewOf(at: number, ...steps: Step[]): View {
  const entries = steps.map((step, index) => [IDS[index], { assign: 'any', chain: 'login', ...step }] as const);
  const login = { assign: 'any', ...steps[at], steps: IDS.slice(0, steps.length), at: IDS[at] };
  return { orders: { login, ...Object.fromEntries(entries) } } as unknown as View;
}

/** The fields of the chain and its steps after a retry; `written`: what stood there before. */
function retried(
  view: View,
  id: string,
  written: { readonly chain?: object; readonly steps?: readonly object[] } = {},
  resume: true | string | null = null,
) {
  const steps = ['a', 'b', 'c'].map((name, at) => ({ id: name, run: 'true', ...written.steps?.[at] }));
  const text = JSON.stringify({ orders: [{ id: 'login', ...written.chain, steps }] });
  const retry = chainRetry(view, id, view.orders[id] as StatusOrder, resume);
  if (retry === null) throw new Error('no retry');
  const outcome = applyEntryEdit(text, retry.edit);
  if (outcome.kind !== 'edited') throw new Error(outcome.kind);
  const [{ steps: after, id: _id, ...chain }] = JSON.parse(outcome.text).orders;
  const own = after.map(({ id: _name, run: _run, ...rest }: { id: string; run: string }) => rest);
  return { chain, steps: own, generation: retry.generation };
}

test('O8 a step that failed, and a chain that was cancelled after that: it runs, and the chain goes on', () => {
  expect(retried(viewOf(1, COMPLETED, FAILED, HELD), 'login', { chain: { cancelled: true } })).toEqual({
    chain: {},
    steps: [{}, { generation: 2 }, {}],
    generation: 2,
  });
  const step = viewOf(1, COMPLETED, FAILED, HELD);
  expect(retried(step, 'login.b', { chain: { cancelled: true }, steps: [{}, { cancelled: true }] })).toEqual({
    chain: {},
    steps: [{}, { generation: 2 }, {}],
    generation: 2,
  });
});

test('O8 a chain that is COMPLETED and was then cancelled, whole or in a step: all of it runs again', () => {
  const done = viewOf(2, COMPLETED, COMPLETED, COMPLETED);
  expect(retried(done, 'login', { chain: { cancelled: true }, steps: [{}, { cancelled: true }] })).toEqual({
    chain: { generation: 2 },
    steps: [{}, {}, {}],
    generation: 2,
  });
});

test('O8 all again is above what any of the steps has reached', () => {
  const lowered = viewOf(2, { ...COMPLETED, generation: 2, reached: 7 }, { ...COMPLETED, generation: 4 }, COMPLETED);
  expect(retried(lowered, 'login')).toMatchObject({ chain: { generation: 8 }, generation: 8 });
});

test('O13 a step again, and those behind it that have begun: what they made came of it', () => {
  const all: Step = { state: 'FAILED', machines: { 1: { state: 'FAILED' }, 2: { state: 'COMPLETED' } } };
  expect(retried(viewOf(2, COMPLETED, { ...COMPLETED, generation: 3 }, all), 'login.a').steps).toEqual([
    { generation: 4 },
    { generation: 4 },
    { generation: 4 },
  ]);
  expect(retried(viewOf(1, COMPLETED, FAILED, COMPLETED), 'login').steps).toEqual([{}, { generation: 2 }, { generation: 2 }]);
  // Cancelled for itself, and never begun: that is another word of a person.
  const word = { steps: [{}, {}, { cancelled: true }] };
  expect(retried(viewOf(1, COMPLETED, FAILED, { state: 'CANCELLED' }), 'login', word).steps).toEqual([
    {},
    { generation: 2 },
    { cancelled: true },
  ]);
});

test('D5 all or none of it: a step that is gone raises nothing', () => {
  const view = viewOf(1, COMPLETED, FAILED, COMPLETED);
  const retry = chainRetry(view, 'login', view.orders.login as StatusOrder);
  const without = JSON.stringify({ orders: [{ id: 'login', steps: [{ id: 'a' }, { id: 'b' }] }] });
  expect(retry && applyEntryEdit(without, retry.edit)).toMatchObject({ kind: 'cannot' });
});

test('O17 the step that is meant goes on in its session, later ones afresh; a plain retry all of it', () => {
  const failed = viewOf(1, COMPLETED, FAILED, { ...FAILED });
  const written = { steps: [{ resume: true }, {}, { resume: 'old words' }] };
  expect(retried(failed, 'login.b', written, 'new words').steps).toEqual([
    { resume: true },
    { generation: 2, resume: 'new words' },
    { generation: 2 },
  ]);
  expect(retried(failed, 'login.b', { steps: [{}, { resume: 'old words' }, {}] }).steps[1]).toEqual({ generation: 2 });
  expect(() => retried(viewOf(2, COMPLETED, COMPLETED, COMPLETED), 'login', {}, true)).toThrow('name the step');
});
