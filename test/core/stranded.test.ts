import { describe, expect, test } from 'vitest';
import type { Order } from '../../src/core/model/orders/order.ts';
import type { StatusOrder } from '../../src/core/model/status/status.ts';
import { deriveStatus } from '../../src/core/status/derive-status.ts';
import { active, ended, order, type SampleMachine, snapshot, view } from './samples.ts';

const failed = (change: Parameters<typeof ended>[1] = {}) => ended('a', { state: 'FAILED', exitCode: 1, ...change });
const runs = { results: { running: [active('a')] } };
const says2IsLost = { document: { lost: { 2: 5 } } };
const left = { document: { state: 'LEFT' as const } };
const two: Partial<Order> = { assign: { kind: 'machine', machine: 2 } };

const status = (of: Partial<Order>, ...machines: SampleMachine[]) => {
  const views = machines.map((it, index) => view(index + 1, it));
  return deriveStatus({ ...snapshot({ orders: [order('a', of)], machines: views }), sources: '' });
};

describe('an order that nobody goes on with says so, with the way out', () => {
  test.each<[what: string, of: Partial<Order>, machines: SampleMachine[], expected: Partial<StatusOrder>]>([
    [
      'S3 failed, with attempts left, and moved since',
      { attempts: 3 },
      [{}, { results: { ended: [failed()] } }],
      {
        state: 'BLOCKED',
        code: 'begunElsewhere',
        machine: 2,
        attempt: 1,
        reason: 'attempt 1 of 3 failed; it began on 2 m2 and is for 1 m1 now; to run it again: coord retry a',
      },
    ],
    [
      'S3 the same where it was claimed',
      { attempts: 3, assign: { kind: 'name', name: 'm1' } },
      [{}, { results: { ended: [failed()] } }],
      { state: 'BLOCKED', reason: 'attempt 1 of 3 failed; it began on 2 m2 and is for 1 m1 now; to run it again: coord retry a' },
    ],
    [
      'failed, and its machine has left',
      { ...two, attempts: 3 },
      [{}, { ...left, results: { ended: [failed()] } }],
      {
        state: 'BLOCKED',
        reason: 'attempt 1 of 3 failed; it began on 2 m2, which has left the fleet; to run it again: coord retry a',
      },
    ],
    [
      'failed, and its machine has left and it was moved',
      { attempts: 3 },
      [{}, { ...left, results: { ended: [failed()] } }],
      {
        state: 'BLOCKED',
        reason:
          'attempt 1 of 3 failed; it began on 2 m2, which has left the fleet, and is for 1 m1 now; to run it again: coord retry a',
      },
    ],
    [
      'failed, and its route cannot be read now',
      { attempts: 3, assign: { kind: 'nowhere', reason: 'fleet.yaml line 4: expected' } },
      [{}, { results: { ended: [failed()] } }],
      { state: 'BLOCKED', code: 'unroutable', reason: 'attempt 1 of 3 failed; fleet.yaml line 4: expected' },
    ],
    [
      'S3 runs on a lost machine, and moved since',
      {},
      [says2IsLost, runs],
      {
        state: 'BLOCKED',
        code: 'lost',
        reason: 'lost with 2 m2; it may have run; it began on 2 m2 and is for 1 m1 now; to run it again: coord retry a',
      },
    ],
    [
      'O8 runs on a lost machine under a higher generation than is listed',
      { assign: { kind: 'any' }, attempts: 2 },
      [says2IsLost, { results: { running: [active('a', { generation: 2 })] } }],
      { state: 'FAILED', code: 'lost', attempt: 1, reached: 2, reason: 'lost with 2 m2 in generation 2; it may have run' },
    ],
  ])('%s', (_, of, machines, expected) => {
    const { orders, needsYou } = status(of, ...machines);
    expect(orders.a).toMatchObject(expected);
    expect(needsYou).toContainEqual(
      expect.objectContaining({ code: 'order', order: 'a', why: expect.stringMatching(/coord retry a|fleet.yaml/) }),
    );
  });

  test.each<[what: string, of: Partial<Order>, machines: SampleMachine[], expected: StatusOrder['state']]>([
    ['failed, and still for that machine', { ...two, attempts: 3 }, [{}, { results: { ended: [failed()] } }], 'ASSIGNED'],
    [
      'failed on one of those that it is for',
      { assign: { kind: 'any' }, attempts: 3 },
      [{}, { results: { ended: [failed()] } }],
      'QUEUED',
    ],
    ['failed for good', {}, [{}, { results: { ended: [failed()] } }], 'FAILED'],
    ['moved while it runs', {}, [{}, runs], 'IN_PROGRESS'],
    ['O4 lost, and still for that machine', two, [says2IsLost, runs], 'IN_PROGRESS'],
    [
      'O8 lowered while it runs',
      { assign: { kind: 'any' } },
      [{}, { results: { running: [active('a', { generation: 2 })] } }],
      'IN_PROGRESS',
    ],
  ])('but not one that was %s', (_, of, machines, expected) => {
    expect(status(of, ...machines).orders.a?.state).toBe(expected);
  });

  test('an order for all does not wait for the next attempt of a machine that has left', () => {
    const of = { assign: { kind: 'all' as const }, attempts: 3 };
    const { orders } = status(of, { results: { ended: [ended('a')] } }, { ...left, results: { ended: [failed()] } });
    expect(orders.a).toMatchObject({ state: 'FAILED', machines: { 1: { state: 'COMPLETED' }, 2: { state: 'FAILED' } } });
  });

  test('C1 what is remembered of it changes with any machine that says something of its machine', () => {
    const orders = [order('a')];
    const state = (one: SampleMachine) => {
      const machines = [view(1, one), view(2, runs)];
      return deriveStatus({ ...snapshot({ machines }), orders: { orders, refused: [] }, sources: '' }).orders.a?.state;
    };
    expect([state({}), state(says2IsLost), state({})]).toEqual(['IN_PROGRESS', 'BLOCKED', 'IN_PROGRESS']);
  });
});
