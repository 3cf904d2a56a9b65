// T5.5: what is kept of runs that an admitted machine told, one thing at a time.
import { expect, test } from 'vitest';
import type { Snapshot } from '../../../src/core/model/ledger/snapshot.ts';
import type { ResultsDocument } from '../../../src/core/model/orders/run.ts';
import { type ToldRuns, toldBefore, withTold } from '../../../src/features/trust/documents/told-runs.ts';
import { ended, order, snapshot, view } from '../../core/samples.ts';

const any = { kind: 'any' } as const;
const orders = [
  order('a', { assign: any }),
  order('b', { assign: any }),
  order('mine', { assign: { kind: 'machine', machine: 2 } }),
];
const run = (id: string, generation = 1) => ended(id, { generation });
const older = (id: string, generation = 1) => run(id, generation) as unknown as ResultsDocument['older'][number];
const running = (id: string, generation = 1) => run(id, generation) as unknown as ResultsDocument['running'][number];

interface Case {
  readonly results?: Partial<ResultsDocument>;
  readonly before?: ToldRuns;
  readonly key?: string;
  readonly doubted?: readonly number[];
  readonly own?: number;
  readonly isGone?: boolean;
  readonly uncounted?: readonly number[];
  readonly orders?: typeof orders;
}

function seenIn({ results = {}, key = 'k2', doubted = [], own = 1, isGone = false, ...more }: Case) {
  const machines = isGone ? [view(1)] : [view(1), view(2, { results })];
  const of: Snapshot = { ...snapshot({ orders: more.orders ?? orders, machines }), uncounted: more.uncounted ?? [] };
  return { snapshot: of, keys: { 2: { key } }, doubted: new Map(doubted.map((it) => [it, 'unsigned'])), own };
}

const known = (runs: Record<string, number>, key = 'k2'): ToldRuns => ({ 2: { key, runs } });

test.each<[what: string, seen: Case, runs: Record<string, number> | undefined]>([
  ['what runs, has run, and ran long ago', { results: { running: [running('a')], ended: [run('b')] } }, { a: 1, b: 1 }],
  ['what ran long ago', { results: { older: [older('a', 3)] } }, { a: 3 }],
  ['of each the highest generation', { results: { older: [older('a', 4)], ended: [run('a', 3)] } }, { a: 4 }],
  ['not what only it could run', { results: { ended: [run('mine')] } }, {}],
  ['an occurrence of a shared order', { results: { ended: [run('a@20261120T0300Z')] } }, { 'a@20261120T0300Z': 1 }],
  ['no occurrence of one of its own', { results: { ended: [run('mine@20261120T0300Z')] } }, {}],
  ['what left the list and is told of still', { results: { ended: [run('gone')] }, before: known({ gone: 1 }) }, { gone: 1 }],
  ['not what left the list before it was told', { results: { ended: [run('gone')] } }, {}],
  ['not what left the list and is told of no more', { before: known({ gone: 1 }) }, {}],
  ['a name that objects have', { results: { ended: [run('constructor')] }, before: known({ a: 1 }) }, {}],
  ['what was told before, once it is doubted', { doubted: [2], before: known({ a: 1 }) }, { a: 1 }],
  ['nothing of a doubted one that told nothing', { doubted: [2], results: { ended: [run('a')] } }, undefined],
  ['what was told before, once its lane is gone', { isGone: true, before: known({ a: 1 }) }, { a: 1 }],
  ['nothing of an older key', { isGone: true, before: known({ a: 1 }, 'old') }, undefined],
  ['nothing of this machine, whose journal says it', { own: 2, results: { ended: [run('a')] } }, undefined],
])('T5.5 kept: %s', (_what, seen, runs) => {
  expect(withTold(seen.before ?? {}, seenIn(seen))[2]?.runs).toEqual(runs);
});

test('T5.5 it is the same object until somebody tells of more, of less, or of other runs', () => {
  const seen = seenIn({ results: { ended: [run('a')] } });
  const first = withTold({}, seen);
  expect(withTold(first, seen)).toBe(first);
  expect(withTold(first, seenIn({ results: { ended: [run('a')] } }))).toBe(first);
  for (const results of [{ ended: [run('a'), run('b')] }, {}, { ended: [run('a', 2)] }, { ended: [run('b')] }])
    expect(withTold(first, seenIn({ results }))).not.toBe(first);
  // Who is admitted no more is forgotten.
  expect(withTold(first, { ...seen, keys: {} })).toEqual({});
});

test('T5.5 the same results beside other orders are gone through again', () => {
  const results = view(2, { results: { ended: [run('a'), run('new')] } });
  const at = (listed: typeof orders) => ({ ...seenIn({}), snapshot: snapshot({ orders: listed, machines: [results] }) });
  const first = withTold({}, at(orders));
  expect(first[2]?.runs).toEqual({ a: 1 });
  expect(withTold(first, at([...orders, order('new', { assign: any })]))[2]?.runs).toEqual({ a: 1, new: 1 });
});

test.each<[what: string, seen: Case, why: string | undefined]>([
  ['believed', {}, undefined],
  ['doubted', { doubted: [2] }, 'unsigned'],
  ['gone', { isGone: true }, 'its lane is gone'],
  ['not counted', { isGone: true, uncounted: [2] }, 'machines_max in fleet.yaml no longer counts it'],
  ['doubted, and not counted', { isGone: true, uncounted: [2], doubted: [2] }, 'unsigned'],
])('T5.5 what holds back is told with why: a machine that is %s', (_what, seen, why) => {
  expect(toldBefore(known({ a: 1 }), seenIn(seen)).get(2)?.why).toBe(why);
  expect(toldBefore(known({}), seenIn(seen)).size).toBe(0);
});
