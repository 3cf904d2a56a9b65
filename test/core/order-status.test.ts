import { describe, expect, test } from 'vitest';
import type { Order } from '../../src/core/model/orders/order.ts';
import type { StatusOrder } from '../../src/core/model/status/status.ts';
import { deriveStatus } from '../../src/core/status/derive-status.ts';
import { orderStatus, refusedStatus } from '../../src/core/status/order-status.ts';
import { active, ended, order, type SampleMachine, snapshot, T0, view } from './samples.ts';

const machines = (...of: (SampleMachine | undefined)[]) => new Map(of.map((it, index) => [index + 1, view(index + 1, it)]));
const all: Partial<Order> = { assign: { kind: 'all' } };
const failed = (attempt = 1) => ended('a', { state: 'FAILED', exitCode: 1, attempt });
const waits = (state: 'ASSIGNED' | 'BLOCKED', reason: string, generation = 1): SampleMachine => ({
  results: { waiting: [{ order: 'a', generation, state, reason }] },
});

describe('an order for any that machines call BLOCKED', () => {
  const [busy, full] = [waits('BLOCKED', 'no git'), waits('BLOCKED', 'no disk')];
  const lost = (number: number, said: SampleMachine = {}) => ({ ...said, document: { lost: { [number]: 1 } } });

  test.each<[what: string, of: readonly SampleMachine[], expected: string | undefined]>([
    ['by each: as the first says', [busy, full], 'no git'],
    ['but one', [busy, {}], undefined],
    ['but one that is lost', [{}, lost(1, full)], 'no disk'],
    ['by one that is lost', [busy, lost(1)], undefined],
    ['by each, and all are lost', [lost(2, busy), lost(1, full)], 'no git'],
    ['but one, and all are lost', [lost(2), lost(1, full)], undefined],
  ])('%s', (_, of, expected) => {
    const { state, reason } = orderStatus(order('a', { assign: { kind: 'any' } }), machines(...of));
    expect([state, state === 'BLOCKED' ? reason : undefined]).toEqual([expected === undefined ? 'QUEUED' : 'BLOCKED', expected]);
  });
});

describe('the state of an order for one machine', () => {
  test.each<[what: string, change: Partial<Order>, of: readonly (SampleMachine | undefined)[], expected: Partial<StatusOrder>]>([
    ['that has not seen it', {}, [{}], { state: 'QUEUED', machine: 1, reason: 'waits for 1 m1', assign: '1 m1' }],
    [
      'that waits for a slot',
      {},
      [waits('ASSIGNED', 'waits for a free slot')],
      { state: 'ASSIGNED', machine: 1, reason: 'waits for a free slot' },
    ],
    ['that does not allow it', {}, [waits('BLOCKED', 'not allowed')], { state: 'BLOCKED', machine: 1, reason: 'not allowed' }],
    ['that spoke of another generation', {}, [waits('BLOCKED', 'not allowed', 2)], { state: 'QUEUED' }],
    [
      'that runs it',
      {},
      [{ results: { running: [active('a')] } }],
      { state: 'IN_PROGRESS', machine: 1, attempt: 1, startedAt: T0 },
    ],
    [
      'that has run it',
      {},
      [{ results: { ended: [ended('a', { tail: 'hi', outputs: { k: 'v' } })] } }],
      { state: 'COMPLETED', machine: 1, attempt: 1, exitCode: 0, tail: 'hi', outputs: { k: 'v' }, finishedAt: T0 },
    ],
    ['that ran it long ago', {}, [{ results: { older: [ended('a')] } }], { state: 'COMPLETED', exitCode: 0, finishedAt: T0 }],
    [
      'that failed',
      {},
      [{ results: { ended: [ended('a', { state: 'FAILED', reason: 'timed out' })] } }],
      { state: 'FAILED', reason: 'timed out' },
    ],
    [
      'that is not there',
      { assign: { kind: 'machine', machine: 7 } },
      [{}],
      { state: 'BLOCKED', reason: 'no machine 7; it starts when one joins' },
    ],
    ['that has left', {}, [{ document: { state: 'LEFT' } }], { state: 'BLOCKED', reason: '1 m1 has left the fleet' }],
    [
      'by a name that nobody has',
      { assign: { kind: 'name', name: 'pc' } },
      [{}],
      { state: 'BLOCKED', reason: 'no machine named pc; it starts when one joins', assign: 'pc' },
    ],
    [
      'by a name whose machine has left',
      { assign: { kind: 'name', name: 'PC' } },
      [{}, { document: { name: 'pc', state: 'LEFT' } }],
      { state: 'BLOCKED', reason: '2 pc has left the fleet; it starts when another named PC joins', assign: 'PC' },
    ],
    [
      'O1 by a name that two have',
      { assign: { kind: 'name', name: 'pc' } },
      [{ document: { name: 'pc' } }, {}, { document: { name: 'PC' } }],
      { state: 'BLOCKED', reason: 'machines 1 and 3 are both named pc; assign by number' },
    ],
    [
      'not yet supported',
      { unknown: [{ field: 'aproval', meant: 'approval' }] },
      [{}],
      { state: 'BLOCKED', reason: 'unknown field "aproval"; did you mean "approval"?' },
    ],
    [
      'not yet supported, while an older form runs',
      { unknown: [{ field: 'aproval', meant: 'approval' }] },
      [{ results: { running: [active('a')] } }],
      { state: 'IN_PROGRESS' },
    ],
    ['cancelled before it started', { cancelled: true }, [{}], { state: 'CANCELLED' }],
    ['cancelled while it runs', { cancelled: true }, [{ results: { running: [active('a')] } }], { state: 'IN_PROGRESS' }],
    ['cancelled after it ended', { cancelled: true }, [{ results: { ended: [ended('a')] } }], { state: 'COMPLETED' }],
  ])('%s', (_, change, of, expected) => {
    expect(orderStatus(order('a', change), machines(...of))).toMatchObject(expected);
  });

  test.each<[what: string, change: Partial<Order>, of: readonly (SampleMachine | undefined)[], expected: Partial<StatusOrder>]>([
    [
      'O1 a failure with attempts left',
      { attempts: 3 },
      [{ results: { ended: [failed()] } }],
      { state: 'ASSIGNED', reason: 'attempt 1 of 3 failed; the next one follows' },
    ],
    [
      'O1 a failure with attempts left that waits',
      { attempts: 3 },
      [{ results: { ended: [failed()], ...waits('BLOCKED', 'not allowed').results } }],
      { state: 'BLOCKED', reason: 'attempt 1 of 3 failed; not allowed' },
    ],
    [
      'O1 the last failure',
      { attempts: 3 },
      [{ results: { ended: [failed(1), failed(2), failed(3)] } }],
      { state: 'FAILED', attempt: 3 },
    ],
    [
      'O1 a failure of a cancelled order',
      { attempts: 3, cancelled: true },
      [{ results: { ended: [failed()] } }],
      { state: 'FAILED' },
    ],
    [
      'O6 the highest attempt counts',
      { attempts: 3 },
      [{ results: { ended: [ended('a', { attempt: 2 }), failed(1)] } }],
      { state: 'COMPLETED', attempt: 2 },
    ],
    [
      'O6 the highest attempt counts, wherever it is',
      { attempts: 3 },
      [{ results: { ended: [failed(1)] } }, { results: { ended: [ended('a', { attempt: 2 })] } }],
      { state: 'COMPLETED', machine: 2 },
    ],
    [
      'O6 the highest generation counts, wherever it is',
      {},
      [{ results: { ended: [failed(1)] } }, { results: { older: [ended('a', { generation: 2 })] } }],
      { state: 'COMPLETED', machine: 2 },
    ],
    [
      'O8 a lowered generation changes nothing',
      {},
      [{ results: { ended: [ended('a', { generation: 3 })] } }],
      { state: 'COMPLETED', machine: 1 },
    ],
    [
      'O8 a raised one is new work',
      { generation: 2 },
      [{ results: { ended: [ended('a')] } }],
      { state: 'QUEUED', generation: 2 },
    ],
    [
      'O8 a raised one waits for the older run',
      { generation: 2 },
      [{ results: { running: [active('a')] } }],
      { state: 'QUEUED', reason: 'waits until generation 1 has ended' },
    ],
    [
      'S3 it stays where it started',
      { assign: { kind: 'machine', machine: 2 } },
      [{ results: { running: [active('a')] } }, {}],
      { state: 'IN_PROGRESS', machine: 1, assign: '2 m2' },
    ],
  ])('%s', (_, change, of, expected) => {
    expect(orderStatus(order('a', change), machines(...of))).toMatchObject(expected);
  });

  test('O6 a tie goes to the lowest machine, and no word of another one counts', () => {
    const both = machines({ results: { ended: [ended('a')] } }, { results: { ended: [failed()] } });
    expect(orderStatus(order('a'), both)).toMatchObject({ machine: 1, state: 'COMPLETED' });
  });
});

test('D8 a reason does not grow with the fleet', () => {
  const many = machines(...Array.from({ length: 30 }, () => ({})));
  const reason = (kind: 'any' | 'all') => orderStatus(order('a', { assign: { kind } }), many).reason;
  expect([reason('any'), reason('all')]).toEqual(['waits for one of 30 machines', 'waits for 1, 2, 3, 4, 5 and 25 more']);
});

describe('the state of an order for all', () => {
  const run = (change: SampleMachine['results']): SampleMachine => ({ results: change ?? {} });
  const done = run({ ended: [ended('a', { finishedAt: '2026-11-20T23:00:00.000Z' })] });
  test.each<[what: string, change: Partial<Order>, of: readonly (SampleMachine | undefined)[], expected: Partial<StatusOrder>]>([
    ['nobody has seen it', {}, [{}, {}], { state: 'QUEUED', reason: 'waits for 1, 2' }],
    ['one has ended', {}, [done, {}], { state: 'IN_PROGRESS', reason: 'waits for 2' }],
    ['one runs', {}, [run({ running: [active('a')] }), {}], { state: 'IN_PROGRESS' }],
    ['one waits for a slot', {}, [waits('ASSIGNED', 'x'), {}], { state: 'ASSIGNED', reason: 'waits for 1, 2' }],
    ['one is blocked', {}, [done, waits('BLOCKED', 'not allowed')], { state: 'BLOCKED', reason: 'not allowed' }],
    [
      'one is blocked, one runs',
      {},
      [run({ running: [active('a')] }), waits('BLOCKED', 'not allowed')],
      { state: 'IN_PROGRESS' },
    ],
    [
      'all have completed',
      {},
      [run({ ended: [ended('a')] }), done],
      { state: 'COMPLETED', finishedAt: '2026-11-20T23:00:00.000Z' },
    ],
    ['one has failed', {}, [done, run({ ended: [failed()] })], { state: 'FAILED', reason: 'on 2: exit code 1' }],
    [
      'five have failed, each for its own reason',
      {},
      [
        run({ ended: [failed()] }),
        run({ ended: [ended('a', { state: 'FAILED', exitCode: null, reason: 'the disk is full' })] }),
        ...Array.from({ length: 3 }, () => run({ ended: [failed()] })),
      ],
      { state: 'FAILED', reason: 'on 1: exit code 1; on 2: the disk is full; on 3: exit code 1; and on 2 more' },
    ],
    [
      'one was cancelled',
      {},
      [done, run({ ended: [ended('a', { state: 'CANCELLED', reason: 'cancelled' })] })],
      { state: 'CANCELLED', reason: 'on 2: cancelled' },
    ],
    [
      'one failed and tries again',
      { attempts: 2 },
      [done, run({ ended: [failed()] })],
      { state: 'IN_PROGRESS', reason: 'waits for 2' },
    ],
    ['cancelled before it started', { cancelled: true }, [{}, {}], { state: 'CANCELLED' }],
    ['cancelled between', { cancelled: true }, [done, {}], { state: 'CANCELLED', reason: 'on 2' }],
    ['nobody is there', {}, [{ document: { state: 'LEFT' } }], { state: 'BLOCKED', reason: 'no machine has joined yet' }],
    [
      'one has left after it ran',
      {},
      [{ ...done, document: { state: 'LEFT' } }, {}],
      { state: 'IN_PROGRESS', reason: 'waits for 2' },
    ],
    [
      'not yet supported',
      { unknown: [{ field: 'aproval', meant: 'approval' }] },
      [{}],
      { state: 'BLOCKED', reason: 'unknown field "aproval"; did you mean "approval"?' },
    ],
  ])('%s', (_, change, of, expected) => {
    expect(orderStatus(order('a', { ...all, ...change }), machines(...of))).toMatchObject(expected);
  });

  test('O1 who joined later is not waited for', () => {
    const of = machines(done, { results: { before: ['a@1'] } });
    expect(orderStatus(order('a', all), of)).toMatchObject({ state: 'COMPLETED', machines: { 1: { state: 'COMPLETED' } } });
    expect(orderStatus(order('a', { ...all, joiners: true }), of)).toMatchObject({ state: 'IN_PROGRESS' });
    expect(orderStatus(order('a', { ...all, generation: 2 }), of)).toMatchObject({ state: 'QUEUED' });
  });

  test('each machine says its own', () => {
    const status = orderStatus(order('a', all), machines(done, run({ ended: [failed()] }), run({ running: [active('a')] }), {}));
    expect(Object.entries(status.machines ?? {}).map(([number, { state }]) => `${number} ${state}`)).toEqual([
      '1 COMPLETED',
      '2 FAILED',
      '3 IN_PROGRESS',
      '4 QUEUED',
    ]);
  });
});

describe('D4: an entry that cannot be obeyed', () => {
  test('D4 is blocked, with the reason', () => {
    expect(refusedStatus('a', 'bad timeout', machines({}), () => false)).toEqual({
      assign: '?',
      state: 'BLOCKED',
      code: 'unreadable',
      reason: 'bad timeout',
    });
  });

  test('D4 runs on in its older form', () => {
    const of = machines({}, { results: { running: [active('a')] } });
    const bad = refusedStatus('a', 'bad timeout', of, () => false);
    expect(bad).toMatchObject({ state: 'IN_PROGRESS', machine: 2, reason: 'bad timeout' });
  });

  test('D4 what runs under an id of its own is not its older form; what ran as a step of it is', () => {
    const of = [view(1, { results: { running: [active('a.web')] } })];
    const shown = (...ids: string[]) =>
      deriveStatus({
        ...snapshot({ orders: ids.map((id) => order(id)), refused: [{ id: 'a', reason: 'bad' }], machines: of }),
        sources: '',
      }).orders.a?.state;
    expect(shown('a.web')).toBe('BLOCKED');
    expect(shown()).toBe('IN_PROGRESS');
  });
});

test('O8b nothing is said of changed work under a lowered generation: what ran was another one', () => {
  const ran = ended('a', { generation: 2, work: 'of-then' });
  const changed = (generation: number) =>
    orderStatus(order('a', { generation }), machines({ results: { ended: [ran] } })).changed;
  expect(changed(2)).toBe(true);
  expect(changed(1)).toBeUndefined();
});
