// Which runs stay in the results, which leave them for the history, and that none is in both or in neither.
import { expect, test } from 'vitest';
import { ENDED_FULL_MAX, emptyResults, HISTORY_TAIL_MAX, MOVED_RUNS_MAX } from '../../src/core/model/orders/run.ts';
import { forget, remember } from '../../src/core/runs/journal-retention.ts';
import { capResults } from '../../src/core/runs/results-retention.ts';
import { at, ended, journal, view as machineView, order, snapshot } from './samples.ts';

const NOTHING = { ended: [], older: [], movedRuns: [] };
const DAY_MS = 86_400_000;

test('the last 20 stay in full; those before them move, each once, in their order', () => {
  const runs = [...Array(25)].map((_, index) => ended(`o${index}`));
  let memory = remember(NOTHING, runs.slice(0, 19));
  expect(memory.movedRuns).toEqual([]);
  for (const run of runs.slice(19)) memory = remember(memory, [run]);
  expect(memory.ended).toEqual(runs.slice(-ENDED_FULL_MAX));
  expect(memory.movedRuns).toEqual(runs.slice(0, 5));
  expect(remember(NOTHING, runs)).toEqual(memory);
});

test('of an order that ran often every run moves, though the newest alone is remembered (O6)', () => {
  const runs = [...Array(22)].map((_, index) => ended('nightly', { generation: index + 1 }));
  const { older, movedRuns } = remember(NOTHING, runs);
  expect(older.map(({ generation }) => generation)).toEqual([2]);
  expect(movedRuns.map(({ generation }) => generation)).toEqual([1, 2]);
});

test('O7 short outputs stay with the line of an older run, long ones go', () => {
  const short = { version: '1.2' };
  const runs = [ended('a', { outputs: short }), ended('b', { outputs: { k: 'x'.repeat(2_000) } }), ended('c')];
  const { older } = remember(NOTHING, [...runs, ...[...Array(20)].map((_, index) => ended(`o${index}`))]);
  expect(older.map(({ order, outputs }) => [order, outputs])).toEqual([
    ['a', short],
    ['b', undefined],
    ['c', undefined],
  ]);
});

test('O8 end, begin and outputs of a listed order stay; of its tail the end, while it is open', () => {
  const outputs = { session: 's', agent: 'claude', question: 'Which one?' };
  const open = { state: 'FAILED', exitCode: 3, reason: 'exit code 3'.repeat(200), tail: 'x'.repeat(5_000), outputs } as const;
  const runs = [ended('open', { ...open, asks: true }), ended('done', { reason: 'left 2 processes', tail: 'long' })];
  const { older } = remember(NOTHING, [...runs, ...[...Array(20)].map((_, index) => ended(`o${index}`))]);
  const { tail, ...why } = open;
  expect(older).toMatchObject([
    { ...why, asks: true, startedAt: runs[0]?.startedAt },
    { reason: 'left 2 processes', startedAt: runs[1]?.startedAt },
  ]);
  expect(older[0]?.tail).toBe(`…${'x'.repeat(399)}`);
  expect(older[1]?.tail).toBeUndefined();
});

test('O8, D8 of listed orders nothing is left out, however many; of others the newest that fit', () => {
  const outputs = { k: 'x'.repeat(1_900) };
  const { tail: _tail, ...short } = ended('a', { outputs });
  const older = [...Array(3_000)].map((_, index) => ({ ...short, order: `o${index}` }));
  const all = { ...emptyResults(1), older };
  expect(capResults(all, () => true).older).toEqual(older);
  const few = capResults(all, (order) => order === 'o7').older;
  expect(few[0]).toEqual(older[7]);
  expect(few.slice(1).map((run) => run.outputs)).toEqual(few.slice(1).map(() => undefined));
  expect(few.at(-1)?.order).toBe('o2999');
  expect(few.length).toBeGreaterThan(1_500);
  expect(JSON.stringify(few).length).toBeLessThan(420_000);
});

test('a long tail moves shortened, to its end and whole characters', () => {
  const tail = `${'x'.repeat(3_000)}${'😀'.repeat(999)}`;
  const [moved] = remember(NOTHING, [ended('a', { tail }), ...[...Array(20)].map((_, index) => ended(`o${index}`))]).movedRuns;
  expect(moved?.tail.length).toBeLessThanOrEqual(HISTORY_TAIL_MAX);
  expect(moved?.tail).toMatch(/^…x😀.*😀$/u);
  expect(moved?.tail.isWellFormed()).toBe(true);
});

test('O8: what is forgotten after 30 days leaves the results for the history too', () => {
  const state = journal({ ended: [ended('gone'), ended('listed')], unlisted: { gone: '2026-11-20T22:00:00.000Z' } });
  const view = snapshot({ orders: [order('listed')] });
  expect(forget(state, view, at(29 * DAY_MS)).movedRuns).toEqual([]);
  const after = forget(state, view, at(31 * DAY_MS));
  expect([after.ended, after.movedRuns]).toEqual([[ended('listed')], [ended('gone')]]);
});

test('O8.1 a clock that is weeks ahead forgets nothing early, while another machine lives', () => {
  const state = journal({ ended: [ended('gone')], unlisted: { gone: '2026-11-20T22:00:00.000Z' } });
  const { wallMs } = at(2 * DAY_MS);
  const view = snapshot({ machines: [machineView(1), machineView(2, { lane: { madeMs: wallMs } })] });
  expect(forget(state, view, at(37 * DAY_MS)).ended).toEqual([ended('gone')]);
  expect(forget(state, snapshot(), at(37 * DAY_MS)).ended).toEqual([]);
});

test('O8a while pushes fail, what waits for the history is bounded: oldest lose tail and outputs, then go', () => {
  const run = (index: number, reason: string | null = null) =>
    ended(`o${index}`, { tail: 't'.repeat(2_000), outputs: { k: 'v'.repeat(3_000) }, reason });
  let memory = remember(NOTHING, []);
  for (let index = 0; index < 1_000; index += 1) memory = remember(memory, [run(index, `why ${index}`)]);
  const sizeOf = () => JSON.stringify(memory.movedRuns).length;
  expect(sizeOf()).toBeLessThan(MOVED_RUNS_MAX + 2_000);
  expect(memory.movedRuns).toHaveLength(980);
  expect(memory.movedRuns[0]).toMatchObject({ order: 'o0', reason: 'why 0', tail: '', outputs: {} });
  expect(memory.movedRuns.at(-1)).toEqual(run(979, 'why 979'));
  memory = remember(
    memory,
    [...Array(20_000)].map((_, index) => run(1_000 + index)),
  );
  expect(sizeOf()).toBeLessThan(MOVED_RUNS_MAX + 20_000);
  expect(memory.movedRuns.at(-1)?.order).toBe('o20979');
});
