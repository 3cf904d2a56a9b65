import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CappedLog } from '../../src/runs/capped-log.ts';
import { readLogEnd } from '../../src/runs/log-end.ts';
import { openToAppend } from '../../src/system/files/open-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function logged(bytesMax: number, chunks: readonly Buffer[]): { log: Buffer; dropped: number } {
  const path = join(folder, `${Math.random()}.log`);
  const log = new CappedLog(openToAppend(path), bytesMax);
  for (const chunk of chunks) log.write(chunk);
  const dropped = log.close();
  return { log: readFileSync(path), dropped };
}

const fullMark = (bytes: number) => `── the log is full: of what comes now the last ${bytes} bytes follow when the run ends ──`;

test('what fits is kept byte for byte, head and tail together', () => {
  expect(logged(10, [Buffer.from('0123456789'), Buffer.from('ab\ncdefghij')])).toEqual({
    log: Buffer.from(`0123456789ab\n${fullMark(10)}\ncdefghij`),
    dropped: 0,
  });
  for (const fits of ['0123456789', '012345678\n']) expect(logged(10, [Buffer.from(fits)]).log).toEqual(Buffer.from(fits));
  expect(logged(10, [Buffer.from('012345678\n'), Buffer.from('a')]).log.toString()).toBe(`012345678\n${fullMark(10)}\na`);
});

test('O9.4 a log is full between two lines; within one that goes on for as much again, or 64 KiB', () => {
  const [head, long] = ['x\n'.repeat(100_000), 'y'.repeat(100_000)];
  const { log } = logged(200_000, [Buffer.from(head), Buffer.from(long)]);
  expect(log.toString()).toBe(`${head}${fullMark(200_000)}\n${long}`);
  const more = 'y'.repeat(65_536);
  expect(logged(200_001, [Buffer.from(`${head}z`), Buffer.from(long)]).log.toString()).toBe(
    `${head}z${more}${fullMark(200_001)} ${long.slice(65_536)}`,
  );
});

test('failures 21: whoever follows a log that is full is told at once, and only once', () => {
  const path = join(folder, 'followed.log');
  const log = new CappedLog(openToAppend(path), 10);
  for (const chunk of ['01234567', '89ab', '\ncdef', 'g']) log.write(Buffer.from(chunk));
  expect(readFileSync(path, 'utf8')).toBe(`0123456789ab\n${fullMark(10)}\n`);
  log.close();
});

test('of what does not fit, the beginning and the end are kept, however it was cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.integer({ min: 1, max: 30 }), (pieces, bytesMax) => {
      const chunks = pieces.map((piece) => Buffer.from(piece.map((byte) => byte & 0x7f)));
      const all = Buffer.concat(chunks);
      const { log, dropped } = logged(bytesMax, chunks);
      const lineEnd = all.indexOf('\n', bytesMax - 1) + 1 || all.length;
      const head = all.subarray(0, all.length <= bytesMax ? all.length : Math.min(lineEnd, 2 * bytesMax));
      const later = all.subarray(head.length);
      const last = later.subarray(-bytesMax);
      const start = last.findIndex((byte) => byte === 10 || byte === 13) + 1;
      const end = later.length > bytesMax && start < last.length ? last.subarray(start) : last;
      const left = later.length - end.length;
      expect(dropped).toBe(left);
      const full = later.length > 0 ? `${fullMark(bytesMax)}${head.at(-1) === 10 ? '\n' : ' '}` : '';
      const mark = left === 0 ? '' : `\n── ${left} bytes left out ──\n`;
      expect(log).toEqual(Buffer.concat([head, Buffer.from(full + mark), end]));
    }),
  );
});

test('the end begins with a whole line, or else with a whole character', () => {
  const { log, dropped } = logged(6, [Buffer.from('12345\n'), Buffer.from('xééé€a')]);
  expect(log.toString()).toBe(`12345\n${fullMark(6)}\n\n── 5 bytes left out ──\né€a`);
  expect(dropped).toBe(5);
  expect(logged(6, [Buffer.from('12345\nabcdef\nghi\n')]).log.toString()).toMatch(/ 7 bytes left out ──\nghi\n$/);
});

test('O9.4, O10 the end of a full log that is reported has no cut in the midst of a word', () => {
  const path = join(folder, 'end.log');
  for (const after of [4, 60_000, 65_400, 70_000]) {
    const [head, rest] = ['x\n'.repeat(100_000), 'y\n'.repeat(after / 2)];
    const log = new CappedLog(openToAppend(path), head.length + 9);
    for (const chunk of [head, 'a secret-', `word-of-é\n${rest}`]) log.write(Buffer.from(chunk));
    log.close();
    const all = `${head}a secret-word-of-é\n${rest}`;
    const { tail, tailBegins } = readLogEnd(path);
    expect(all.endsWith(`${tail}\n`), String(after)).toBe(true);
    expect([tailBegins, tail.length > 60_000]).toEqual(['with a line', true]);
    rmSync(path);
  }
});

test('a note stands on a line of its own', () => {
  const path = join(folder, 'notes.log');
  const log = new CappedLog(openToAppend(path), 1000);
  log.note('first');
  log.write(Buffer.from('no newline'));
  log.note('second');
  log.close();
  expect(readFileSync(path, 'utf8')).toBe('first\nno newline\nsecond\n');
});

test.runIf(process.platform === 'linux')('failures 25: a full disk does not end the run, and is counted', () => {
  const log = new CappedLog(openSync('/dev/full', 'a'), 1000);
  log.write(Buffer.from('hello'));
  log.write(Buffer.from(' world'));
  expect(log.close()).toBe(11);
});
