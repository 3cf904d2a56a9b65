// Who is blocked, and for how long: by a clock of the test.
import { expect, test } from 'vitest';
import { createKnocks, placeOf } from '../../../src/features/hub/server/knocks.ts';

const MINUTE_MS = 60_000;

test('each block is twice as long as the one before, and a day at most', () => {
  let now = 1_700_000_000_000;
  const knocks = createKnocks(() => now);
  const lengths: number[] = [];
  for (let block = 0; block < 14; block += 1) {
    for (let times = 0; times < 10; times += 1) knocks.refused('192.0.2.1');
    lengths.push(knocks.blockedMs('192.0.2.1') / MINUTE_MS);
    now += knocks.blockedMs('192.0.2.1');
    expect(knocks.blockedMs('192.0.2.1')).toBe(0);
  }
  expect(lengths).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440, 1440]);
});

test('nine in a minute, and nine in the next one, block nobody; what may not block is only noted', () => {
  let now = 1_700_000_000_000;
  const knocks = createKnocks(() => now);
  for (let minute = 0; minute < 20; minute += 1) {
    for (let times = 0; times < 9; times += 1) knocks.refused('192.0.2.1');
    now += MINUTE_MS;
  }
  for (let times = 0; times < 100; times += 1) knocks.refused('192.0.2.2', false);
  expect(knocks.blockedMs('192.0.2.1')).toBe(0);
  expect(knocks.blockedMs('192.0.2.2')).toBe(0);
  expect(knocks.list()).toMatchObject([
    { address: '192.0.2.1', refused: 180 },
    { address: '192.0.2.2', refused: 100, blocks: 0 },
  ]);
});

test('a block takes ten again; a clock that was set back makes none longer; a quiet week forgets all', () => {
  let now = 1_700_000_000_000;
  const knocks = createKnocks(() => now);
  const refused = (times: number) => {
    for (let time = 0; time < times; time += 1) knocks.refused('192.0.2.1');
    return knocks.blockedMs('192.0.2.1') / MINUTE_MS;
  };
  expect(refused(10)).toBe(1);
  now += MINUTE_MS;
  expect(refused(9)).toBe(0);
  now -= 60 * MINUTE_MS;
  expect(refused(9)).toBe(0);
  expect(refused(1)).toBe(2);
  now += 7 * 1_440 * MINUTE_MS + 1;
  expect(refused(10)).toBe(1);
});

test('a thousand addresses are known; one more pushes out the one that came least lately', () => {
  const knocks = createKnocks(() => 1_700_000_000_000);
  for (let at = 0; at < 1_500; at += 1) knocks.refused(`10.0.${at >> 8}.${at & 255}`);
  const known = knocks.list();
  expect(known).toHaveLength(1_000);
  expect(known.at(-1)?.address).toBe('10.0.5.219');
});

test('what an earlier hub noted counts on; a clock that was set back blocks nobody for years', () => {
  const before = { refused: 10, since: '2030-01-01T00:00:00.000Z', last: '2030-01-01T00:00:00.000Z', blocks: 1 };
  const now = Date.parse('2026-11-23T00:00:00Z');
  const blockedAt = (blockedUntil: string) =>
    createKnocks(() => now, [{ address: '192.0.2.1', ...before, blockedUntil }]).blockedMs('192.0.2.1');
  expect(blockedAt('2026-11-23T00:00:59.000Z')).toBe(59_000);
  expect(blockedAt('2030-01-01T00:01:00.000Z')).toBe(0);
});

test.each<[address: string, place: string]>([
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '::1'],
])('%s is noted as %s', (address, place) => {
  expect(placeOf(address)).toBe(place);
  expect(placeOf(place)).toBe(place);
});
