// How a daemon waits between two looks while somebody waits for an order on its machine, and when nobody does any more.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { nextCause } from '../../src/operations/daemon/next-cause.ts';
import { createWakeupSignal } from '../../src/operations/daemon/wakeup-signal.ts';
import type { Runner } from '../../src/ports.ts';
import { takeOwnership } from '../../src/runs/owner.ts';
import { runPaths } from '../../src/runs/run-folder.ts';
import { waitForEnd } from '../../src/runs/wait-for-end.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { endWait, isWaitedFor, noteWait } from '../../src/system/process/waited.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

function place() {
  const root = mkdtempSync(join(tmpdir(), 'coord-waits-'));
  roots.push(root);
  const folder = fleetFolderAt(root);
  mkdirSync(folder.state, { recursive: true });
  writeFileSync(folder.identity, '{}');
  return folder;
}

const LOOK_MS = 300_000;
const HURRIED_MS = 20;

interface Told {
  readonly isFailing?: boolean;
  /** H3: how long after a try that failed what is saved waits. */
  readonly savedInMs?: number;
  /** It is told of news; how soon it looks once it is not. */
  readonly untoldLookMs?: number | null;
}

interface Running {
  readonly lookMs?: number;
  readonly ends?: Runner['untilOneEnds'];
  readonly active?: readonly { readonly key: string; readonly begun?: true }[];
}

/** A daemon that waits while a run goes on here; what its waits were, in milliseconds. `ends`: when its runner hears of an end, and whether it does. */
function daemon(
  waitedLookMs: number | null,
  { isFailing = false, savedInMs = 0, untoldLookMs = null }: Told = {},
  { lookMs = LOOK_MS, ends = () => new Promise(() => {}), active = [{ key: 'run', begun: true }] }: Running = {},
) {
  const folder = place();
  const signal = createWakeupSignal();
  const waits: number[] = [];
  const [told, news] = [{ is: true }, { is: false }];
  const load = async () => ({ active, leaving: null });
  const opened = { folder, journal: { load }, runner: { untilOneEnds: ends } };
  const why = () =>
    nextCause(
      opened as unknown as Parameters<typeof nextCause>[0],
      { signal, waits: (ms) => waits.push(ms), isTold: () => told.is },
      {
        ...{ lookMs, waitedLookMs, isStuck: false, isFailing, savedInMs, untoldLookMs, othersCount: true, gatherMs: 0 },
        hasNews: () => news.is,
        noteLeaving: () => {},
      },
    );
  return { folder, signal, waits, why, told, news };
}

test.each([
  [true, 'run'],
  [false, 'look'],
])('C8 a wait for a run that is over a little before the look’s time, with an end: %s, is a cause to %s', async (hasEnded, why) => {
  const waiting = daemon(null, {}, { lookMs: 200, ends: async () => hasEnded });
  expect(await waiting.why()).toBe(why);
});

test('C8, O9 the end of a run that another process is starting here is heard, once it has begun', async () => {
  const pathsOf = (key: string) => runPaths(runsDir, key);
  const [runsDir, run] = [join(place().state, 'runs'), { key: 'build-1.1-k' }];
  const active: { key: string; begun?: true }[] = [run];
  const ends: Running['ends'] = (keys, ms, giveUp) => waitForEnd(keys.map(pathsOf), ms, giveUp);
  const { signal, waits, why } = daemon(null, {}, { ends, active });
  const waiting = why();
  signal.raise('journal');
  await expect.poll(() => waits.length).toBe(2);
  const paths = pathsOf(run.key);
  mkdirSync(paths.folder, { recursive: true });
  takeOwnership(paths);
  active[0] = { ...run, begun: true };
  signal.raise('journal');
  await expect.poll(() => waits.length).toBe(3);
  writeFileSync(paths.exit, '{}');
  expect(await waiting).toBe('run');
});

test('H3 a daemon that would look in five minutes looks soon once somebody begins to wait here', async () => {
  const { folder, signal, waits, why } = daemon(HURRIED_MS);
  const waiting = why();
  await expect.poll(() => waits.length).toBe(1);
  expect(waits[0]).toBeGreaterThan(LOOK_MS - 10_000);
  noteWait(folder);
  signal.raise('journal');
  expect(await waiting).toBe('hurried');
  expect(waits.at(-1)).toBeLessThanOrEqual(HURRIED_MS);
});

test.each([
  ['who waited has what it waited for', HURRIED_MS, endWait],
  ['the remote fails', null, () => {}],
] as const)('H3 it keeps its pace where %s', async (_, waitedLookMs, then) => {
  const { folder, signal, waits, why } = daemon(waitedLookMs);
  noteWait(folder);
  then(folder);
  const waiting = why();
  signal.raise('journal');
  await expect.poll(() => waits.length).toBe(2);
  for (const ms of waits) expect(ms).toBeGreaterThan(LOOK_MS - 10_000);
  signal.raise('stop');
  expect(await waiting).toBe('stop');
});

test('H3 who is told of news looks at once; while the remote fails, it keeps its pace', async () => {
  const one = daemon(null);
  const waiting = one.why();
  one.signal.raise('told');
  expect(await waiting).toBe('told');
  const other = daemon(null, { isFailing: true });
  const pausing = other.why();
  other.signal.raise('told');
  await expect.poll(() => other.waits.length).toBe(2);
  other.signal.raise('stop');
  expect(await pausing).toBe('stop');
});

test('H3 while the remote fails, what is saved waits for 15 s; who is asked tries at once', async () => {
  const { signal, waits, why, news } = daemon(null, { isFailing: true, savedInMs: 15_000 });
  news.is = true;
  const pausing = why();
  for (const times of [2, 3]) {
    signal.raise('saved');
    await expect.poll(() => waits.length).toBe(times);
    expect(waits.at(-1)).toBeLessThanOrEqual(15_000);
    expect(waits.at(-1)).toBeGreaterThan(5000);
  }
  signal.raise('asked');
  expect(await pausing).toBe('asked');
  const late = daemon(null, { isFailing: true, savedInMs: 20 });
  late.news.is = true;
  const hurried = late.why();
  late.signal.raise('saved');
  expect(await hurried).toBe('hurried');
});

test('H3 who is told of news no more comes back to its own pace at once', async () => {
  const { signal, waits, why, told } = daemon(null, { untoldLookMs: 20 });
  const waiting = why();
  await expect.poll(() => waits.length).toBe(1);
  expect(waits[0]).toBeGreaterThan(LOOK_MS - 10_000);
  told.is = false;
  signal.raise('journal');
  expect(await waiting).toBe('hurried');
  expect(waits.at(-1)).toBeLessThanOrEqual(20);
});

test('H3 who was killed while waiting is forgotten after a minute; a clock set back keeps nobody', () => {
  const folder = place();
  const nowMs = Date.now();
  expect(isWaitedFor(folder, nowMs)).toBe(false);
  noteWait(folder);
  utimesSync(folder.waited, nowMs / 1000, nowMs / 1000);
  expect([-3_600_000, 0, 59_000, 61_000].map((ms) => isWaitedFor(folder, nowMs + ms))).toEqual([false, true, true, false]);
  noteWait(folder);
  endWait(folder);
  endWait(folder);
  expect(isWaitedFor(folder, nowMs)).toBe(false);
});
