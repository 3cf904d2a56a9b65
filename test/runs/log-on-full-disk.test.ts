// O9.4, failures 25: what a log gives back to a disk that is full. The log is a real file; the disk takes so many bytes and no more.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { CappedLog } from '../../src/runs/capped-log.ts';
import { openToAppendAndRead } from '../../src/system/files/open-file.ts';

const disk = vi.hoisted(() => ({ bytes: Number.POSITIVE_INFINITY }));
vi.mock('node:fs', async (real) => {
  const fs = await real<typeof import('node:fs')>();
  const writeSync = (file: number, bytes: Buffer, at = 0) => {
    const count = Math.min(disk.bytes, bytes.length - at);
    if (count === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    disk.bytes -= count;
    return fs.writeSync(file, bytes, at, count);
  };
  return { ...fs, writeSync };
});

const root = mkdtempSync(join(tmpdir(), 'coord-full-'));
afterAll(() => rmSync(root, { recursive: true }));

const GIVEN = 64 * 1024;

/** What stands there as the disk is full, and how many bytes the log says it lacks. */
function full(text: string, bytes: number): { readonly log: string; readonly lacks: number } {
  const path = join(root, 'log');
  rmSync(path, { force: true });
  disk.bytes = bytes;
  const log = new CappedLog(openToAppendAndRead(path), 8 * 1024 * 1024);
  log.write(Buffer.from(text));
  const left = readFileSync(path, 'utf8');
  // What it wrote before was given back: there is room for its end.
  disk.bytes = Number.POSITIVE_INFINITY;
  return { log: left, lacks: log.close() };
}

test('O9.4, O10 a full disk cuts a log between two lines, not within what is secret', () => {
  const line = 'token: geheim-über-alles-1234567890\n';
  const text = line.repeat(6_000);
  for (let more = 0; more < line.length; more += 1) {
    const { log, lacks } = full(text, 100_000 + more);
    expect(log).toBe(line.repeat(Math.floor(log.length / line.length)));
    expect(Buffer.byteLength(log)).toBeGreaterThan(100_000 - GIVEN - 2 * line.length);
    expect(lacks).toBe(Buffer.byteLength(text) - Buffer.byteLength(log));
  }
});

test('O9.4, O10 in a line that is too long for that it is cut behind a word, and behind a whole character', () => {
  const words = `${'a-secret-word '.repeat(30_000)}\n`;
  for (let more = 0; more < 14; more += 1) expect(full(words, 300_000 + more).log).toMatch(/^(a-secret-word )*a-secret-word ?$/);
  const signs = `${'€'.repeat(150_000)}\n`;
  for (let more = 0; more < 3; more += 1) expect(full(signs, 300_000 + more).log).toMatch(/^€{60000,}$/);
  expect(full(`head\n${'x'.repeat(100_000)}`, 90_000).log).toBe('head\n');
});

test('failures 25 a log that is no longer than what is given back is given back whole', () => {
  expect(full('one\ntwo\n', 6)).toEqual({ log: '', lacks: 8 });
});
