// What a machine says of a run's log to who watches it: whole lines, cleaned, bounded, and no key in parts.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { plainText, redact } from '../../../src/core/base/redact.ts';
import { createLiveStreams } from '../../../src/features/bell/operations/live-streams.ts';
import { createKeyGuard, type LogWord, parseLog, parseWatch } from '../../../src/features/bell/rules/live-lines.ts';
import { CappedLog } from '../../../src/runs/capped-log.ts';
import { openToAppend } from '../../../src/system/files/open-file.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-live-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

let logs = 0;
function watched(secrets: string[] = []) {
  logs += 1;
  let path = join(root, `${logs}.log`);
  writeFileSync(path, '');
  let isOver = false;
  let busy: 'log' | 'secrets' | null = null;
  const open = (what: typeof busy) => {
    if (busy === what) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  };
  const words: LogWord[] = [];
  const streams = createLiveStreams({
    logOf(order) {
      open('log');
      return order === 'x' ? { path, isOver: () => isOver } : null;
    },
    cleaner: () => {
      open('secrets');
      const known = [...secrets];
      return (text) => redact(plainText(text), known);
    },
    say: (word) => void words.push(word),
  });
  return {
    words,
    streams,
    text: () => words.map(({ text }) => text).join(''),
    write: (text: string) => appendFileSync(path, text),
    capped: (bytesMax: number) => new CappedLog(openToAppend(path), bytesMax),
    tick: (ms = 250) => vi.advanceTimersByTime(ms),
    end() {
      isOver = true;
    },
    busy(what: typeof busy) {
      busy = what;
    },
    another() {
      path = `${path}.2`;
      writeFileSync(path, '');
      isOver = false;
    },
  };
}

test('B8 whole lines are said as they are written, numbered; the last one when the run is over', () => {
  const { words, streams, write, tick, end, another, text } = watched();
  write('before\n');
  tick();
  expect(words).toEqual([]);
  streams.wanted({ order: 'x' });
  streams.wanted({ order: 'nobody' });
  tick();
  write('one\ntw');
  tick();
  expect(words.map(({ seq, lost, text: said }) => [seq, lost, said])).toEqual([
    [1, 0, 'before\n'],
    [2, 0, 'one\n'],
  ]);
  write('o\nlast');
  tick();
  end();
  tick();
  tick();
  expect(text()).toBe('before\none\ntwo\nlast');
  another();
  write('again\n');
  tick();
  expect(words.at(-1)).toEqual({ order: 'x', seq: 1, lost: 0, text: 'again\n' });
  streams.end();
});

test('B8, O9.4 no half of a secret is said where a log is full, nor where its end begins', () => {
  const secret = 'eighteen-letters-x';
  const { streams, capped, tick, end, text } = watched([secret]);
  const log = capped(1000);
  streams.wanted({ order: 'x' });
  for (let line = 0; line < 200; line += 1) log.write(Buffer.from(`${secret}\n`));
  tick();
  log.close();
  end();
  tick();
  const lines = text().split('\n');
  expect(lines.filter((line) => line.startsWith('── '))).toEqual([
    expect.stringContaining('full'),
    expect.stringContaining('left out'),
  ]);
  expect(lines.filter((line) => line !== '' && !line.startsWith('── ') && line !== '[redacted]')).toEqual([]);
});

test.each([12_000, 22_000])('B8, O9.4 nor where the log is full within a line of %i bytes', (length) => {
  const secret = 'eighteen-letters-x';
  const { streams, capped, tick, end, text } = watched([secret]);
  const log = capped(10_000);
  for (let at = 0; at < length; at += secret.length) {
    streams.wanted({ order: 'x' });
    log.write(Buffer.from(secret));
    tick();
  }
  log.write(Buffer.from('\nlast line\n'));
  log.close();
  tick();
  end();
  tick();
  expect(text()).toContain('last line');
  expect(text()).not.toMatch(/een-|lett|ers-x/);
});

test('B8 lines of a later run are cleaned with the secrets that are there by then', () => {
  const secrets = ['first-secret'];
  const { streams, write, tick, another, text } = watched(secrets);
  streams.wanted({ order: 'x' });
  write('first-secret\n');
  tick();
  secrets.push('second-secret');
  another();
  write('first-secret second-secret\n');
  tick();
  expect(text()).not.toContain('-secret');
});

test.each([
  'log',
  'secrets',
] as const)('B8 where too much is open to look for the %s of a run, its lines come once there is room', (what) => {
  const { streams, write, tick, busy, text } = watched();
  busy(what);
  streams.wanted({ order: 'x' });
  write('one\n');
  tick();
  expect(text()).toBe('');
  busy(null);
  tick();
  expect(text()).toBe('one\n');
  streams.end();
});

test('B8 half a minute after the last word of those who want them, nothing is said any more', () => {
  const { words, streams, write, tick } = watched();
  streams.wanted({ order: 'x' });
  tick(20_000);
  streams.wanted({ order: 'x' });
  tick(20_000);
  write('one\n');
  tick();
  expect(words).toHaveLength(1);
  tick(30_000);
  write('two\n');
  tick(60_000);
  expect([words.length, vi.getTimerCount()]).toEqual([1, 0]);
});

test('B8 of what is too much the end is said, and how much is missing: 64 KiB a second for all at most', () => {
  const { words, streams, write, tick, text } = watched();
  streams.wanted({ order: 'x' });
  for (let second = 0; second < 5; second += 1) {
    write(`${'a line of some words\n'.repeat(50_000)}END ${second}\n`);
    tick(1_000);
  }
  expect(text().length).toBeLessThanOrEqual(5 * 65_536);
  expect(text().length + words.reduce((sum, { lost }) => sum + lost, 0)).toBe(5 * (21 * 50_000 + 6));
  expect(text()).toContain('END 4\n');
  for (const line of new Set(text().split('\n'))) expect(line).toMatch(/^(?:a line of some words|END \d|)$/);
  for (const word of words) expect(Buffer.byteLength(JSON.stringify(word))).toBeLessThan(65_536 - 45 - 256);
  streams.end();
});

test('B8 a line without an end is left out, and what comes after it is not', () => {
  const { streams, write, tick, text, words } = watched();
  streams.wanted({ order: 'x' });
  for (let part = 0; part < 10; part += 1) {
    write('x'.repeat(4_000));
    tick();
  }
  write('\nafter\n');
  tick();
  expect([text(), words[0]?.lost]).toEqual(['after\n', 40_001]);
  streams.end();
});

const KEY = [
  '-----BEGIN RSA PRIVATE KEY-----',
  'Proc-Type: 4,ENCRYPTED',
  '',
  ...Array.from({ length: 20 }, (_, at) => `${String.fromCharCode(65 + at)}aB3`.repeat(16)),
  'c2hvcnQ=',
  '-----END RSA PRIVATE KEY-----',
];

test('B8 secrets are hidden as in a reported tail, also a key that comes line by line', () => {
  const { streams, write, tick, text } = watched(['hunter2hunter2']);
  streams.wanted({ order: 'x' });
  for (const line of ['begin', 'the word is hunter2hunter2', ...KEY, 'token=ghp_0123456789012345678901234', 'the end']) {
    write(`${line}\n`);
    tick();
  }
  const lines = text().split('\n');
  expect([lines[0], lines[1], lines.at(-2)]).toEqual(['begin', 'the word is [redacted]', 'the end']);
  for (const line of KEY.filter((it) => it !== '')) expect(lines).not.toContain(line);
  expect(text()).not.toContain('ghp_');
  streams.end();
  for (let from = 1; from < KEY.length; from += 1) {
    const guard = createKeyGuard();
    guard.cut();
    const hidden = KEY.slice(from).flatMap((line) => guard.hidden([line]));
    for (const line of KEY.slice(3, -1)) expect(hidden).not.toContain(line);
    expect(guard.hidden(['a word', 'done', ''])).toEqual(['a word', 'done', '']);
  }
});

test('B8 a key without an end hides no more than what could be of it', () => {
  const guard = createKeyGuard();
  expect(guard.hidden(['done', KEY[0] ?? '', 'abcd', 'now something else', 'done'])).toEqual([
    'done',
    '[redacted]',
    '[redacted]',
    'now something else',
    'done',
  ]);
});

test.each([
  null,
  7,
  {},
  { order: '' },
  { order: 'x'.repeat(301) },
  { order: 7 },
])('B8 what is no word of these is none: %j', (value) => {
  expect(parseWatch(value)).toBeNull();
  expect(parseLog(value)).toBeNull();
  expect(parseLog({ order: 'x', seq: -1, lost: 0, text: '' })).toBeNull();
  expect(parseLog({ order: 'x', seq: 1, lost: 0, text: 7 })).toBeNull();
});
