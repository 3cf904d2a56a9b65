// O1: which machines an order is meant for, by what their documents say; O1a: where fleet.yaml sends it.
import { expect, test } from 'vitest';
import type { MachineDocument } from '../../src/core/model/machines/machine.ts';
import type { Assign } from '../../src/core/model/orders/order.ts';
import { assignmentOf } from '../../src/core/orders/assignment.ts';
import { asClaimed, routedOrders } from '../../src/core/orders/routing.ts';
import { order, view } from './samples.ts';

const fleet = (...of: Partial<MachineDocument>[]) => new Map(of.map((document, at) => [at + 1, view(at + 1, { document })]));
const gpus = () =>
  fleet({ tags: ['GPU', 'linux'], tools: ['ffmpeg'] }, { tags: ['gpu'], tools: ['ffmpeg'] }, { tags: ['gpu', 'Linux'] });
const match = (tags: readonly string[], tool: string | null = null): Assign => ({ kind: 'match', tags, tool });

test.each<[what: string, assign: Assign, machines: readonly number[]]>([
  ['all of its tags, whatever their case', match(['gpu', 'linux']), [1, 3]],
  ['its tool as well', match(['gpu', 'linux'], 'ffmpeg'), [1]],
  ['its tool alone', match([], 'ffmpeg'), [1, 2]],
  ['a list in its order, and nobody twice', { kind: 'list', of: [3, 'any', 3] }, [3, 1, 2]],
])('O1 who has %s', (_, assign, machines) => {
  expect(assignmentOf(order('a', { assign }), gpus())).toEqual({ kind: 'machines', machines });
});

test('O1 orders that ask for the same and are of other work are judged each for itself', () => {
  const machines = fleet({ allows: ['shell'] }, { allows: ['agent'], tools: ['claude'] });
  const of = (change: object) => assignmentOf(order('a', { assign: { kind: 'any' }, ...change }), machines);
  const agent = { kind: 'agent', agent: 'claude', prompt: 'x' } as const;
  expect(of({})).toEqual({ kind: 'machines', machines: [1] });
  expect(of({ work: agent })).toEqual({ kind: 'machines', machines: [2] });
  // Its check is a command: nobody allows both.
  expect(of({ work: agent, check: { kind: 'line', line: 'true' } })).toMatchObject({ kind: 'nobody' });
  expect(of({ assign: { kind: 'list', of: [2] } })).toMatchObject({ kind: 'nobody' });
});

const open = { route: 'open', assign: { kind: 'any' } } as const;
const routed = (type: string, routing: object = {}) => {
  const document = { orders: [order('a', { ...open, type })], refused: [] };
  const byType = { bug: { kind: 'machine', machine: 1 }, default: { kind: 'machine', machine: 2 } } as const;
  return routedOrders(document, { byType, otherwise: null, ...routing } as Parameters<typeof routedOrders>[1]).orders[0]?.assign;
};

test('O1a a type goes where its route leads, whatever its case, and any other to the default', () => {
  expect(routed(' Bug ')).toEqual({ kind: 'machine', machine: 1 });
  expect(routed('review')).toEqual({ kind: 'machine', machine: 2 });
  expect(routed('review', { byType: {} })).toEqual({ kind: 'any' });
  const otherwise = { kind: 'nowhere', reason: 'line 3' };
  expect(routed('review', { byType: {}, otherwise })).toEqual(otherwise);
  // What every object has is no route.
  for (const type of ['constructor', 'toString', '__proto__']) expect(routed(type)).toEqual({ kind: 'machine', machine: 2 });
});

test('O1a, S3 a change of routing moves nothing that was claimed here, and nothing else stays', () => {
  const claims = [{ order: 'a', generation: 1, attempt: 1, attempts: 1, leaseMs: 0, nonce: 'n' }];
  const elsewhere = order('a', { route: 'routed', assign: { kind: 'machine', machine: 2 } });
  expect(asClaimed(elsewhere, { claims }).assign).toEqual({ kind: 'any' });
  const { route: _, ...written } = elsewhere;
  expect(asClaimed(written, { claims })).toBe(written);
  expect(asClaimed({ ...elsewhere, id: 'b' }, { claims }).assign).toEqual({ kind: 'machine', machine: 2 });
});
