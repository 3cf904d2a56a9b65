import { expect, test } from 'vitest';
import type { Assign } from '../../src/core/model/orders/order.ts';
import { askedTools } from '../../src/core/orders/asked-tools.ts';

const asking = (tool: string | null): { assign: Assign } => ({ assign: { kind: 'match', tags: [], tool } });

test('O10 names that lead out of PATH are asked of no disk, nor agents; each name counts once', () => {
  const names = ['git', '../../etc/shadow', '/bin/sh', '', '.', '..', 'a b', '-x', 'claude', 'git', 'x'.repeat(65), 'g++', null];
  expect(askedTools([...names.map(asking), { assign: { kind: 'any' } }])).toEqual(['git', 'g++']);
});

test('O10 orders that name thousands of tools keep no cycle busy', () => {
  expect(askedTools(Array.from({ length: 9000 }, (_, at) => asking(`tool${at}`)))).toHaveLength(100);
});
