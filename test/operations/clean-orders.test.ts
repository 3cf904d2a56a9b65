import { expect, test } from 'vitest';
import type { StatusOrder } from '../../src/core/model/status/status.ts';
import { together } from '../../src/core/orders/edit-parts.ts';
import type { EndedFilter } from '../../src/core/status/ended-entries.ts';
import { applyEntryEdit } from '../../src/documents/orders/apply-change.ts';
import { cleanPlan } from '../../src/operations/orders/clean-orders.ts';

const ANY: EndedFilter = { before: null, states: null, isByPerson: true };
const ended = (finishedAt = '2026-11-01T00:00:00.000Z', more: Partial<StatusOrder> = {}): StatusOrder => ({
  assign: 'any',
  state: 'COMPLETED',
  finishedAt,
  ...more,
});
const FAILED: Partial<StatusOrder> = { state: 'FAILED', exitCode: 1 };

type Entry = { readonly id: string; readonly [field: string]: unknown };

function plan(list: readonly (readonly [Entry, StatusOrder])[], filter = ANY, needs: readonly string[] = [], steps = {}) {
  const text = JSON.stringify({ orders: list.map(([{ id, ...more }]) => ({ id, run: 'true', ...more })) });
  const orders = { ...Object.fromEntries(list.map(([{ id }, status]) => [id, status])), ...steps };
  const needsYou = needs.map((order) => ({ code: 'order' as const, order, why: '' }));
  const made = cleanPlan({ orders, needsYou }, text, filter);
  return { text, ...made, gone: made.gone.map(({ id }) => id) };
}

test('what has ended goes; what goes on, schedules, and orders for machines that join later do not', () => {
  const { gone, kept } = plan([
    [{ id: 'done' }, ended()],
    [{ id: 'stopped' }, { assign: 'any', state: 'CANCELLED' }],
    [{ id: 'going' }, { assign: 'any', state: 'IN_PROGRESS' }],
    [{ id: 'nightly', schedule: '0 3 * * *' }, ended(undefined, { schedule: '0 3 * * *' })],
    [{ id: 'each', assign: 'all', joiners: true }, ended()],
    [{ id: 'bad', run: 7 }, ended()],
  ]);
  expect(gone).toEqual(['done', 'stopped']);
  expect(kept).toEqual([]);
});

test('what an order that has not ended well comes after stays with it, and so on along the line', () => {
  const line = [
    [{ id: 'a' }, ended()],
    [{ id: 'b', after: ['a'] }, ended(undefined, FAILED)],
    [
      { id: 'c', after: ['b'] },
      { assign: 'any', state: 'BLOCKED' },
    ],
    [{ id: 'd', after: ['a'] }, ended()],
    [{ id: 'e', after: ['d'] }, ended()],
  ] as const;
  const { gone, kept } = plan(line, { ...ANY, states: ['COMPLETED', 'FAILED'] }, ['b']);
  expect(gone).toEqual(['d', 'e']);
  expect(kept).toEqual([
    { id: 'a', why: 'awaited' },
    { id: 'b', why: 'awaited' },
  ]);
  // One that has failed may be tried again.
  expect(plan(line.slice(0, 2), ANY, ['b']).kept).toEqual([
    { id: 'b', why: 'needsYou' },
    { id: 'a', why: 'awaited' },
  ]);
});

test.each([1, 2])('D11.3 an order for all stays while nobody knows how it ended on one of its machines (%i)', (lost) => {
  const known = { state: 'FAILED', exitCode: 3 } as const;
  const unknown = { state: 'FAILED', code: 'interrupted', exitCode: null } as const;
  const machines = { '1': lost === 1 ? unknown : known, '2': lost === 2 ? unknown : known };
  // The state is told as that of the first machine that failed.
  const order = ended(undefined, {
    assign: 'all',
    state: 'FAILED',
    machines,
    ...(lost === 1 ? { code: 'interrupted' as const } : {}),
  });
  for (const states of [null, ['COMPLETED', 'FAILED', 'CANCELLED'] as const])
    expect(plan([[{ id: 'each', assign: 'all' }, order]], { before: null, states, isByPerson: false })).toMatchObject({
      gone: [],
      kept: [{ id: 'each', why: 'needsYou' }],
    });
  // Nobody can say how it ended (O4b): who names the state has seen it.
  const any: EndedFilter = { ...ANY, states: ['COMPLETED', 'FAILED', 'CANCELLED'] };
  expect(plan([[{ id: 'each', assign: 'all' }, order]]).gone).toEqual([]);
  expect(plan([[{ id: 'each', assign: 'all' }, order]], any).gone).toEqual(['each']);
  const told = ended(undefined, { assign: 'all', state: 'FAILED', machines: { '1': known, '2': known } });
  expect(plan([[{ id: 'each', assign: 'all' }, told]], any).gone).toEqual(['each']);
  // Of a chain too: its own status names no machines.
  const { machines: _, ...step } = order;
  const steps = [{ id: 'one', run: 'true' }];
  const chain = [
    { id: 'chain', assign: 'all', run: undefined, steps },
    { ...step, steps: ['chain.one'] },
  ] as const;
  const its = { 'chain.one': { ...order, chain: 'chain' } };
  expect(plan([chain], ANY, [], its).gone).toEqual([]);
  expect(plan([chain], any, [], its).gone).toEqual(['chain']);
});

test('D4.5 what an entry names that cannot be read stays with it, whatever else is wrong there', () => {
  const { gone, kept } = plan([
    [{ id: 'build' }, ended()],
    [{ id: 'told' }, ended()],
    [{ id: 'meant' }, ended()],
    [{ id: 'free' }, ended()],
    [
      { id: 'deploy', after: ['build'], timeout: 'soon' },
      { assign: 'any', state: 'BLOCKED' },
    ],
    [
      { id: 'alarm', on: { failed: 'told', completed: 'told' } },
      { assign: 'any', state: 'BLOCKED' },
    ],
    [
      { id: 'next', needs: ['meant'] },
      { assign: 'any', state: 'BLOCKED' },
    ],
  ]);
  expect(gone).toEqual(['free']);
  expect(kept).toEqual([
    { id: 'build', why: 'awaited' },
    { id: 'told', why: 'awaited' },
    { id: 'meant', why: 'awaited' },
  ]);
});

test('what needs a person stays; a failure goes where the person says so, a lost run never', () => {
  const list = [
    [{ id: 'failed' }, ended(undefined, FAILED)],
    [{ id: 'lost' }, ended(undefined, { state: 'FAILED', exitCode: null, code: 'lost' })],
    [{ id: 'seen' }, ended(undefined, FAILED)],
  ] as const;
  expect(plan(list, ANY, ['failed', 'lost']).gone).toEqual(['seen']);
  expect(plan(list, { ...ANY, states: ['FAILED'] }, ['failed', 'lost']).gone).toEqual(['failed', 'seen']);
  expect(plan(list, { ...ANY, states: ['COMPLETED'] }, ['failed', 'lost'])).toMatchObject({ gone: [], kept: [] });
});

test('T5.2 one whose end only a machine tells that is not believed stays, and is named', () => {
  const list = [[{ id: 'told' }, ended(undefined, { code: 'doubted', reason: 'its lane is not signed' })]] as const;
  for (const states of [null, ['COMPLETED'] as const])
    expect(plan(list, { ...ANY, states })).toMatchObject({ gone: [], kept: [{ id: 'told', why: 'doubted' }] });
  expect(plan(list, { ...ANY, states: ['FAILED'] }).kept).toEqual([]);
  // Others still do their part of it.
  const machines = { '2': { state: 'COMPLETED', code: 'doubted', reason: 'x' }, '3': { state: 'IN_PROGRESS' } } as const;
  const going = [[{ id: 'each' }, { assign: 'all', state: 'IN_PROGRESS', machines }]] as const;
  expect(plan(going)).toMatchObject({ gone: [], kept: [] });
});

test('older than: by the last of its ends; one whose end has no time is not known to be old', () => {
  const late = { '1': { state: 'COMPLETED' as const, finishedAt: '2026-11-20T00:00:00.000Z' } };
  const { gone } = plan(
    [
      [{ id: 'old' }, ended()],
      [{ id: 'new' }, ended('2026-11-20T00:00:00.000Z')],
      [{ id: 'all', assign: 'all' }, ended(undefined, { machines: late })],
      [{ id: 'stopped' }, { assign: 'any', state: 'CANCELLED' }],
    ],
    { ...ANY, before: '2026-11-10T00:00:00.000Z' },
  );
  expect(gone).toEqual(['old']);
});

test('an order of a spec stays, and a chain goes as a whole, unless one of its steps is waited for', () => {
  const steps = [
    { id: 'x', run: 'true' },
    { id: 'y', run: 'true' },
  ];
  const chain: StatusOrder = ended(undefined, { steps: ['ship.x', 'ship.y'], at: 'ship.y' });
  const list = [
    [{ id: 'task', spec: 'specs/a.md' }, ended()],
    [{ id: 'ship', run: undefined, steps }, chain],
  ] as const;
  expect(plan(list)).toMatchObject({ gone: ['ship'], kept: [{ id: 'task', why: 'spec' }] });
  const waits = [
    { id: 'last', after: ['ship.x'] },
    { assign: 'any', state: 'QUEUED' },
  ] as const;
  expect(plan([...list, waits])).toMatchObject({ gone: [], kept: [{ id: 'task' }, { id: 'ship', why: 'awaited' }] });
});

test('D5 nothing goes where one of them was run again meanwhile; that one is gone already is no matter', () => {
  const { text, edits } = plan([
    [{ id: 'a' }, ended()],
    [{ id: 'b' }, ended()],
    [{ id: 'c' }, { assign: 'any', state: 'QUEUED' }],
  ]);
  const [edit] = together(edits) as [Parameters<typeof applyEntryEdit>[1]];
  expect(applyEntryEdit(text, edit)).toEqual({ kind: 'edited', text: '{"orders":[{"id":"c","run":"true"}]}' });
  expect(applyEntryEdit(text.replace('"a",', '"a","generation":2,'), edit)).toMatchObject({
    kind: 'cannot',
    reason: expect.stringMatching(/^a was changed since you saw it.*nothing was done to any of the 2 orders$/),
  });
  expect(applyEntryEdit('{"orders":[{"id":"b","run":"true"}]}', edit)).toEqual({ kind: 'edited', text: '{"orders":[]}' });
  expect(applyEntryEdit('{"orders":[]}', edit)).toEqual({ kind: 'unchanged' });
});
