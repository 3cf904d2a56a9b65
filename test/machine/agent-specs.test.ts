// O17: an agent's spec is the document of people that main has, and an order waits for one that is not there.
import { expect, test } from 'vitest';
import type { Blob } from '../../src/core/model/ledger/trees.ts';
import type { AgentRequest } from '../../src/core/model/orders/agent.ts';
import type { Order } from '../../src/core/model/orders/order.ts';
import { specPath, withMissingSpecs } from '../../src/core/orders/specs.ts';
import { briefed } from '../../src/machine/steps/brief-agent.ts';
import type { Ledger, RunSpec } from '../../src/ports.ts';
import { order, snapshot } from '../core/samples.ts';
import { createFleet, quiet } from './world.ts';

const task = { kind: 'agent', agent: 'claude', prompt: 'x' } as const;
const agent = (spec: string | null, change: Partial<Order> = {}) => order('a', { work: task, spec, ...change });

test.each<[spec: string | null, path: string | null]>([
  ['specs/login.md', 'specs/login.md'],
  ['coordination/specs/login.md', 'specs/login.md'],
  ['./specs/login.md', 'specs/login.md'],
  ['login', 'login'],
  ['https://example.com/spec', null],
  [null, null],
])('where %s lies', (spec, path) => {
  expect(specPath({ spec })).toBe(path);
});

test('only orders for agents wait for their spec; nothing missing changes nothing', () => {
  const files = new Map([
    ['specs/a.md', '1'],
    ['COMPUTER_1.md', '2'],
  ]);
  const lacks = (one: Order) => withMissingSpecs({ orders: [one], refused: [] }, files).orders[0]?.lacks;
  expect(lacks(agent('specs/a.md'))).toBeUndefined();
  expect(lacks(agent('specs/b.md'))).toBe('specs/b.md');
  expect(lacks(agent('COMPUTER_1.md'))).toBe('COMPUTER_1.md');
  expect(lacks(order('s', { spec: 'specs/b.md' }))).toBeUndefined();
  // One that was missed before, and came.
  expect(lacks(agent('specs/a.md', { lacks: 'specs/a.md' }))).toBeUndefined();
  const all = { orders: [agent('specs/a.md')], refused: [] };
  expect(withMissingSpecs(all, files)).toBe(all);
  const missing = { orders: [agent('specs/b.md')], refused: [] };
  expect(withMissingSpecs(missing, files)).toBe(withMissingSpecs(missing, files));
});

test('O4a, O17 it is BLOCKED until the document is there, asks a person, and then runs', async () => {
  const world = await createFleet(1);
  const [one] = world.machines as [(typeof world.machines)[0]];
  const { self } = one.settings;
  one.settings.self = { ...self, tools: ['claude'], policy: { ...self.policy, allow: ['agent'] } };
  world.orders([{ id: 'a', assign: 1, agent: 'claude', prompt: 'x', spec: 'specs/a.md', approval: true }]);
  await quiet(world);
  const { orders, needsYou } = await world.status();
  expect(orders.a).toMatchObject({ state: 'BLOCKED', reason: 'specs/a.md is not there' });
  expect(needsYou).toContainEqual({ code: 'order', order: 'a', why: expect.stringContaining('specs/a.md is not there') });
  world.person({ 'specs/a.md': '# Spec' });
  await quiet(world);
  expect((await world.status()).orders.a?.reason).toContain('waits for approval');
  world.orders([{ id: 'a', assign: 1, agent: 'claude', prompt: 'x', spec: 'specs/a.md', approval: true, approved: true }]);
  await quiet(world);
  expect(one.runner.starts).toHaveLength(1);
});

test('O17 the request has the text as main has it; too long is cut, and what cannot be read is said', async () => {
  const told = async (blob: Blob | null, change: Partial<Order> = {}) => {
    const files = new Map(blob === null ? [] : [['specs/a.md', 'id']]);
    const fleet = { ...snapshot(), main: { commit: 'm', byMachine: true, files } };
    const ledger = { read: async () => new Map([['id', blob]]) } as unknown as Ledger;
    const run = { agent: { spec: null } as unknown as AgentRequest } as RunSpec;
    const around = { ledger, snapshot: fleet, machines: new Map(), me: 1 };
    return (await briefed(run, agent('specs/a.md', change), around)).agent?.spec;
  };
  expect(await told({ kind: 'text', text: '# Spec' })).toEqual({ name: 'specs/a.md', text: '# Spec', note: null });
  const long = await told({ kind: 'text', text: 'x'.repeat(100_000) });
  expect(long?.text).toHaveLength(65_536);
  expect(long?.note).toBe('specs/a.md has 100000 characters; only the first 65536 are here');
  expect(await told({ kind: 'unreadable', why: 'no UTF-8' })).toMatchObject({
    text: null,
    note: 'specs/a.md cannot be read: no UTF-8',
  });
  expect(await told(null)).toMatchObject({ text: null, note: 'specs/a.md is no longer there' });
  expect(await told(null, { spec: 'https://example.com' })).toBeNull();
});
