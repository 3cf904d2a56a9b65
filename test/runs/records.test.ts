import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExitRecord } from '../../src/core/model/orders/run.ts';
import { publishedTail } from '../../src/core/runs/published-tail.ts';
import { readExit, readKept } from '../../src/runs/exit-record.ts';
import { readLogEnd } from '../../src/runs/log-end.ts';
import { parseOutputs, readOutputs } from '../../src/runs/output-file.ts';
import { writeExitRecord } from '../../src/runs/supervise.ts';
import { exitOf } from './harness.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-records-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('O9.1 what a run itself wrote into its records is no longer than what coord says', () => {
  const long = 'x'.repeat(50_000);
  const said = { problem: long, asks: false, notes: Array.from({ length: 100 }, () => long), outputs: { branch: long } };
  const at = '2026-01-01T00:00:00.000Z';
  const paths = { exit: join(folder, 'exit.json'), kept: join(folder, 'kept.json') };
  const exit = exitOf({ detail: long, startedAt: at, finishedAt: at, workspace: said, artifacts: said });
  writeFileSync(paths.exit, JSON.stringify(exit));
  writeFileSync(paths.kept, JSON.stringify(said));
  const short = { problem: 2_000, notes: Array.from({ length: 20 }, () => 2_000), branch: 2_000 };
  const lengths = (phase: Pick<NonNullable<ExitRecord['workspace']>, 'problem' | 'notes' | 'outputs'> | undefined) => ({
    problem: phase?.problem?.length,
    notes: phase?.notes.map(({ length }) => length),
    branch: phase?.outputs?.branch?.length,
  });
  const read = readExit(paths);
  expect(lengths(read?.workspace)).toEqual(short);
  // A1: of these the first are shown, and how many more there are.
  expect(read?.artifacts?.notes.map(({ length }) => length)).toEqual(said.notes.map(() => 2_000));
  expect(read?.detail).toHaveLength(2_000);
  expect(lengths(readKept(paths).workspace)).toEqual(short);
});

describe('O9: the tail', () => {
  const tailOf = (text: string | Buffer) => {
    writeFileSync(join(folder, 'log'), text);
    return publishedTail(readLogEnd(join(folder, 'log')), (text) => text);
  };

  test('is the last 40 lines, and a mark where there was more', () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
    expect(tailOf(`${lines.join('\n')}\n`)).toBe(['…', ...lines.slice(60)].join('\n'));
    expect(tailOf(lines.slice(60).join('\n'))).toBe(lines.slice(60).join('\n'));
    expect(tailOf('one\n\nthree')).toBe('one\n\nthree');
  });

  test('has 4 KiB at most, and begins with a whole line', () => {
    const line = 'é'.repeat(499);
    expect(tailOf(`${line}\n`.repeat(50))).toBe(['…', line, line, line, line].join('\n'));
    const exact = `${'x'.repeat(2047)}\n`;
    expect(tailOf(exact.repeat(3))).toBe(`…\n${exact}${exact}`.trimEnd());
  });

  test('of one long line it has the end, cut between words or else between characters', () => {
    expect(tailOf(`${'word '.repeat(2000)}end`)).toMatch(/^…\nword .* end$/);
    const cut = tailOf(`a${'😀'.repeat(3000)}`).replace(/^…\n/, '');
    expect(cut).toMatch(/^(?:😀)+$/u);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(cut)).toBeGreaterThan(4000);
  });

  test('whatever the text, no character is broken', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1000, maxLength: 3000 }), (text) => {
        const all = text.replaceAll('\ufffd', '?').repeat(3);
        const tail = tailOf(all);
        expect(tail).not.toContain('\ufffd');
        expect(Buffer.byteLength(tail.replace(/^…\n/, ''))).toBeLessThanOrEqual(4096);
      }),
      { numRuns: 50 },
    );
  });

  test('of no log is empty', () => {
    expect(readLogEnd(join(folder, 'none'))).toEqual({ tail: '' });
    expect(tailOf('')).toBe('');
  });
});

describe('O7: COORD_OUTPUT', () => {
  test.each([
    ['a=1\nb=2\n', { a: '1', b: '2' }],
    ['a=1\r\nb=x=y\r\n', { a: '1', b: 'x=y' }],
    ['a=1\na=2', { a: '2' }],
    ['_A9= spaced \n', { _A9: ' spaced ' }],
    ['', {}],
  ])('%j', (text, values) => {
    expect(parseOutputs(text)).toEqual({ values, problems: [] });
  });

  test.each([
    ['9a=1'],
    ['a-b=1'],
    ['=1'],
    ['words'],
    [' a=1'],
    [`${'k'.repeat(65)}=1`],
    ['__proto__=1'],
    ['constructor=1'],
  ])('%j is not key=value', (line) => {
    expect(parseOutputs(`\n${line}\n`)).toEqual({ values: {}, problems: ['COORD_OUTPUT line 2 is not key=value'] });
  });

  test('no value over 1 KiB, no more than 50 keys, and ten complaints at most', () => {
    expect(parseOutputs(`a=${'é'.repeat(513)}`).problems).toEqual([
      'COORD_OUTPUT line 1 is too long: a has 1026 bytes, 1024 are allowed',
    ]);
    const many = parseOutputs(Array.from({ length: 70 }, (_, i) => `k${i}=${i}`).join('\n'));
    expect(Object.keys(many.values)).toHaveLength(50);
    expect(many.problems).toHaveLength(11);
    expect(many.problems[10]).toBe('COORD_OUTPUT has 10 more such lines');
  });

  test('a file over 64 KiB counts as none, and one that is missing as empty', () => {
    writeFileSync(join(folder, 'big'), `a=${'x'.repeat(70_000)}`);
    expect(readOutputs(join(folder, 'big'))).toEqual({
      values: {},
      problems: ['COORD_OUTPUT has 70002 bytes, 65536 are allowed'],
    });
    expect(readOutputs(join(folder, 'none'))).toEqual({ values: {}, problems: [] });
  });
});

describe('failures 25: the exit record', () => {
  test('is tried again until the disk takes it', async () => {
    const path = join(folder, 'exit.json');
    mkdirSync(path);
    const written = writeExitRecord(path, exitOf({ startedAt: '', finishedAt: '' }), 5);
    setTimeout(() => rmdirSync(path), 40);
    await written;
    expect(existsSync(path)).toBe(true);
  });

  test('is given up after a while', async () => {
    const path = join(folder, 'exit.json');
    mkdirSync(path);
    await expect(writeExitRecord(path, exitOf({ startedAt: '', finishedAt: '' }), 1)).rejects.toThrow();
  });
});
