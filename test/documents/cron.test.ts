// Cron lines in time zones: which minute is the newest that is due, and which comes next.
import cron from 'node-cron';
import { describe, expect, test } from 'vitest';
import { type CronTimes, cronTimes } from '../../src/documents/text/cron.ts';

const ms = (text: string) => Date.parse(text);

function times(line: string, timezone = 'UTC'): CronTimes {
  const made = cronTimes(line, timezone);
  if ('field' in made) throw new Error(`${line}: ${made.expected}`);
  return made;
}

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString().replace(':00.000Z', 'Z'));
const newest = (line: string, now: string, timezone?: string) => iso(times(line, timezone).newestAt(ms(now)));

/** All that a line brings from one instant to another, oldest first. */
function all(line: string, timezone: string, from: string, to: string): (string | null)[] {
  const found: (string | null)[] = [];
  for (let at = times(line, timezone).newestAt(ms(to)); at !== null && at >= ms(from); ) {
    found.unshift(iso(at));
    at = times(line, timezone).newestAt(at - 1);
  }
  return found;
}

describe('the newest minute that is due', () => {
  test.each([
    ['0 3 * * *', '2026-11-20T03:00:00Z', '2026-11-20T03:00Z'],
    ['0 3 * * *', '2026-11-20T02:59:59.999Z', '2026-11-19T03:00Z'],
    ['* * * * *', '2026-11-20T02:59:59Z', '2026-11-20T02:59Z'],
    ['*/15 9-17 * * mon-fri', '2026-11-22T12:00:00Z', '2026-11-20T17:45Z'],
    ['0 0 1 jan *', '2026-11-20T00:00:00Z', '2026-01-01T00:00Z'],
    ['0 0 29 2 *', '2024-12-01T00:00:00Z', '2024-02-29T00:00Z'],
    ['0 0 29 2 *', '2026-11-20T00:00:00Z', null],
    ['0 12 * * 7', '2026-11-20T00:00:00Z', '2026-11-15T12:00Z'],
    ['0 22-2 * * *', '2026-11-20T03:00:00Z', '2026-11-20T02:00Z'],
    ['0 3 L * *', '2026-11-20T00:00:00Z', '2026-10-31T03:00Z'],
    ['0 3 * * fri#2', '2026-11-20T00:00:00Z', '2026-11-13T03:00Z'],
    ['0 3 * * 5L', '2026-11-20T00:00:00Z', '2026-10-30T03:00Z'],
    // The 15th is a Sunday.
    ['0 3 15W * *', '2026-11-20T00:00:00Z', '2026-11-16T03:00Z'],
  ])('%s at %s', (line, now, expected) => expect(newest(line, now)).toBe(expected));

  test('day and weekday: either is enough, as cron has it; with a * in one of them, both count', () => {
    expect(all('0 0 13 * fri', 'UTC', '2026-11-01T00:00Z', '2026-11-30T00:00Z')).toEqual(
      ['06', '13', '20', '27'].map((day) => `2026-11-${day}T00:00Z`),
    );
    expect(all('0 0 12 * fri', 'UTC', '2026-11-01T00:00Z', '2026-11-16T00:00Z')).toEqual(
      ['06', '12', '13'].map((day) => `2026-11-${day}T00:00Z`),
    );
    expect(all('0 0 */2 * fri', 'UTC', '2026-11-01T00:00Z', '2026-11-30T00:00Z')).toEqual(
      ['13', '27'].map((day) => `2026-11-${day}T00:00Z`),
    );
  });

  test('is what node-cron says, wherever only one of day and weekday is named', () => {
    const from = ms('2026-01-01T00:00:00Z');
    const lines = [
      '7 3 * * *',
      '*/25 4-6 1,15 */3 *',
      '0 0 * feb-apr sun',
      '30 12 L * *',
      '0 6 * * 1#1',
      '5 5 1W * *',
      '1 2 * * 2L',
    ];
    for (const zone of ['UTC', 'Asia/Kolkata', 'Australia/Lord_Howe'])
      for (const line of lines) {
        const task = cron.createTask(line, () => {}, { timezone: zone });
        for (let hour = 0; hour < 24 * 365; hour += 401) {
          const at = times(line, zone).newestAt(from + hour * 3_600_000);
          if (at === null) throw new Error(line);
          expect(task.match(new Date(at)), `${line} ${zone} ${iso(at)}`).toBe(true);
          const next = times(line, zone).nextAfter(at);
          expect(times(line, zone).newestAt(next ?? 0)).toBe(next);
        }
        task.destroy();
      }
  });

  test('a year back is found in a moment', () => {
    const line = times('0 0 21 11 *', 'Europe/Berlin');
    // The quickest: others may want the processor too. Minute by minute it would be seconds.
    const turns = Array.from({ length: 20 }, () => {
      const startMs = performance.now();
      line.newestAt(ms('2026-11-20T12:00:00Z'));
      return performance.now() - startMs;
    });
    expect(Math.min(...turns)).toBeLessThan(50);
  });
});

describe('when clocks change', () => {
  test('a local time that is skipped comes at the first minute after the gap, once', () => {
    // 29 March 2026: 02:00 is followed by 03:00, which is 01:00 UTC.
    const around = ['2026-03-28T00:00Z', '2026-03-31T00:00Z'] as const;
    expect(all('30 2 * * *', 'Europe/Berlin', ...around)).toEqual([
      '2026-03-28T01:30Z',
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
    expect(all('0,15,30 2 * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T12:00Z')).toEqual(['2026-03-29T01:00Z']);
    expect(all('30 2 * * *', 'America/New_York', '2026-03-08T00:00Z', '2026-03-09T12:00Z')).toEqual([
      '2026-03-08T07:00Z',
      '2026-03-09T06:30Z',
    ]);
  });

  test('a local time that is there twice comes the first time', () => {
    expect(all('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', '2026-10-26T12:00Z')).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
    expect(all('30 1 * * *', 'America/New_York', '2026-11-01T00:00Z', '2026-11-02T12:00Z')).toEqual([
      '2026-11-01T05:30Z',
      '2026-11-02T06:30Z',
    ]);
  });

  test('a line for every hour goes on by the clock: none is left out, none is doubled', () => {
    for (const [from, to] of [
      ['2026-03-28T22:00Z', '2026-03-29T06:00Z'],
      ['2026-10-24T22:00Z', '2026-10-25T06:00Z'],
    ] as const)
      expect(all('0 * * * *', 'Europe/Berlin', from, to)).toHaveLength(9);
    expect(all('*/30 * * * *', 'America/New_York', '2026-11-01T04:00Z', '2026-11-01T08:00Z')).toHaveLength(9);
  });

  test('time zones with half hours, and clocks that go back over midnight', () => {
    expect(newest('0 3 * * *', '2026-11-20T22:00:00Z', 'Asia/Kolkata')).toBe('2026-11-20T21:30Z');
    // Havana, 1 November 2026: 01:00 is followed by 00:00.
    expect(all('30 0 * * *', 'America/Havana', '2026-10-31T12:00Z', '2026-11-02T12:00Z')).toEqual([
      '2026-11-01T04:30Z',
      '2026-11-02T05:30Z',
    ]);
  });
});

test.each([
  ['31 February', '0 0 31 2 *', 'UTC', 'schedule', 'never comes'],
  ['31 of short months', '0 0 31 4,6,9,11 *', 'UTC', 'schedule', 'never comes'],
  ['minute 60', '60 * * * *', 'UTC', 'schedule', 'five cron fields'],
  ['a word', '0 3 * foo *', 'UTC', 'schedule', 'five cron fields'],
  ['six fields', '0 0 3 * * *', 'UTC', 'schedule', 'five cron fields'],
  ['a step of 0', '*/0 * * * *', 'UTC', 'schedule', 'five cron fields'],
  ['nowhere', '0 3 * * *', 'Mars/Olympus', 'timezone', 'a time zone'],
  ['nothing', '0 3 * * *', ' ', 'timezone', 'a time zone'],
])('%s is a fault', (_what, line, timezone, field, expected) => {
  expect(cronTimes(line, timezone)).toMatchObject({ field, expected: expect.stringContaining(expected) });
});

test('31 February or a Monday comes: either is enough', () => {
  expect(newest('0 0 31 2 mon', '2026-03-01T00:00:00Z')).toBe('2026-02-23T00:00Z');
});
