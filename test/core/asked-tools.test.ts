import { expect, test } from 'vitest';
import { askedTools } from '../../src/core/orders/asked-tools.ts';
import { withAskedTools } from '../../src/machine/steps/own-tools.ts';
import { ended, order, self, snapshot, view } from './samples.ts';

const asking = (tool: string | null, id = `with-${tool}`) => order(id, { assign: { kind: 'match', tags: [], tool } });
const ALL = () => true;

test('O10 names that lead out of PATH are asked of no disk, nor agents; each name counts once', () => {
  const names = ['git', '../../etc/shadow', '/bin/sh', '', '.', '..', 'a b', '-x', 'claude', 'git', 'x'.repeat(65), 'g++', null];
  expect(askedTools([...names.map((name) => asking(name)), order('a', { assign: { kind: 'any' } })], ALL)).toEqual([
    'git',
    'g++',
  ]);
});

test('O10 orders that name thousands of tools keep no cycle busy', () => {
  expect(
    askedTools(
      Array.from({ length: 9000 }, (_, at) => asking(`tool${at}`)),
      ALL,
    ),
  ).toHaveLength(100);
});

test('O10.4 beyond 100 names what is cancelled or over asks for none, and a schedule goes on', () => {
  const done = Array.from({ length: 60 }, (_, at) => asking(`done${at}`));
  const cancelled = Array.from({ length: 60 }, (_, at) => ({ ...asking(`off${at}`), cancelled: true }));
  const schedule = { line: '0 3 * * *', timezone: 'UTC', overlap: 'skip', newestAt: () => null } as const;
  const open = [asking('wanted'), { ...asking('nightly'), schedule }];
  const results = { ended: done.map(({ id }) => ended(id)) };
  const asked: string[][] = [];
  const installed = (names: readonly string[]) => {
    asked.push([...names]);
    return [];
  };
  const machines = [view(1, { results })];
  withAskedTools({ installed }, self(), snapshot({ orders: [...done, ...cancelled, ...open], machines }));
  expect(asked).toEqual([['wanted', 'nightly']]);
  // Where there is room for all, nothing is said anew once an order is over.
  withAskedTools({ installed }, self(), snapshot({ orders: [...done, ...open], machines }));
  expect(asked[1]).toHaveLength(62);
});
