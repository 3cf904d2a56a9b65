import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyResults, type ResultsDocument } from '../../src/core/model/orders/run.ts';
import { parseResults, renderResults } from '../../src/documents/machine/results.ts';
import { isOutputKey } from '../../src/documents/machine/results-schema.ts';
import { anyResults } from './documents-samples.ts';

const PATH = 'results/2.json';
const run = { order: 'a', generation: 1, attempt: 1, startedAt: '2026-11-20T21:00:00.000Z' };
const ended = {
  ...run,
  state: 'COMPLETED',
  reason: null,
  exitCode: 0,
  finishedAt: '2026-11-20T21:00:01.000Z',
  tail: 'a\nb',
  outputs: { k: 'v' },
} as const;
const DOCUMENT: ResultsDocument = {
  ...emptyResults(2),
  running: [run, { ...run, order: 'b' }],
  ended: [ended],
  before: ['all@1'],
};

test('D3: parse(render(x)) = x', () => {
  fc.assert(
    fc.property(anyResults, (results) => {
      expect(parseResults(renderResults(results), PATH)).toEqual({ value: results, faults: [] });
    }),
    { numRuns: 500 },
  );
});

const NO_JSON = { expected: 'JSON as a machine writes it', found: 'something else' };

test('D3: a text that is not quite as it was written is read to the same end', () => {
  fc.assert(
    fc.property(anyResults, (results) => {
      const slowly = parseResults(` ${renderResults(results)}`, PATH);
      expect(slowly).toEqual({ value: results, faults: [] });
    }),
    { numRuns: 200 },
  );
  const twice = renderResults(DOCUMENT).replace('"machine": 2', '"machine": 2, "machine": 2');
  expect(parseResults(twice, PATH)).toMatchObject({ value: null, faults: [NO_JSON] });
});

test('D8: lists beyond the cap are refused, however well they are written', () => {
  const before = Array.from({ length: 10_001 }, (_, at) => `o${at}@1`);
  expect(parseResults(renderResults({ ...DOCUMENT, before }), PATH).value).toBeNull();
  expect(parseResults(renderResults({ ...DOCUMENT, before: before.slice(1) }), PATH).value?.before).toHaveLength(10_000);
  const tail = 'x'.repeat(1_048_576);
  expect(parseResults(renderResults({ ...DOCUMENT, ended: [{ ...ended, tail }] }), PATH).value).toBeNull();
});

test('one run a line', async () => {
  await expect(renderResults(DOCUMENT)).toMatchFileSnapshot('../golden/results.json');
});

test('invisible characters are written as escapes', () => {
  const text = renderResults({ ...DOCUMENT, ended: [{ ...ended, tail: '\u202e\u200b\u0085' }] });
  expect(text).toContain('\\u202e\\u200b\\u0085');
});

test('an output that no reader could take is left out, and does not cost the rest', () => {
  const outputs = Object.fromEntries([
    ['constructor', 'x'],
    ['a b', 'x'],
    ['', 'x'],
    ['ok', 'y'],
  ]);
  const text = renderResults({ ...DOCUMENT, ended: [{ ...ended, outputs }] });
  expect(parseResults(text, PATH).value?.ended[0]?.outputs).toEqual({ ok: 'y' });
  expect(isOutputKey('__proto__')).toBe(false);
});

test('outputs have no prototype', () => {
  const parsed = parseResults(renderResults(DOCUMENT), PATH).value?.ended[0]?.outputs;
  expect(Object.getPrototypeOf(parsed)).toBeNull();
});

test('an unknown field is ignored', () => {
  const text = renderResults(DOCUMENT)
    .replace('"machine": 2', '"machine": 2, "mood": "good"')
    .replace('"order":"a"', '"order":"a","x":1');
  expect(parseResults(text, PATH)).toEqual({ value: DOCUMENT, faults: [] });
});

const at = (path: string, found?: string) => ({
  expected: `what a machine writes at ${path}`,
  ...(found === undefined ? {} : { found }),
});

describe('D4: one wrong part, and nothing of it is obeyed', () => {
  test.each([
    ['"machine": 2', '"machine": 0', at('machine', '0')],
    ['"generation":1', '"generation":0', at('running.0.generation', '0')],
    ['"order":"b"', '"order":"../b"', at('running.1.order', '"../b"')],
    ['"startedAt":"2026', '"startedAt":"26', at('running.0.startedAt')],
    ['"all@1"', '"all"', at('before.0', '"all"')],
    ['"k":"v"', '"k":1', at('ended.0.outputs.k', '1')],
    ['"k":"v"', '"k":"v","k":"v"', NO_JSON],
    ['"waiting": []', '"waiting": {}', at('waiting', 'an object')],
    [',\n  "before"', '\n  "before"', NO_JSON],
  ])('%j → %j', (from, to, fault) => {
    const text = renderResults(DOCUMENT).replace(from, to);
    expect(text).not.toBe(renderResults(DOCUMENT));
    const { value, faults } = parseResults(text, PATH);
    expect(value).toBeNull();
    expect(faults).toMatchObject([{ document: PATH, level: 'fault', ...fault }]);
  });
});
