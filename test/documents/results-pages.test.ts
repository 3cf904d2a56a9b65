// Thousands of runs of one machine, over several documents of which each keeps to the caps (D8, O8).
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyResults, type OlderRun, type ResultsDocument } from '../../src/core/model/orders/run.ts';
import type { Fault, Parsed } from '../../src/core/model/status/fault.ts';
import type { DocumentKind, DocumentReader } from '../../src/documents/document.ts';
import { ownerOf } from '../../src/documents/documents.ts';
import { renderAllResults } from '../../src/documents/machine/results-pages.ts';
import { resultsIn } from '../../src/documents/snapshot/snapshot-results.ts';
import { isTooLarge } from '../../src/documents/text/limits.ts';
import { anyResults } from './documents-samples.ts';
import { textReader } from './text-reader.ts';

const START = Date.parse('2026-11-20T21:00:00.000Z');
const time = (ms: number) => new Date(START + ms).toISOString();

const done = (at: number, more: object = {}): OlderRun => ({
  ...{ order: `order-number-${at}`, generation: 1 + (at % 3), attempt: 1, state: 'COMPLETED', exitCode: 0 },
  ...{ startedAt: time(at * 1000), finishedAt: time(at * 1000 + 250), work: '1z9k' },
  ...more,
});
const onDay = (day: number): string => new Date(Date.UTC(2026, 8, 1 + day, 12)).toISOString();
const with_ = (older: readonly OlderRun[]): ResultsDocument => ({ ...emptyResults(2), older });

function readBack(files: ReadonlyMap<string, string>): { results: ResultsDocument | null; isWhole: boolean; faults: Fault[] } {
  const faults: Fault[] = [];
  return { ...resultsIn(2, files, textReader, faults), faults };
}

test('D3: what is read of all documents together is what was written', () => {
  fc.assert(
    fc.property(anyResults, (any) => {
      const results = { ...any, machine: 2 };
      expect(readBack(renderAllResults(results))).toEqual({ results, isWhole: true, faults: [] });
    }),
    { numRuns: 300 },
  );
});

test('O8: 10,000 listed orders that ended: nothing is left out, and no document is beyond its cap', () => {
  const odd = (at: number): OlderRun =>
    at % 10 === 0
      ? done(at, { state: 'FAILED', exitCode: 1, reason: `wegen „Ö“ ${at}`, tail: 'the end', outputs: { k: 'v' } })
      : at % 10 === 1
        ? done(at, { startedAt: undefined })
        : done(at);
  const results = with_(Array.from({ length: 10_000 }, (_, at) => odd(at)));
  const files = renderAllResults(results);
  expect([...files.keys()]).toEqual(['results/2.json', 'results/2-1.json', 'results/2-2.json']);
  for (const [path, text] of files) {
    expect(isTooLarge(text), path).toBe(false);
    expect(ownerOf(path)).toEqual({ kind: 'machine', machine: 2 });
  }
  expect(readBack(files)).toEqual({ results, isWhole: true, faults: [] });
  // The next one that ends changes the last document and no other.
  const longer = with_(Array.from({ length: 25_000 }, (_, at) => done(at)));
  const [before, after] = [renderAllResults(longer), renderAllResults(with_([...longer.older, done(25_000)]))];
  expect(before.size).toBeGreaterThan(2);
  const changed = [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path);
  expect(changed).toEqual(['results/2.json', `results/2-${before.size - 1}.json`]);
  for (const [path, text] of after) expect(isTooLarge(text), path).toBe(false);
});

test('O8, D8: two months of ten runs a day take less than 70 KB of a machine', () => {
  const files = renderAllResults(
    with_(Array.from({ length: 600 }, (_, at) => done(at, { finishedAt: onDay(Math.floor(at / 10)) }))),
  );
  expect([...files.values()].reduce((sum, text) => sum + text.length, 0)).toBeLessThan(70_000);
});

test('O8: runs leave the sight by whole days, so that further documents change once a day', () => {
  const days = (count: number) =>
    Array.from({ length: count }, (_, at) => done(at, { finishedAt: onDay(Math.floor(at / 10)), startedAt: onDay(0) }));
  const pageOf = (count: number) => renderAllResults(with_(days(count))).get('results/2-1.json');
  const texts = Array.from({ length: 40 }, (_, at) => pageOf(200 + at));
  expect(new Set(texts).size).toBeLessThanOrEqual(5);
  for (let count = 0; count <= 120; count += 1)
    expect(readBack(renderAllResults(with_(days(count)))).results?.older).toEqual(days(count));
});

test('D4: one that is missing or unreadable is a fault; the others count, and a better copy before it', () => {
  const results = with_(Array.from({ length: 8_000 }, (_, at) => done(at)));
  const files = renderAllResults(results);
  const without = new Map([...files].filter(([path]) => path !== 'results/2-1.json'));
  const { results: rest, isWhole, faults } = readBack(without);
  expect(isWhole).toBe(false);
  expect(faults).toMatchObject([{ document: 'results/2-1.json', level: 'fault', found: 'no such file' }]);
  expect(rest?.older.at(-1)).toEqual(results.older.at(-1));
  const broken = new Map(files).set('results/2-1.json', (files.get('results/2-1.json') ?? '').replace(' 1.1 ', ' 1.x '));
  expect(readBack(broken)).toMatchObject({ isWhole: false, faults: [{ document: 'results/2-1.json' }] });
  const others = new Map(files).set(
    'results/2-1.json',
    (files.get('results/2-1.json') ?? '').replace('"machine": 2', '"machine": 3'),
  );
  expect(readBack(others)).toMatchObject({ isWhole: false, faults: [{ expected: 'machine 2', found: 'machine 3' }] });
});

test('C1: the same documents give the very same results', () => {
  const files = renderAllResults(with_(Array.from({ length: 8_000 }, (_, at) => done(at))));
  const known = new Map<string, Parsed<unknown>>();
  const cached: DocumentReader = {
    read<T>(kind: DocumentKind<T>, path: string, id: string) {
      if (!known.has(path)) known.set(path, textReader.read(kind, path, id));
      return known.get(path) as Parsed<T>;
    },
  };
  expect(resultsIn(2, files, cached, []).results).toBe(resultsIn(2, files, cached, []).results);
});
