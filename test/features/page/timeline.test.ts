// The timeline in pages: what its lines say, which of them some words mean, and that no event is lost or told twice between two pages.
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TimelineEvent } from '../../../src/core/model/status/timeline.ts';
import { afterLast, byDay, isSpokenOf, joined, lineOf, withNews } from '../../../src/features/page/rules/timeline.ts';
import { LIMITS } from '../../../src/server/guard/limits.ts';
import { takeCycleLock } from '../../../src/system/fleet/cycle-lock.ts';
import { createFleet, endFleets, type Fleet, until } from '../../e2e/fleet.ts';
import { createHome, endHome, type Home, type House, openHouse, somePorts } from '../../server/house.ts';

const at = '2026-11-20T12:00:00Z';
const names = { '1': 'mac', '2': 'pc' };
const run = { at, order: 'build', generation: 1, attempt: 1, machine: 2 };
const ended = { kind: 'ended', ...run, state: 'FAILED', reason: null, exitCode: 3, durationMs: 61_000 } as const;
const text = `${'long '.repeat(100)}disk`;
const message: TimelineEvent = { kind: 'message', at, by: { machine: 1 }, to: 'ALL', number: 1, priority: 'urgent', text };

test('a line says what happened, to which order, by whom; of a message the end is found too', () => {
  expect(lineOf(ended, names)).toMatchObject({
    happening: 'failed',
    order: 'build',
    words: 'attempt 1 failed with exit code 3 after 1 min on 2 pc',
  });
  expect(lineOf({ ...ended, asks: true }, names).happening).toBe('asks');
  expect(lineOf({ kind: 'machine', what: 'lost', machine: 2, says: 1, at }, names).words).toBe('2 pc was lost, says 1 mac');
  const line = lineOf(message, names);
  expect([line.happening, line.order, line.words.slice(0, 20), line.words.endsWith('…')]).toEqual([
    ...['urgent', null, '1 mac to all: long l', true],
  ]);
  expect(isSpokenOf(message, 'DISK mac', names)).toBe(true);
  expect(isSpokenOf(message, 'disk nas', names)).toBe(false);
  expect(isSpokenOf(ended, ' ', names)).toBe(true);
});

test('lines stand by day; news stand before what is there, and alone where something between is missing', () => {
  const lines = [3, 2, 1].map((hour) => lineOf({ ...ended, at: `2026-11-2${hour === 3 ? 1 : 0}T0${hour}:00:00Z` }, names));
  const days = byDay(lines, (time) => time.slice(0, 10));
  expect(days.map(({ name, lines: its }) => [name, its.length])).toEqual([
    ['2026-11-21', 1],
    ['2026-11-20', 2],
  ]);
  expect(withNews(lines.slice(0, 2), lines.slice(1))).toEqual(lines);
  expect(withNews(lines.slice(0, 1), lines.slice(2))).toEqual(lines.slice(0, 1));
  expect(joined(lines, lines)).toEqual(lines);
  expect(afterLast(lines)).toEqual({ until: '2026-11-20T01:00:00Z', skip: 1 });
  expect(afterLast([])).toBeNull();
});

let fleet: Fleet;
let home: Home;
let house: House;

beforeAll(async () => {
  fleet = createFleet();
  home = await createHome({ url: fleet.hub });
  house = await openHouse(home, somePorts());
});

afterAll(async () => {
  await house.end();
  endHome(home);
  endFleets();
});

test('pages of 50 have each event once, also where a hundred have one time; machine and words narrow them', async () => {
  const orders = Array.from({ length: 120 }, (_, at) => ({ id: `o${at}`, title: `Title ${at}`, assign: 9, run: 'true' }));
  // One commit: a hundred and twenty events of one time.
  fleet.person('Ann').order(orders);
  await house.ask('/api/v1/sync', { method: 'POST' });
  const page = async (query: string) => (await house.ask(`/api/v1/page/timeline?${query}`)).json;
  const all: TimelineEvent[] = [];
  let lines = [] as ReturnType<typeof lineOf>[];
  for (let more = true; more; ) {
    const from = afterLast(lines);
    const answer = await page(from === null ? '' : `until=${encodeURIComponent(from.until)}&skip=${from.skip}`);
    expect(answer.events.length).toBeLessThanOrEqual(50);
    all.unshift(...answer.events);
    lines = [...lines, ...answer.events.map((event: TimelineEvent) => lineOf(event, answer.machines)).toReversed()];
    more = answer.more;
  }
  const added = all.filter((event) => event.kind === 'order').map(({ order }) => order);
  expect(added.toSorted()).toEqual(orders.map(({ id }) => id).toSorted());
  expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
  expect((await page('words=TITLE%20o59%20ADDED')).events).toMatchObject([{ order: 'o59' }]);
  expect((await page('words=o59')).untold).toEqual([]);
  expect((await page('machine=nobody')).error.code).toBe('NOT_FOUND');
  expect((await page('machine=1')).events).toMatchObject([{ kind: 'machine', what: 'joined', machine: 1 }]);
  expect((await house.ask('/api/v1/page/timeline?skip=x')).status).toBe(400);
});

test('pages that have given up make room: while a cycle holds the lock, another one may wait', async () => {
  const lock = await takeCycleLock(home.folder, 5_000);
  // The rest after the last read is over.
  await delay(500);
  const path = '/api/v1/page/timeline';
  const headers = { authorization: `Bearer ${house.token()}` };
  const refused: number[] = [];
  // One has its turn, and of the others one has no room.
  const asking = Array.from({ length: LIMITS.readTurns[1] + 2 }, () =>
    request({ host: '127.0.0.1', port: house.port(), path, headers, agent: false })
      .on('response', ({ statusCode = 0 }) => refused.push(statusCode))
      .on('error', () => {})
      .end(),
  );
  await until('no more may wait', () => refused.length > 0);
  expect(refused).toEqual([503]);
  for (const one of asking) one.destroy();
  let askedMs = Number.POSITIVE_INFINITY;
  const answered = async (): Promise<number> => {
    askedMs = performance.now();
    const { status } = await house.ask(path);
    if (status !== 503) return status;
    await delay(50);
    return answered();
  };
  const next = answered();
  await until('it waits for its turn', () => performance.now() - askedMs > 1_500, 30_000);
  await lock.release();
  expect(await next).toBe(200);
});
