// D10: the orders that tasks are, and what changes of ORDERS.json when a spec is planned again.
import { expect, test } from 'vitest';
import type { Json } from '../../../src/core/model/ledger/intention.ts';
import { faultPlace, faultSentence } from '../../../src/core/model/status/fault.ts';
import type { StatusOrder } from '../../../src/core/model/status/status.ts';
import { openQuestion } from '../../../src/core/orders/questions.ts';
import { type Begun, begunOf, entriesIn, planRows } from '../../../src/features/plan/documents/plan-changes.ts';
import { parseSpec } from '../../../src/features/plan/documents/spec.ts';
import { plannedOrders } from '../../../src/features/plan/documents/spec-orders.ts';

const PATH = 'specs/dao.md';

interface Listed {
  readonly id: string;
  readonly [field: string]: Json;
}

function plan(text: string, listed: readonly Listed[] = []) {
  const { value, faults } = parseSpec(text, PATH);
  if (value === null) throw new Error(faults.map(faultSentence).join());
  const planned = plannedOrders(
    value,
    listed.map(({ id, after }) => ({ id, after: (after ?? []) as string[] })),
  );
  return {
    planned: planned.tasks,
    entries: planned.tasks.flatMap(({ entry }) => (entry === null ? [] : [entry])),
    faults: [...faults, ...planned.faults].map((fault) => `${faultPlace(fault)}: ${faultSentence(fault)}`),
  };
}

interface Again {
  readonly begun?: Readonly<Record<string, Begun>>;
  readonly earlier?: string;
}

function again(text: string, listed: readonly Listed[], { begun = {}, earlier }: Again = {}) {
  const before = earlier === undefined ? [] : plan(earlier, listed).entries;
  return planRows({
    ...{ path: PATH, prefix: 'dao', planned: plan(text, listed).planned },
    listed: entriesIn(JSON.stringify({ orders: listed })) ?? new Map(),
    begun: (id) => begun[id] ?? 'no',
    wrote: (id, field, value) => before.some((it) => it.id === id && JSON.stringify(it[field]) === JSON.stringify(value)),
  });
}

const list = (...lines: string[]) => `## Tasks\n${lines.join('\n')}\n`;

test('D10 a task is an order: defaults, its own fields, its prose as the prompt', () => {
  const { entries, faults } = plan(`---
defaults: { agent: claude, budget: 2, tool: claude, env: { A: 1 }, check: npm test }
---
## Tasks
### Model
- [ ] Train it
  tags: gpu
  env: { SEED: 7 }

  Use all of it.
- [ ] Copy it
  run: cp a b
  assign: 2
`);
  expect(faults).toEqual([]);
  expect(entries).toEqual([
    {
      ...{ id: 'dao-train-it', title: 'Train it', feature: 'Model', spec: PATH, assign: { tags: ['gpu'], tool: 'claude' } },
      ...{ agent: 'claude', prompt: 'Train it\n\nUse all of it.', budget: 2, check: 'npm test', env: { A: 1, SEED: 7 } },
    },
    {
      ...{ id: 'dao-copy-it', title: 'Copy it', feature: 'Model', spec: PATH, assign: 2, run: 'cp a b' },
      ...{ check: 'npm test', env: { A: 1 } },
    },
  ]);
});

test('D10 after: by id, title, the one above, another list’s order; numbered tasks follow each other', () => {
  const after = (...lines: string[]) =>
    plan(`---\ndefaults: { run: 'true' }\n---\n${list(...lines)}`, [{ id: 'other.build' }]).entries.map((it) => it.after ?? []);
  expect(after('- [ ] A', '- [ ] B')).toEqual([[], []]);
  expect(after('1. [ ] A', '2. [ ] B', '3. [ ] C', '   after: a', '4. [ ] D', '   after: none')).toEqual([
    [],
    ['dao-a'],
    ['dao-a'],
    [],
  ]);
  expect(after('- [ ] Load it', '- [ ] B', '  after: Load it, other.build, dao-load-it', '- [ ] C', '  after: previous')).toEqual(
    [[], ['dao-load-it', 'other.build'], ['dao-b']],
  );
  expect(plan('## Tasks\n- [x] Nothing is known of it\n').faults).toEqual([]);
  // What a person ticked before it was planned is done, and nobody waits for it.
  expect(after('- [x] A', '- [ ] B', '  after: a')).toEqual([[]]);
});

test('D10 what an order cannot be is a fault at its line of the spec; the other tasks are placed', () => {
  const { entries, faults } = plan(`---
defaults:
  timeout: soon
---
## Tasks
- [ ] A
  run: true
- [ ] B
  run: true
  timeout: 5m
  attempts: 0
- [ ] C
- [ ] D
  run: true
  timeout: 5m
  after: nowhere
- [ ] E
  run: true
  timeout: 5m
  after: f
- [ ] F
  run: true
  timeout: 5m
  after: e
- [ ] G
  run: true
  timeout: 5m
  after: a
- [ ] H
  run: true
  timeout: 5m
  model: opus
`);
  expect(entries.map(({ id }) => id)).toEqual(['dao-g']);
  expect(faults).toEqual([
    'specs/dao.md line 3 column 12: expected "timeout" to be a length from "1s" to "30d" such as "90s", "2h" or "1h30m", or a number of seconds, found "soon"',
    'specs/dao.md line 11 column 13: expected "attempts" to be a whole number from 1 to 100, found 0',
    'specs/dao.md line 12 column 7: expected "run" or "agent", here or in "defaults", found none of them',
    'specs/dao.md line 16 column 10: expected a task of this spec, "previous", or the id of an order, found "nowhere"',
    'specs/dao.md line 32 column 10: expected no "model" without "agent", found "model", which is ignored',
    'specs/dao.md line 20 column 10: expected tasks that do not wait for each other, found dao-e → dao-f → dao-e',
  ]);
});

test('D10 planned again nothing is new; order, ticks and prose of others change nothing', () => {
  const text = list('- [ ] A', '  run: a', '- [ ] B', '  run: b', '  after: a');
  const placed = plan(text).entries as readonly Listed[];
  expect(again(text, placed).map(({ what, edit }) => [what, edit])).toEqual([
    ['same', null],
    ['same', null],
  ]);
  const moved = `Other words.\n\n${list('- [x] B', '  after: a', '  run: b', '', '- [ ] A', '  run: a')}`;
  expect(again(moved, placed).map(({ what }) => what)).toEqual(['same', 'same']);
});

test('D10 what the spec says wins, what it does not say stays, and what it had said goes', () => {
  const text = list('- [ ] A', '  run: new', '  check: c');
  const listed = [
    {
      id: 'dao-a',
      title: 'A',
      spec: PATH,
      run: 'old',
      attempts: 3,
      priority: 'high',
      generation: 4,
      approved: true,
      cancelled: true,
    },
  ];
  const earlier = list('- [ ] A', '  run: old', '  attempts: 3', '  priority: low');
  const [row] = again(text, listed, { earlier });
  expect(row).toMatchObject({ what: 'changed', fields: ['run', 'check', 'attempts'], mustRerun: false });
  expect(row?.edit).toEqual({
    kind: 'change',
    id: 'dao-a',
    fields: [
      { kind: 'set', id: 'dao-a', field: 'run', value: 'new', was: ['old'] },
      { kind: 'set', id: 'dao-a', field: 'check', value: 'c', was: [] },
      { kind: 'unset', id: 'dao-a', field: 'attempts', was: [3] },
    ],
  });
});

test('D10 from a command to an agent: never both', () => {
  const [row] = again(list('- [ ] A', '  agent: claude'), [{ id: 'dao-a', title: 'A', spec: PATH, run: 'old' }]);
  expect(row?.fields).toEqual(['agent', 'prompt', 'run']);
});

test('D10 what runs is not changed under its feet, and what has ended says how it runs again', () => {
  const listed = [{ id: 'dao-a', title: 'Old', spec: PATH, run: 'old' }];
  const text = list('- [ ] Say a', '  id: a', '  run: new');
  expect(again(text, listed, { begun: { 'dao-a': 'runs' } })[0]).toMatchObject({
    what: 'held',
    fields: ['run'],
    edit: { fields: [{ field: 'title' }] },
  });
  expect(again(text, listed, { begun: { 'dao-a': 'ended' } })[0]).toMatchObject({ what: 'changed', mustRerun: true });
  const title = list('- [ ] Say a', '  id: a', '  run: old');
  expect(again(title, listed, { begun: { 'dao-a': 'ended' } })[0]).toMatchObject({ what: 'changed', mustRerun: false });
});

test('D10.3, O18 an order whose question is open is left alone, one that is blocked otherwise not', () => {
  const began = { assign: '2', startedAt: '2026-11-20T22:00:00.000Z', attempt: 1 };
  const asked: StatusOrder = { ...began, state: 'BLOCKED', code: 'question', reason: 'asks', outputs: { question: 'Which?' } };
  expect(openQuestion(asked)).not.toBeNull();
  expect(begunOf(asked)).toBe('runs');
  expect(begunOf({ ...began, state: 'BLOCKED', code: 'agentDenied', reason: 'was denied a tool' })).toBe('ended');
  expect(begunOf({ assign: '2', state: 'BLOCKED', code: 'approval', reason: 'waits for approval' })).toBe('no');
  const states = ['QUEUED', 'ASSIGNED', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
  expect(states.map((state) => begunOf({ ...began, state }))).toEqual(['runs', 'runs', 'runs', 'ended', 'ended', 'ended']);
});

test('D10 what is no longer in the spec is said; an order of somebody else is not touched', () => {
  const listed = [
    { id: 'dao-old', title: 'Old', spec: PATH, run: 'x' },
    { id: 'dao-a', title: 'A', run: 'x' },
    { id: 'other', title: 'by hand', spec: PATH, run: 'x' },
  ];
  const rows = again(list('- [ ] A', '  run: y', '- [x] Done', '- [ ] Bad'), listed);
  expect(rows.map(({ what, id, edit }) => [what, id, edit])).toEqual([
    ['kept', 'dao-a', null],
    ['done', 'dao-done', null],
    ['bad', 'dao-bad', null],
    ['gone', 'dao-old', null],
  ]);
});

test('D10, O17 an order whose spec is written in another way is of it, and stays as it is written', () => {
  for (const spec of [`./${PATH}`, `coordination/${PATH}`]) {
    const placed = [
      { id: 'dao-a', title: 'A', spec, run: 'a' },
      { id: 'dao-b', title: 'B', spec, run: 'b' },
    ];
    const rows = again(list('- [ ] A', '  run: a2'), placed);
    expect(rows.map(({ what, id, fields }) => [what, id, fields])).toEqual([
      ['changed', 'dao-a', ['run']],
      ['gone', 'dao-b', []],
    ]);
  }
});
