// What a look does for each order must not go over all that each machine has said: counted by what it reads.
import { expect, test } from 'vitest';
import { fleetEvents } from '../../src/core/decide/fleet-events.ts';
import type { Order } from '../../src/core/model/orders/order.ts';
import { assignmentOf } from '../../src/core/orders/assignment.ts';
import { listedStatus } from '../../src/core/status/schedule-status.ts';
import { ended, NO_MAIL, order, T0, view } from './samples.ts';

const ORDERS = 50;
const machinesOf = (...views: readonly ReturnType<typeof view>[]) => new Map(views.map((it) => [it.document.machine, it]));

/** The same list, which counts how often any of it is read. */
function counted<T extends object>(list: T): { readonly list: T; readonly reads: () => number } {
  let reads = 0;
  const get = (of: T, name: string | symbol, self: unknown) => {
    if (typeof name === 'string' && /^[0-9]+$/.test(name)) reads += 1;
    return Reflect.get(of, name, self);
  };
  return { list: new Proxy(list, { get }), reads: () => reads };
}

test('O1 what a machine passed over is gone through once for all orders', () => {
  const names = Array.from({ length: 200 }, (_, at) => `old-${at}@1`);
  const { list, reads } = counted([...names, 'o-3@1']);
  const machines = machinesOf(view(1, { results: { before: list } }), view(2));
  const meant = Array.from({ length: ORDERS }, (_, at) => assignmentOf(order(`o-${at}`, { assign: { kind: 'all' } }), machines));
  expect(meant[3]).toEqual({ kind: 'machines', machines: [2] });
  expect(meant[4]).toEqual({ kind: 'machines', machines: [1, 2] });
  expect(reads()).toBeLessThanOrEqual(names.length + 1);
});

test.each<[what: string, template: Partial<Order>, occurrence: string]>([
  ['schedule', { schedule: { line: '0 3 * * *', timezone: 'UTC', overlap: 'skip', newestAt: () => null } }, '@20261120T0300Z'],
  ['trigger', { on: { kind: 'completed', of: 'build' } as Order['on'] & object }, '@1T012345678901234567'],
])('O12 O19 what waits on a machine is gone through once for all templates (%s)', (_, template, occurrence) => {
  const waits = Array.from({ length: 200 }, (_, at) => ({
    ...{ order: `t-${at}${occurrence}`, generation: 1, state: 'BLOCKED' as const },
    ...{ reason: `why ${at}`, code: 'unjudged' as const },
  }));
  const { list, reads } = counted(waits);
  const machines = machinesOf(view(1, { results: { waiting: list } }));
  const shown = Array.from({ length: ORDERS }, (_, at) => listedStatus(order(`t-${at}`, template), machines));
  expect(shown[7]).toMatchObject({ state: 'BLOCKED', reason: expect.stringContaining('why 7') });
  expect(reads()).toBeLessThanOrEqual(10 * waits.length);
});

test('O19.7 whether a message comes of an occurrence is looked up among those alone', () => {
  const { list, reads } = counted(Array.from({ length: 500 }, (_, at) => ended(`plain-${at}`)));
  const said = Array.from({ length: ORDERS }, (_, at) => ({
    number: at + 1,
    at: T0,
    body: 'hello',
    priority: 'normal' as const,
  }));
  const mail = { ...NO_MAIL, machines: new Map([[2, new Map([['1', said]])]]) } as never;
  const machines = machinesOf(view(1), view(2, { results: { older: list } }));
  const on = { kind: 'message', of: '1', match: '*' } as never;
  expect(fleetEvents(on, machines, mail)).toHaveLength(ORDERS);
  expect(reads()).toBeLessThanOrEqual(500);
});
