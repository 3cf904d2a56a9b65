// O8b, O4a: what the marks of a run and of an approval stand for: one thing more or less, and it is another mark.
import { expect, test } from 'vitest';
import type { Order } from '../../src/core/model/orders/order.ts';
import type { FromTemplate } from '../../src/core/model/orders/template.ts';
import { approvalMark } from '../../src/core/orders/approval-mark.ts';
import { changedSince, digestIn, workHash } from '../../src/core/orders/work-hash.ts';
import { order } from './samples.ts';

const env = { A: '1', B: '2' };
const hourly = { line: '0 * * * *', timezone: 'UTC', overlap: 'skip', newestAt: () => null } as const;
const version: FromTemplate['version'] = { name: 't', parameters: [], steps: [] } as unknown as FromTemplate['version'];
const template = { digest: '0123456789', version, values: {}, given: 'x' } as unknown as FromTemplate;
type Marked = Order & { readonly template?: FromTemplate };
const listed = (change: object = {}): Marked => order('a', { env, marked: { work: [], approval: [] }, ...change });

const WORK: Readonly<Record<string, object>> = {
  work: { work: { kind: 'shell', command: { kind: 'line', line: 'false' } } },
  check: { check: { kind: 'line', line: 'true' } },
  cwd: { cwd: '~/app' },
  env: { env: { ...env, A: '3' } },
  workspace: { workspace: { repo: 'r' } },
  marked: { marked: { work: [['new', 1]], approval: [] } },
  'values of a template': { template: { ...template, given: 'y' } },
  template: { template },
};

test.each(Object.entries(WORK))('O8b another %s is other work', (_, change) => {
  expect(workHash(listed(change))).not.toBe(workHash(listed()));
});

test('O8b the order in which variables stand is none, nor are title and priority', () => {
  expect(workHash(listed({ env: { B: '2', A: '1' }, title: 'x', priority: 'high' }))).toBe(workHash(listed()));
  expect(workHash(listed({ template }))).not.toBe(workHash(listed({ template: { ...template, given: 'y' } })));
  expect(digestIn(workHash(listed()))).toBeNull();
});

test('O8b a run of another generation, or of a cancelled order, is not called changed', () => {
  const run = { generation: 1, work: 'other' };
  expect(changedSince(listed(), run)).toEqual({ changed: true });
  for (const change of [{ cancelled: true }, { generation: 2 }]) expect(changedSince(listed(change), run)).toEqual({});
  expect(changedSince(listed(), { generation: 1 })).toEqual({});
  expect(changedSince(listed(), { generation: 1, work: workHash(listed()) })).toEqual({});
});

const TERMS: Readonly<Record<string, object>> = {
  assign: { assign: { kind: 'any' } },
  type: { type: 'bug' },
  spec: { spec: 'specs/a.md' },
  timeout: { timeoutMs: 1 },
  attempts: { attempts: 2 },
  joiners: { joiners: true },
  expect_changes: { expectsChanges: true },
  schedule: { schedule: hourly },
  'part of a later version': { marked: { work: [], approval: [['new', 1]] } },
};

test.each(Object.entries({ ...WORK, ...TERMS }))('O4a an approval does not cover another %s', (_, change) => {
  expect(approvalMark(listed(change))).not.toBe(approvalMark(listed()));
});

test.each([{ line: '1 * * * *' }, { timezone: 'Europe/Berlin' }, { overlap: 'queue' as const }])('O4a nor %o', (change) => {
  expect(approvalMark(listed({ schedule: { ...hourly, ...change } }))).not.toBe(approvalMark(listed({ schedule: hourly })));
});

test.each([{ digest: '9876543210' }, { given: 'y' }])('O4a nor another version or other values of its template: %o', (change) => {
  expect(approvalMark(listed({ template: { ...template, ...change } }))).not.toBe(approvalMark(listed({ template })));
});

test('O4a it covers the same work in a raised generation', () => {
  expect(approvalMark(listed({ generation: 2, title: 'x', after: ['b'] }))).toBe(approvalMark(listed()));
});
