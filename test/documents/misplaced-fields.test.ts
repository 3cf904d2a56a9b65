// D4: a field beside which another one is missing, or that nobody reads there, is named; none is skipped in silence.
import { expect, test } from 'vitest';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';

const read = (entry: object) => {
  const { value, faults } = parseOrders(JSON.stringify({ orders: [{ id: 'x', assign: 2, ...entry }] }));
  return { count: value?.orders.length, said: faults.map((fault) => `${fault.level}: ${faultSentence(fault)}`) };
};

test.each(['timezone', 'overlap'])('O12 %s without schedule holds the order: it would start at once', (field) => {
  const { count, said } = read({ run: 'true', [field]: field === 'overlap' ? 'skip' : 'UTC' });
  expect(count).toBe(0);
  expect(said).toEqual([expect.stringContaining(`fault: expected no "${field}" without "schedule"`)]);
});

test.each(['workspace', 'artifacts', 'expect_changes'])('O14 %s beside call is named as ignored', (field) => {
  const values = { workspace: { repo: 'https://git.example/a.git' }, artifacts: ['**'], expect_changes: true };
  const { count, said } = read({ call: { instance: 'a', path: '/' }, [field]: values[field as keyof typeof values] });
  expect(count).toBe(1);
  expect(said).toEqual([expect.stringContaining(`warning: expected no "${field}" beside "call"`)]);
});
