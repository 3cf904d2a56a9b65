import { expect, test } from 'vitest';
import { actsForSeveral, ordersOfRuns, takenBack } from '../../../src/features/page/rules/several.ts';
import type { StatusOrder } from '../../../src/features/page/rules/snapshot.ts';

const order = (state: StatusOrder['state'], more: Partial<StatusOrder> = {}): StatusOrder => ({ assign: 'any', state, ...more });

test('each act takes those of the chosen orders that it can be done to, and says the command', () => {
  const chosen = [
    ['failed', order('FAILED')],
    ['it’s done', order('COMPLETED')],
    ['waits', order('BLOCKED')],
    ['runs', order('IN_PROGRESS')],
    ['nightly', order('COMPLETED', { schedule: '0 3 * * *' })],
    ['gone', order('CANCELLED')],
    ['chain.1', order('FAILED', { chain: 'chain' })],
  ] as const;
  expect(actsForSeveral(chosen)).toEqual([
    {
      kind: 'retry',
      orders: ['failed', 'it’s done', 'gone', 'chain.1'],
      command: "coord retry failed 'it’s done' gone chain.1",
    },
    { kind: 'cancel', orders: ['waits', 'runs', 'nightly'], command: 'coord cancel waits runs nightly' },
    {
      kind: 'remove',
      orders: ['failed', 'it’s done', 'waits', 'runs', 'nightly', 'gone'],
      command: "coord order remove failed 'it’s done' waits runs nightly gone",
    },
  ]);
  expect(actsForSeveral([])).toEqual([]);
});

test('cancelling is taken back where nothing had begun', () => {
  const states = ['QUEUED', 'ASSIGNED', 'BLOCKED', 'IN_PROGRESS', 'FAILED', 'COMPLETED'] as const;
  expect(takenBack(states.map((state) => [state, order(state)]))).toEqual(['QUEUED', 'ASSIGNED', 'BLOCKED']);
});

test('what runs on a machine is stopped as the order that it is a run of, each once', () => {
  const orders = { nightly: order('IN_PROGRESS', { schedule: '0 2 * * *' }), build: order('IN_PROGRESS') };
  const runs = ['nightly@20261120T0200Z', 'build', 'nightly@20261121T0200Z', 'gone'];
  expect(ordersOfRuns(runs, orders).map(([id]) => id)).toEqual(['nightly', 'build']);
});
