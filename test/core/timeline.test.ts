// The story from documents and edits: what counts as one event, in which order, and what is asked for.
import { describe, expect, test } from 'vitest';
import { isWanted, mergeEvents, messageEvents, orderEvents, runEvents, sortedEvents } from '../../src/core/history/timeline.ts';
import type { OrderEdit } from '../../src/core/model/ledger/intention.ts';
import { emptyResults } from '../../src/core/model/orders/run.ts';
import type { TimelineEvent, TimelineFilter } from '../../src/core/model/status/timeline.ts';
import { active, ended, T0 } from './samples.ts';

const LATER = '2026-11-20T22:00:12.000Z';
const EDITED = { at: T0, by: { person: 'Ada' }, commit: 'c1' };
const NAMES = { 1: 'mac', 2: 'pc' };

const deeds = (edits: readonly OrderEdit[]) =>
  orderEvents(edits, EDITED, new Map(), new Set()).map(({ what, order, fields }) => [what, order, ...fields].join(' '));
const set = (field: string, value: string | number | boolean, was?: number): OrderEdit => {
  return { kind: 'set', id: 'a', field, value, ...(was === undefined ? {} : { was: [was] }) };
};

describe('edits of ORDERS.json', () => {
  test.each<[name: string, edits: readonly OrderEdit[], expected: readonly string[]]>([
    ['added', [{ kind: 'add', order: { id: 'a', run: 'true', cancelled: true } }], ['added a']],
    ['removed', [{ kind: 'remove', id: 'a' }], ['removed a']],
    ['a field', [set('run', 'x'), { kind: 'unset', id: 'a', field: 'cwd' }], ['changed a run cwd']],
    ['cancelled', [set('cancelled', true)], ['cancelled a cancelled']],
    ['not cancelled any more', [set('cancelled', false)], ['changed a cancelled']],
    ['the first retry', [set('generation', 2)], ['retried a generation']],
    [
      'a retry that takes a cancellation back',
      [set('generation', 3, 2), set('cancelled', false)],
      ['retried a generation cancelled'],
    ],
    ['a lowered generation (O8)', [set('generation', 1, 2)], ['changed a generation']],
    ['two orders', [{ kind: 'remove', id: 'b' }, set('run', 'x')], ['removed b', 'changed a run']],
  ])('%s', (_name, edits, expected) => expect(deeds(edits)).toEqual(expected));

  test('what an order is called and for whom it is: from the edit, else as it stands now', () => {
    const known = new Map([['a', { title: 'Now', for: 2 }]]);
    const about = (edits: readonly OrderEdit[]) =>
      orderEvents(edits, EDITED, known, new Set()).map((event) => [event.title, event.for]);
    expect(about([set('run', 'x')])).toEqual([['Now', 2]]);
    expect(about([set('assign', 'pc'), set('title', 'Then')])).toEqual([['Then', 'pc']]);
    expect(about([{ kind: 'add', order: { id: 'a', assign: { tags: ['gpu'] } } }])).toEqual([['Now', null]]);
    expect(about([{ kind: 'remove', id: 'gone' }])).toEqual([[null, null]]);
  });
});

describe('runs', () => {
  const full = ended('a', { finishedAt: LATER, state: 'FAILED', exitCode: 3, reason: 'check failed with 3', attempt: 2 });
  const { reason: _reason, startedAt: _startedAt, tail: _tail, outputs: _outputs, ...short } = full;

  test('a start and an end; of an older one the end alone; one that goes on has only started', () => {
    const results = { ...emptyResults(2), running: [active('b')], ended: [full], older: [{ ...short, order: 'c' }] };
    expect(runEvents(2, results)).toMatchObject([
      { kind: 'started', machine: 2, order: 'b', at: T0 },
      { kind: 'started', order: 'a', at: T0, attempt: 2 },
      { kind: 'ended', order: 'a', at: LATER, state: 'FAILED', exitCode: 3, reason: 'check failed with 3', durationMs: 12_000 },
      { kind: 'ended', order: 'c', at: LATER, durationMs: null, reason: null },
    ]);
  });

  test.each([
    ['short, then full', [short], [full]],
    ['full, then short', [full], [short]],
  ])('one that is told twice is told once, in full: %s', (_name, first, second) => {
    const found = new Map<string, TimelineEvent>();
    for (const runs of [first, second]) {
      const isFull = runs[0] === full;
      mergeEvents(found, runEvents(2, { running: [], ended: isFull ? [full] : [], older: isFull ? [] : [short] }));
    }
    expect([...found.values()].filter(({ kind }) => kind === 'ended')).toMatchObject([{ durationMs: 12_000 }]);
  });

  test('an end before its start (a clock that was set back) lasted no time', () => {
    const run = ended('a', { startedAt: LATER, finishedAt: T0 });
    expect(runEvents(1, { running: [], ended: [run], older: [] })).toContainEqual(expect.objectContaining({ durationMs: 0 }));
  });
});

test('a message in log and history is told once; the same number to another reader is another one', () => {
  const found = new Map<string, TimelineEvent>();
  const hello = { number: 1, at: T0, priority: 'normal' as const, body: 'hello' };
  for (const to of ['2', '2', 'ALL']) mergeEvents(found, messageEvents(1, to, [hello]));
  expect([...found.values()]).toMatchObject([{ to: '2' }, { to: 'ALL', by: { machine: 1 }, text: 'hello' }]);
});

test('oldest first, whatever the form of the time; of one moment, causes first', () => {
  const [start, end] = runEvents(1, { running: [], ended: [ended('a')], older: [] }) as [TimelineEvent, TimelineEvent];
  const edit = orderEvents([set('run', 'x')], { ...EDITED, at: '2026-11-20T22:00:00Z' }, new Map(), new Set());
  const [early] = messageEvents(1, '2', [{ number: 1, at: '2026-11-20T21:59:59.9Z', priority: 'low', body: '' }]) as [
    TimelineEvent,
  ];
  expect(sortedEvents([end, start, ...edit, early]).map(({ kind }) => kind)).toEqual(['message', 'order', 'started', 'ended']);
});

describe('what is asked for', () => {
  const nothing: TimelineFilter = { order: null, machine: null, since: null };
  const wanted = (event: TimelineEvent | undefined, change: Partial<TimelineFilter>) =>
    event !== undefined && isWanted(event, { ...nothing, ...change }, NAMES);
  const orderFor = (assign: string | number) =>
    orderEvents([{ kind: 'add', order: { id: 'a', assign } }], EDITED, new Map(), new Set())[0];
  const message = (to: string) => messageEvents(1, to, [{ number: 1, at: T0, priority: 'normal', body: '' }])[0];
  const run = runEvents(2, { running: [active('nightly@20261120T0300Z')], ended: [], older: [] })[0];

  test('an order: its edits and runs, those of its occurrences too; no messages', () => {
    expect(wanted(orderFor(1), { order: 'a' })).toBe(true);
    expect(wanted(run, { order: 'nightly' })).toBe(true);
    expect(wanted(run, { order: 'night' })).toBe(false);
    expect(wanted(message('2'), { order: 'a' })).toBe(false);
  });

  test('a machine: what is for it, from it, on it', () => {
    for (const assign of [2, '2', 'PC', 'all']) expect(wanted(orderFor(assign), { machine: 2 }), String(assign)).toBe(true);
    expect(wanted(orderFor('mac'), { machine: 2 })).toBe(false);
    expect([message('2'), message('ALL'), run].map((event) => wanted(event, { machine: 2 }))).toEqual([true, true, true]);
    expect([message('3'), message('0')].map((event) => wanted(event, { machine: 2 }))).toEqual([false, false]);
    expect([message('3'), message('0'), run].map((event) => wanted(event, { machine: 1 }))).toEqual([true, true, false]);
  });

  test('a time: from that moment on', () => {
    expect(wanted(run, { since: T0 })).toBe(true);
    expect(wanted(run, { since: LATER })).toBe(false);
  });
});
