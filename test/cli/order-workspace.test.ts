import { expect, test } from 'vitest';
import { orderFrom } from '../../src/cli/commands/orders/order-add.ts';
import { mustBeGoodOrder, TO_PLACE } from '../../src/operations/orders/check-order.ts';

const repo = 'git@example.com:me/app.git';

const workspaceFrom = (options: Readonly<Record<string, unknown>>) => {
  const { id: _id, assign: _assign, run: _run, ...fields } = orderFrom('x', ['true'], options);
  return fields;
};

test.each<[options: Readonly<Record<string, unknown>>, fields: object]>([
  [{}, {}],
  [{ repo }, { workspace: { repo } }],
  [
    { repo, branch: 'next', expectChanges: true },
    { workspace: { repo, branch: 'next' }, expect_changes: true },
  ],
])('O16 coord order add with %j', (options, fields) => {
  expect(workspaceFrom(options)).toEqual(fields);
});

test('--branch and --expect-changes without --repo are refused with a command that does it', () => {
  expect(() => workspaceFrom({ branch: 'main' })).toThrow('need --repo: found none');
  expect(() => workspaceFrom({ expectChanges: true })).toThrow('need --repo');
});

test.each([
  ['-x'],
  ['a..b'],
  ['a b'],
  ['a~1'],
  ['a:b'],
  ['.hidden'],
  ['a/'],
  ['a.lock'],
  ['a@{1}'],
  ['/a'],
  [''],
])('D4 no branch of a workspace is called %j', (branch) => {
  const bad = { id: 'x', run: 'true', workspace: { repo, branch } };
  expect(() => mustBeGoodOrder(bad, TO_PLACE)).toThrow(/expected "workspace" to be an object with "repo"/);
});

test.each([
  ['main'],
  ['feature/x-1'],
  ['coord/login.build-1'],
  ['a@b'],
  ['release/1.2'],
])('a branch may be called %s', (branch) => {
  expect(() =>
    mustBeGoodOrder({ id: 'x', run: 'true', workspace: { repo, branch }, expect_changes: true }, TO_PLACE),
  ).not.toThrow();
});

test('D4 a slip within workspace stops the order: it would work somewhere else', () => {
  const slip = { id: 'x', run: 'true', workspace: { repo, brnch: 'next' } };
  expect(() => mustBeGoodOrder(slip, TO_PLACE)).toThrow(/unknown field "brnch"; did you mean "branch"\?/);
});
