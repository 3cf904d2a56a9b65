// What goes out: records, a table that no spreadsheet calculates, and a calendar that calendar programs take.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StatusOrder } from '../../../src/core/model/status/status.ts';
import type { TimelineEvent } from '../../../src/core/model/status/timeline.ts';
import { calendarOf } from '../../../src/features/exchange/documents/calendar.ts';
import { csvOf } from '../../../src/features/exchange/documents/csv.ts';
import { COLUMNS, jsonLines, KINDS, rowsOf } from '../../../src/features/exchange/documents/records.ts';

const run = { order: 'build', generation: 1, attempt: 1, machine: 2 };
const EVENTS: readonly TimelineEvent[] = [
  { kind: 'started', at: '2026-11-20T22:00:00.500Z', ...run },
  {
    kind: 'message',
    at: '2026-11-20T22:01:00.000Z',
    by: { person: 'Ann' },
    to: '2',
    number: null,
    priority: 'normal',
    text: '=1+1\nbye',
  },
  {
    kind: 'ended',
    at: '2026-11-20T22:05:00.000Z',
    ...run,
    state: 'FAILED',
    reason: 'check failed, with 1',
    exitCode: 0,
    durationMs: 1,
  },
  { kind: 'started', at: '2026-11-20T22:06:00.000Z', ...run, attempt: 2 },
];
const ORDERS: Readonly<Record<string, StatusOrder>> = {
  build: { state: 'IN_PROGRESS', assign: '2 pc', machine: 2, title: 'The "big", one', after: ['a', 'b'] },
  nightly: { state: 'QUEUED', assign: 'any', schedule: '0 3 * * * Europe/Berlin' },
  off: { state: 'CANCELLED', assign: 'any', schedule: '0 3 * * *' },
};
const told = { status: { orders: ORDERS, machines: {} }, events: EVENTS };
const at = { now: '2026-11-20T23:00:00.000Z', fleet: 'https://example.com/me/fleet' };

test('each record is one line of JSON with its kind', () => {
  const all = jsonLines(KINDS, told).map((line) => JSON.parse(line) as { kind: string });
  expect(all.map(({ kind }) => kind)).toEqual(['order', 'order', 'order', 'run', 'run', 'message']);
  expect(all[3]).toMatchObject({
    startedAt: '2026-11-20T22:00:00.500Z',
    finishedAt: '2026-11-20T22:05:00.000Z',
    state: 'FAILED',
  });
  expect(all[4]).toMatchObject({ attempt: 2, state: 'IN_PROGRESS', finishedAt: null });
  for (const kind of KINDS) for (const row of rowsOf(kind, told)) expect(Object.keys(row)).toEqual(COLUMNS[kind]);
});

test('RFC 4180: a table with CRLF, in which quotes are doubled and formulas are words', () => {
  expect(csvOf(COLUMNS.messages, rowsOf('messages', told))).toBe(
    'at,from,to,number,priority,text\r\n2026-11-20T22:01:00.000Z,Ann,2,,normal,"\'=1+1\nbye"\r\n',
  );
  const cells = ['=1', '+1', '-1', '@a', ' =1', '\t=1', '＝1', 'a', 'a,b', 'a"b', ' a', '\u202eb'];
  expect(
    csvOf(
      ['x'],
      cells.map((x) => ({ x })),
    )
      .split('\r\n')
      .slice(1, -1),
  ).toEqual([...["'=1", "'+1", "'-1", "'@a", "' =1", "'\t=1", "'＝1", 'a', '"a,b"', '"a""b"', '" a"', '\\u{202e}b']]);
});

/** Reads a table as RFC 4180 says. */
function cellsOf(csv: string): string[][] {
  const rows = csv.match(/(?:"(?:[^"]|"")*"|[^"\r\n])*\r\n/g) ?? [];
  expect(rows.join('')).toBe(csv);
  return rows.map((row) =>
    [...`,${row.slice(0, -2)}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
    ),
  );
}

test('a table of any words has a row for each record, and no cell begins as a formula', () => {
  const cell = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('=', '"', ',', '\r\n', '\n=', '-'));
  fc.assert(
    fc.property(fc.array(fc.record({ a: cell, b: cell })), (rows) => {
      const cells = cellsOf(csvOf(['a', 'b'], rows));
      expect(cells.map((row) => row.length)).toEqual(Array.from({ length: rows.length + 1 }, () => 2));
      for (const text of cells.flat()) expect(text).not.toMatch(/^\s*[=+\-@]/);
    }),
  );
});

test('RFC 5545: runs that have ended, and the next ten times of a schedule', () => {
  const lines = calendarOf(told, at).split('\r\n');
  expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual(['BEGIN:VCALENDAR', 'END:VCALENDAR', '']);
  const first = lines.slice(lines.indexOf('BEGIN:VEVENT'), lines.indexOf('END:VEVENT'));
  expect(first).toEqual([
    ...['BEGIN:VEVENT', expect.stringMatching(/^UID:run-build-1-1-2@[0-9a-f]+\.coord$/), 'DTSTAMP:20261120T220500Z'],
    ...['DTSTART:20261120T220000Z', 'DTEND:20261120T220500Z', 'SUMMARY:FAILED build'],
    ...['DESCRIPTION:on 2: exit code 0\\; check failed\\, with 1', 'TRANSP:TRANSPARENT'],
  ]);
  const starts = lines.filter((line) => line.startsWith('DTSTART:')).slice(1);
  expect([starts.length, starts[0], starts[9]]).toEqual([10, 'DTSTART:20261121T020000Z', 'DTSTART:20261130T020000Z']);
  expect(lines.some((line) => line.includes('off'))).toBe(false);
  const uids = lines.filter((line) => line.startsWith('UID:'));
  expect(new Set(uids).size).toBe(uids.length);
  const later = calendarOf(told, { ...at, now: '2026-11-20T23:30:00.000Z' });
  expect(later.match(/UID:.*/g)).toEqual(calendarOf(told, at).match(/UID:.*/g));
});

test('a calendar of any words has lines of 75 octets, no control characters, and whole words', () => {
  const words = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.constantFrom('é'.repeat(99), '😀'.repeat(60), 'a\r\nEND:VEVENT'),
  );
  fc.assert(
    fc.property(words, (title) => {
      const orders = { nightly: { ...ORDERS.nightly, title } as StatusOrder };
      const calendar = calendarOf({ status: { orders, machines: {} }, events: [] }, at);
      for (const line of calendar.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      expect(calendar.replaceAll('\r\n', '')).not.toMatch(/[\u0000-\u001f\u007f]/);
      const whole = calendar.replaceAll('\r\n ', '').split('\r\n');
      expect(whole.filter((line) => line === 'END:VEVENT')).toHaveLength(10);
      expect(whole.every((line) => /^[A-Z]+:/.test(line) || line === '')).toBe(true);
    }),
  );
});
