// history/<N>/<yyyy-mm>.m<N>.jsonl: what left the results stands there once, as it was, whatever else stands beside it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EndedRun } from '../../src/core/model/orders/run.ts';
import { ownerOf } from '../../src/documents/documents.ts';
import {
  appendRunHistory,
  beginsWithRun,
  parseRunHistory,
  renderRun,
  runsNotInHistory,
} from '../../src/documents/machine/run-history.ts';
import { messageHistoryPath, runHistoryOf, runHistoryPath } from '../../src/documents/paths.ts';
import { DOCUMENT_LIMITS } from '../../src/documents/text/limits.ts';
import { ended } from '../core/samples.ts';

const DECEMBER = '2026-12-31T23:59:59.000Z';
const append = (before: Record<string, string | null>, runs: readonly EndedRun[]) =>
  Object.fromEntries(appendRunHistory(new Map(Object.entries(before)), runs));
const ids = (text: string | null | undefined) => parseRunHistory(text ?? '').runs.map(({ order }) => order);

test('the path belongs to its machine, and says the month', () => {
  const path = runHistoryPath('2026-11', { machine: 2, files: new Set(), isNumbered: true });
  expect(path).toBe('history/2/2026-11.m2.jsonl');
  expect(ownerOf(path)).toEqual({ kind: 'machine', machine: 2 });
  expect([runHistoryOf(path, 2), runHistoryOf(path, 1), runHistoryOf('history/2/messages-2026-11.md', 2)]).toEqual([
    '2026-11',
    null,
    null,
  ]);
});

test('O8a a part goes on under the name that it was begun with, and has no second path', () => {
  const [plain, numbered] = ['history/2/2026-11.jsonl', 'history/2/2026-11.m2.jsonl'];
  const place = (isNumbered: boolean, ...files: readonly string[]) => ({ machine: 2, files: new Set(files), isNumbered });
  expect([runHistoryOf(plain, 2), runHistoryOf(numbered, 2)]).toEqual(['2026-11', '2026-11']);
  for (const is of [false, true]) {
    expect(runHistoryPath('2026-11', place(is, plain))).toBe(plain);
    expect(runHistoryPath('2026-11', place(is, numbered))).toBe(numbered);
  }
  expect(runHistoryPath('2026-11.2', place(true, plain))).toBe('history/2/2026-11.2.m2.jsonl');
  expect(runHistoryPath('2026-11.2', place(false, numbered))).toBe('history/2/2026-11.2.jsonl');
  expect(messageHistoryPath('2026-11', place(true, plain))).toBe('history/2/messages-2026-11.m2.md');
});

test('D3: every run comes back as it was, one a line', () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 }).map((it) => it.toWellFormed());
  const run = fc.record({
    tail: text,
    reason: fc.option(text),
    exitCode: fc.option(fc.integer()),
    state: fc.constantFrom('COMPLETED' as const, 'FAILED' as const, 'CANCELLED' as const),
    outputs: fc.dictionary(fc.stringMatching(/^[A-Z]{1,8}$/), text),
  });
  fc.assert(
    fc.property(fc.array(run), (changes) => {
      const runs = changes.map((change, at) => ended(`o${at}`, change));
      const written = append({}, runs)['2026-11'] ?? '';
      expect(written.split('\n')).toHaveLength(runs.length + 1);
      expect(parseRunHistory(written)).toEqual({ runs, badLines: 0 });
    }),
    { numRuns: 40 },
  );
});

test('by the month that a run finished in', () => {
  const texts = append({}, [ended('a'), ended('b', { finishedAt: DECEMBER })]);
  expect(Object.entries(texts).map(([month, text]) => [month, ids(text)])).toEqual([
    ['2026-11', ['a']],
    ['2026-12', ['b']],
  ]);
});

test('a bad line is skipped and counted; what stands around it stays as it is', () => {
  const good = renderRun(ended('a'));
  const bad = ['{"order":', '[]', 'null', '{"__proto__":{}}', '['.repeat(200_000), good.replace('"COMPLETED"', '"DONE"').trim()];
  const before = `${good}\n${bad.join('\n')}`;
  expect(parseRunHistory(before)).toEqual({ runs: [ended('a')], badLines: bad.length });
  const after = append({ '2026-11': before }, [ended('b')])['2026-11'] ?? '';
  expect(after.startsWith(before)).toBe(true);
  expect(ids(after)).toEqual(['a', 'b']);
});

test('moved again, nothing is written twice; the same id used anew is another run (O8)', () => {
  const again = ended('a', { startedAt: '2026-11-22T00:00:00.000Z', finishedAt: '2026-11-22T00:00:01.000Z' });
  const once = append({}, [ended('a'), ended('a')]);
  expect(ids(once['2026-11'])).toEqual(['a']);
  expect(append(once, [ended('a')])).toEqual({});
  expect(runsNotInHistory([ended('a'), again], Object.values(once))).toEqual([again]);
  expect(parseRunHistory(append(once, [again])['2026-11'] ?? '').runs).toEqual([ended('a'), again]);
});

test('O8a: a month of 1 MiB goes on in parts of its own name; so does one that is unreadable', () => {
  const runs = [...Array(1200)].map((_, at) => ended(`o${at}`, { tail: 'é'.repeat(900), finishedAt: DECEMBER }));
  const texts = append({}, runs);
  expect(Object.keys(texts)).toEqual(['2026-12', '2026-12.2', '2026-12.3']);
  const sizes = Object.values(texts).map((text) => new TextEncoder().encode(text).length);
  for (const size of sizes) expect(size).toBeLessThanOrEqual(DOCUMENT_LIMITS.sizeBytesMax);
  // Full, not merely long.
  for (const size of sizes.slice(0, -1)) expect(size).toBeGreaterThan(DOCUMENT_LIMITS.sizeBytesMax - 3_000);
  expect(Object.values(texts).flatMap(ids)).toEqual(runs.map(({ order }) => order));
  expect(append(texts, runs)).toEqual({});
  expect(Object.keys(append({ '2026-11': null }, [ended('a')]))).toEqual(['2026-11.2']);
  expect(Object.keys(append({ '2026-11.12': '', '2026-11.2': 'full' }, [ended('a')]))).toEqual(['2026-11.12']);
  // A name that nobody reads is never written, nor is a month of others taken for it: the run waits.
  expect(append({ '2026-11.9999': null }, [ended('a')])).toEqual({});
});

test('O8a: what begins with other runs needs nothing before it; what begins with no run does', () => {
  const text = `${renderRun(ended('a'))}${renderRun(ended('b'))}`;
  expect(beginsWithRun(text, [ended('b')])).toBe(false);
  expect(beginsWithRun(text, [ended('b'), ended('a')])).toBe(true);
  for (const odd of ['', 'no run', `{}\n${text}`]) expect(beginsWithRun(odd, [ended('b')])).toBe(true);
});

test('O8a: a run whose output quotes another one’s time is not taken for it', () => {
  const quoting = ended('b', { finishedAt: DECEMBER, tail: renderRun(ended('a')) });
  const texts = Object.values(append({}, [quoting]));
  expect(runsNotInHistory([ended('a')], texts)).toEqual([ended('a')]);
  expect(runsNotInHistory([quoting], texts)).toEqual([]);
});
