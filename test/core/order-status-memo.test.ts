import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MachineView } from '../../src/core/model/ledger/snapshot.ts';
import type { Assign } from '../../src/core/model/orders/order.ts';
import { orderStatus } from '../../src/core/status/order-status.ts';
import { active, ended, order, view } from './samples.ts';

const ASSIGNS: readonly Assign[] = [
  { kind: 'machine', machine: 1 },
  { kind: 'machine', machine: 2 },
  { kind: 'machine', machine: 9 },
  { kind: 'name', name: 'pc' },
  { kind: 'all' },
  { kind: 'any' },
];
const ORDERS = ['a', 'b'].flatMap((id) => ASSIGNS.map((assign) => order(id, { assign, attempts: 2 })));

/** A machine that says something else of `a` and `b` from one time to the next. */
const anyView = (machine: number): fc.Arbitrary<MachineView> =>
  fc
    .record({
      name: fc.constantFrom('pc', 'mac'),
      state: fc.constantFrom('IDLE', 'LEFT'),
      running: fc.subarray([active('a'), active('b', { generation: 2 })]),
      finished: fc.subarray([ended('a'), ended('b', { state: 'FAILED' })]),
      waiting: fc.subarray([{ order: 'b', generation: 1, state: 'ASSIGNED', reason: 'waits' } as const]),
    })
    .map(({ name, state, running, finished, waiting }) =>
      view(machine, {
        document: { name, state: state as 'IDLE' | 'LEFT' },
        results: { running, ended: finished, waiting },
      }),
    );

const some = fc.subarray([0, 1, 2]);
const anyFleet = fc.tuple(anyView(1), anyView(2), anyView(3));

test('C1 whatever was derived before, the status of an order is that of the documents now', () => {
  fc.assert(
    fc.property(anyFleet, anyFleet, some, some, some, (one, other, renamed, ran, listed) => {
      const before = new Map(one.map((it) => [it.document.machine, it]));
      const after = new Map<number, MachineView>();
      for (const at of listed) {
        const { document } = (renamed.includes(at) ? other : one)[at] as MachineView;
        const { results } = (ran.includes(at) ? other : one)[at] as MachineView;
        after.set(document.machine, { ...(one[at] as MachineView), document, results });
      }
      for (const it of ORDERS) {
        orderStatus(it, before);
        // The copy was never asked for: nothing is remembered of it.
        expect(orderStatus(it, after)).toEqual(orderStatus({ ...it }, after));
        expect(orderStatus(it, before)).toEqual(orderStatus({ ...it }, before));
      }
    }),
    { numRuns: 500 },
  );
});

test('C1 what waits on the machine that an order is for counts, though no run tells of it', () => {
  const one = order('b');
  const before = view(1, {
    results: { waiting: [{ order: 'b', generation: 1, state: 'ASSIGNED', reason: 'waits for a slot' }] },
  });
  const after = { ...before, results: { ...before.results, waiting: [] } };
  expect(orderStatus(one, new Map([[1, before]])).state).toBe('ASSIGNED');
  expect(orderStatus(one, new Map([[1, after]])).state).toBe('QUEUED');
});
