// What the page remembers of machines, and what moves in its picture of the network.
import { expect, test } from 'vitest';
import { historiesOf, remember } from '../../../src/features/page/operations/histories.ts';
import {
  beatWords,
  type History,
  isOverdue,
  REMEMBERED_MAX,
  stepPath,
  withLook,
} from '../../../src/features/page/rules/beats.ts';
import { flightsBetween } from '../../../src/features/page/rules/flights.ts';
import type { Snapshot } from '../../../src/features/page/rules/snapshot.ts';
import type { View } from '../../../src/operations/sync/view.ts';

const MINUTE = 60_000;
const usage = (cpu: number) => ({ cpu, memory: 0.5 });

/** Looks at these minutes, and when the machine was heard last at each. */
function seen(...looks: readonly (readonly [atMin: number, heardMin: number])[]): History {
  let history: History | undefined;
  for (const [at, heard] of looks)
    history = withLook(history, { atMs: at * MINUTE, heardMs: heard * MINUTE, periodMs: MINUTE, usage: null });
  if (history === undefined) throw new Error('no look');
  return history;
}

const kinds = ({ beats }: History) => beats.map(({ kind }) => kind).join(' ');

test('each machine is remembered by what is new, and no more of it than so many', () => {
  const look = (at: number, cpu: number) => ({ atMs: at * MINUTE, heardMs: at * MINUTE, periodMs: MINUTE, usage: usage(cpu) });
  let history = withLook(undefined, look(1, 0.1));
  expect(withLook(history, look(1, 0.1))).toBe(history);
  for (let at = 2; at < 200; at += 1) history = withLook(history, look(at, at / 200));
  expect([history.beats.length, history.usage.length]).toEqual([REMEMBERED_MAX, REMEMBERED_MAX]);
  expect(history.beats.at(-1)).toEqual({ kind: 'heard', atMs: 199 * MINUTE });
  // What it said before holds.
  expect(withLook(history, look(200, 199 / 200)).usage).toHaveLength(REMEMBERED_MAX);
});

test('a heartbeat is missed where its lane was seen to stand still, and comes again', () => {
  expect(kinds(seen([1, 1], [2, 2], [3, 2], [4, 2], [5, 2], [6, 6]))).toBe('heard heard missed missed heard');
  // A little late is not missed; more than heartbeats is no more than them.
  expect(kinds(seen([1, 1], [2, 1], [2.4, 2.4], [2.6, 2.6], [3, 3]))).toBe('heard heard heard');
  expect(seen([1, 1], [4, 1]).beats.map(({ atMs }) => atMs / MINUTE)).toEqual([1, 2, 3]);
});

test('no heartbeat counts as missed because nobody looked: in a quiet fleet, or while the daemon slept', () => {
  expect(kinds(seen([0, 0], [5, 5], [10, 10], [15, 15]))).toBe('heard heard heard heard');
  expect(kinds(seen([0, 0], [1, 1], [90, 90], [91, 91]))).toBe('heard heard gap heard heard');
  // Set back, its own clock says nothing of what was.
  expect(kinds(seen([90, 90], [1, 1], [2, 2]))).toBe('heard heard');
});

test('a machine that was gone for days has a bar of missed heartbeats, the last of them now', () => {
  const { beats } = seen([10_000, 1], [10_001, 1]);
  expect([beats.length, beats.filter(({ kind }) => kind === 'missed').length]).toEqual([REMEMBERED_MAX, REMEMBERED_MAX]);
  expect(beats.at(-1)?.atMs).toBeGreaterThan(9_998 * MINUTE);
});

test('a bar of heartbeats is told in words too', () => {
  const all = (words: string) => words.split(' ').map((kind, at) => ({ kind: kind as 'heard' | 'missed' | 'gap', atMs: at }));
  expect(beatWords([])).toBe('no heartbeats known yet');
  expect(beatWords(all('heard'))).toBe('heard each time, 1 heartbeat');
  expect(beatWords(all('heard gap heard missed'))).toBe('missed 1 of the last 3 heartbeats');
  expect(beatWords(all('missed missed'))).toBe('missed 2 heartbeats');
});

test('lines of the load stay in their box, and hold what was said until something else is', () => {
  const box = { sinceMs: 0, nowMs: 4, width: 80, height: 10 };
  expect(stepPath([], box)).toBe('');
  expect(stepPath([{ atMs: 2, share: 0.5 }], box)).toBe('M40.0 5.0H80');
  const samples = [0, 0.5, 7].map((share, at) => ({ atMs: at, share }));
  expect(stepPath(samples, box)).toBe('M0.0 10.0H20.0V5.0H40.0V0.0H80');
  expect(stepPath(samples, { ...box, sinceMs: 3 })).toBe('M0.0 10.0H0.0V5.0H0.0V0.0H80');
});

test('the daemon remembers what its syncs show, of each folder apart', () => {
  const view = (lastHeard: string, cpu: number, unsyncedSince: string | null = null) =>
    ({
      machines: {
        '1': { name: 'mac', lastSeen: '2026-11-20T10:00:00.000Z', heartbeat: '60s', usage: usage(0.2) },
        '2': { name: 'pc', lastSeen: '2026-11-20T10:00:00.000Z', heartbeat: '15m', usage: usage(cpu) },
      },
      self: { machine: 1 },
      sync: { lastHeard: { '2': lastHeard }, unsyncedSince },
    }) as unknown as View;
  const [ten, later] = [Date.parse('2026-11-20T10:00:00.000Z'), Date.parse('2026-11-20T10:15:00.000Z')];
  remember('/a', view('2026-11-20T10:00:00.000Z', 0.1), ten + 2_000, ten);
  remember('/a', view('2026-11-20T10:15:00.000Z', 0.3), later + 2_000, later);
  remember('/b', view('2026-11-20T10:00:00.000Z', 0.1), later, later);
  const { sinceMs, machines } = historiesOf('/a', later);
  expect([sinceMs, machines['2']?.beats.length, machines['2']?.usage.map(({ cpu }) => cpu)]).toEqual([
    ten + 2_000,
    2,
    [0.1, 0.3],
  ]);
  // It does not look for a quarter of an hour, so of itself it knows nothing then.
  expect(machines['1']?.beats.map(({ kind }) => kind)).toEqual(['heard', 'gap', 'heard']);
  // The remote is away: nothing is said of others, and this machine is heard by nobody.
  remember('/a', view('2026-11-20T10:15:00.000Z', 0.9, '2026-11-20T10:15:00.000Z'), later + 60 * MINUTE, later);
  const away = historiesOf('/a', later).machines;
  expect(away['2']).toEqual(machines['2']);
  expect(away['1']?.beats.at(-1)?.kind).toBe('missed');
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
  const written = snapshot({ job: order('IN_PROGRESS') }, { '2.1': { from: 2 } }, { x: { to: '2', state: 'sent' } });
  expect(flightsBetween(begun, written).map(({ machine, goes }) => `${machine} ${goes}`)).toEqual([
    '2 to hub',
    '1 from hub',
    '1 to hub',
  ]);
  const many = Object.fromEntries(Array.from({ length: 99 }, (_, at) => [`o${at}`, order('COMPLETED')]));
  expect(flightsBetween(first, snapshot(many)).length).toBeLessThanOrEqual(12);
});

test('a heartbeat is overdue a quarter of its time after its time, by looks and by its own pace', () => {
  const seen = (heardMin: number, lookedMin: number, periodMin = 1) =>
    isOverdue({ heardMs: heardMin * MINUTE, lookedMs: lookedMin * MINUTE, periodMs: periodMin * MINUTE });
  expect([seen(1, 2), seen(1, 2.2), seen(1, 2.25), seen(1, 9)]).toEqual([false, false, true, true]);
  // Who is quiet announces a longer one, and where nobody looked, nobody is late.
  expect([seen(1, 5, 5), seen(1, 7.3, 5), seen(9, 1), seen(Number.NaN, 9), seen(1, Number.NaN)]).toEqual([
    ...[false, true],
    ...[false, false, false],
  ]);
});
