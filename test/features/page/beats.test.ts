// What the page remembers of machines, and what moves in its picture of the network.
import { expect, test } from 'vitest';
import { historiesOf, remember } from '../../../src/features/page/operations/histories.ts';
import { BEATS, beatsOf, beatWords, linePath, REMEMBERED_MAX, withSight } from '../../../src/features/page/rules/beats.ts';
import { flightsBetween } from '../../../src/features/page/rules/flights.ts';
import type { Snapshot } from '../../../src/features/page/rules/snapshot.ts';
import type { View } from '../../../src/operations/sync/view.ts';

const usage = (cpu: number) => ({ cpu, memory: 0.5 });

test('each machine is remembered by what is new, and no more of it than so many', () => {
  let history = withSight(undefined, 1_000, usage(0.1), 1_000);
  expect(withSight(history, 1_000, usage(0.1), 2_000)).toBe(history);
  for (let at = 2; at < 200; at += 1) history = withSight(history, at * 1_000, usage(at / 200), at * 1_000);
  expect([history.heard.length, history.usage.length]).toEqual([REMEMBERED_MAX, REMEMBERED_MAX]);
  expect(history.heard.at(-1)).toBe(199_000);
});

test('a heartbeat is heard, missed, or not known: before the daemon began, and while it lasts', () => {
  const periodMs = 60_000;
  const nowMs = 100 * periodMs;
  const heard = [nowMs - 9.5 * periodMs, nowMs - 8.5 * periodMs, nowMs - 6.5 * periodMs];
  const beats = beatsOf({ heard, periodMs }, nowMs - 20 * periodMs, nowMs);
  expect(beats).toHaveLength(BEATS);
  expect(beats.slice(-11)).toEqual([
    ...['unknown', 'heard', 'heard', 'missed', 'heard', 'missed', 'missed', 'missed', 'missed', 'missed', 'unknown'],
  ]);
  expect(beatWords(beats)).toBe('missed 6 of the last 9 heartbeats');
  expect(beatWords(beatsOf({ heard: [], periodMs }, nowMs, nowMs))).toBe('no heartbeats known yet');
});

test('lines of the load stay in their box', () => {
  expect(linePath([], 100, 10)).toBe('');
  const samples = [0, 0.5, 1, 7].map((share, at) => ({ atMs: at, share }));
  expect(linePath(samples, 90, 10)).toBe('M0.0 10.0L30.0 5.0L60.0 0.0L90.0 0.0');
});

test('the daemon remembers what its syncs show, of each folder apart', () => {
  const view = (lastHeard: string, cpu: number) =>
    ({
      machines: {
        '1': { name: 'mac', lastSeen: '2026-11-20T10:00:00.000Z', heartbeat: '1m', usage: usage(0.2) },
        '2': { name: 'pc', lastSeen: '2026-11-20T10:00:00.000Z', heartbeat: '15m', usage: usage(cpu) },
      },
      self: { machine: 1 },
      sync: { lastHeard: { '2': lastHeard } },
    }) as unknown as View;
  remember('/a', view('2026-11-20T10:00:00.000Z', 0.1), 1_000);
  remember('/a', view('2026-11-20T10:15:00.000Z', 0.3), 2_000);
  remember('/b', view('2026-11-20T10:00:00.000Z', 0.1), 3_000);
  const { sinceMs, machines } = historiesOf('/a', 9_000);
  expect([sinceMs, machines['2']?.heard.length, machines['2']?.usage.map(({ cpu }) => cpu)]).toEqual([1_000, 2, [0.1, 0.3]]);
  expect([machines['1']?.periodMs, machines['2']?.periodMs]).toEqual([60_000, 900_000]);
  expect(historiesOf('/c', 5).machines).toEqual({});
});

test('what the stream tells moves: messages, orders that begin and end; of a first look nothing', () => {
  const order = (state: string) => ({ state, machine: 2, attempt: 1 });
  const snapshot = (orders: object, inbox: object = {}, sent: object = {}) =>
    ({ self: { machine: 1 }, orders, inbox, sent }) as unknown as Snapshot;
  const first = snapshot({ job: order('ASSIGNED') });
  expect(flightsBetween(null, first)).toEqual([]);
  const begun = snapshot({ job: order('IN_PROGRESS') });
  expect(flightsBetween(first, begun)).toMatchObject([{ machine: 2, goes: 'from hub', what: 'run' }]);
  expect(flightsBetween(begun, snapshot({ job: order('COMPLETED') }))).toMatchObject([{ machine: 2, goes: 'to hub' }]);
  const written = snapshot({ job: order('IN_PROGRESS') }, { '2.1': { from: 2 } }, { x: { to: 2, state: 'sent' } });
  expect(flightsBetween(begun, written).map(({ machine, goes }) => `${machine} ${goes}`)).toEqual([
    '2 to hub',
    '1 from hub',
    '1 to hub',
  ]);
  const many = Object.fromEntries(Array.from({ length: 99 }, (_, at) => [`o${at}`, order('COMPLETED')]));
  expect(flightsBetween(first, snapshot(many)).length).toBeLessThanOrEqual(12);
});
