import { expect, test } from 'vitest';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { workHash } from '../../src/core/orders/work-hash.ts';
import { parseResults, renderResults } from '../../src/documents/machine/results.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { ended, view } from '../core/samples.ts';

const said = (...entries: readonly object[]) => {
  const { value, faults } = parseOrders(JSON.stringify({ orders: entries }));
  return { orders: value?.orders ?? [], faults: faults.map((fault) => `${fault.level} ${faultSentence(fault)}`) };
};
const agent = (more: object = {}) => ({ id: 'a', agent: 'claude', prompt: 'Do it', ...more });

test('O15 what is asked of an agent is read; what is not said is absent', () => {
  expect(said(agent()).orders[0]?.work).toEqual({ kind: 'agent', agent: 'claude', prompt: 'Do it' });
  const more = {
    model: 'claude-opus-4-5[1m]',
    budget: 2.5,
    max_turns: 9,
    allowed_tools: ['Edit', 'mcp__x__y', 'Bash(git log *)'],
    silence: '5m',
  };
  const { orders, faults } = said(agent(more));
  expect(faults).toEqual([]);
  expect(orders[0]).toMatchObject({
    work: { model: more.model, budgetUsd: 2.5, maxTurns: 9, allowedTools: more.allowed_tools, silenceMs: 300_000 },
  });
});

test('O17 a session to go on in, with or without words, is of an order or step; it is no other work (O8b)', () => {
  const [order] = said(agent({ resume: 'Take port 80', generation: 2 })).orders;
  expect(order).toMatchObject({ resume: 'Take port 80' });
  expect(said(agent({ resume: true })).orders[0]).toMatchObject({ resume: true });
  const plain = said(agent({ resume: false })).orders[0];
  expect(plain).not.toHaveProperty('resume');
  expect(order && plain && workHash(order) === workHash(plain)).toBe(true);
  const steps = [{ agent: 'claude', prompt: 'x', resume: true }, { run: 'true' }];
  expect(said({ id: 'c', steps }).orders.map(({ resume }) => resume)).toEqual([true, undefined]);
  expect(said({ id: 'c', resume: true, steps }).faults[0]).toContain('no "resume" beside "steps"');
  expect(said({ id: 'a', run: 'x', resume: true }).faults).toEqual([
    'warning expected no "resume" without "agent", found "resume", which is ignored',
  ]);
});

test.each<[more: object, expected: string]>([
  [{ resume: ' ' }, '"resume" to be true, or words'],
  [{ model: '--dangerously-skip-permissions' }, '"model" to be a model\'s name'],
  [{ budget: 0 }, '"budget" to be a number of US dollars'],
  [{ budget: '5' }, '"budget" to be a number of US dollars'],
  [{ max_turns: 1.5 }, '"max_turns" to be a whole number'],
  [{ allowed_tools: ['Bash(ls) Bash(rm *)'] }, '"allowed_tools" to be a list of tools'],
  [{ allowed_tools: ['-x'] }, '"allowed_tools" to be a list of tools'],
  [{ allowed_tools: 'Edit' }, '"allowed_tools" to be a list of tools'],
  [{ silence: '1ms' }, '"silence" to be a length'],
])('O15 a fault at its place: %j', (more, expected) => {
  const { orders, faults } = said(agent(more));
  expect(orders).toEqual([]);
  expect(faults).toEqual([expect.stringContaining(expected)]);
});

test('D4, O15 limits of an agent beside other work are warned of; a chain says them for its steps', () => {
  expect(said({ id: 'a', run: 'x', budget: 3 }).faults).toEqual([
    'warning expected no "budget" without "agent", found "budget", which is ignored',
  ]);
  const chain = {
    id: 'c',
    model: 'opus',
    steps: [{ run: 'x' }, { agent: 'claude', prompt: 'y', budget: 1 }, { run: 'z', silence: '5m' }],
  };
  const { orders, faults } = said(chain);
  expect(orders.map(({ work }) => work)).toMatchObject([
    { kind: 'shell' },
    { kind: 'agent', model: 'opus', budgetUsd: 1 },
    { kind: 'shell' },
  ]);
  expect(faults).toEqual(['warning expected no "silence" without "agent", found "silence", which is ignored']);
});

test('D3, O15 that a run asks for a person is said and read', () => {
  const { results } = view(1, { results: { ended: [ended('a', { state: 'FAILED', asks: true }), ended('b')] } });
  expect(parseResults(renderResults(results), 'results/1.json')).toMatchObject({ value: results });
});
