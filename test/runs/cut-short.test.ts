import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type CutShort, watchForCut } from '../../src/runs/cut-short.ts';
import { runPaths } from '../../src/runs/run-folder.ts';
import { writeDurably } from '../../src/system/durable-file.ts';

let folder = '';
let watching: CutShort | null = null;
const before = process.listeners('SIGTERM');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-cut-'));
  mkdirSync(runPaths(folder, 'run').folder);
});
afterEach(() => {
  watching?.close();
  vi.restoreAllMocks();
  for (const listener of process.listeners('SIGTERM')) if (!before.includes(listener)) process.off('SIGTERM', listener);
  rmSync(folder, { recursive: true, force: true });
});

function start(timeoutMs: number): CutShort {
  watching = watchForCut(runPaths(folder, 'run'), timeoutMs);
  return watching;
}

const hourMs = 3_600_000;

test('O5: a laptop that slept past the deadline: the monotonic clock stood still, the wall clock did not', async () => {
  const cutShort = start(hourMs);
  expect(cutShort.now()).toBe(null);
  const wallMs = Date.now();
  vi.spyOn(Date, 'now').mockReturnValue(wallMs + hourMs + 1);
  expect(await cutShort.cut).toEqual({ why: 'timeout' });
});

test('O5: a wall clock that was set back does not give more time', async () => {
  const cutShort = start(hourMs);
  const [wallMs, monotonicMs] = [Date.now(), performance.now()];
  vi.spyOn(Date, 'now').mockReturnValue(wallMs - 10 * hourMs);
  expect(cutShort.now()).toBe(null);
  vi.spyOn(performance, 'now').mockReturnValue(monotonicMs + hourMs + 1);
  expect(await cutShort.cut).toEqual({ why: 'timeout' });
});

test('a stop request is obeyed within a second, and what came first stays', async () => {
  const cutShort = start(hourMs);
  const asked = performance.now();
  writeDurably(runPaths(folder, 'run').stop, JSON.stringify({ reason: 'removed' }));
  expect(await cutShort.cut).toEqual({ why: 'stopped', stop: 'removed' });
  expect(performance.now() - asked).toBeLessThan(1_000);
  process.emit('SIGTERM', 'SIGTERM');
  expect(cutShort.now()).toEqual({ why: 'stopped', stop: 'removed' });
});

test('SIGTERM is a shutdown', async () => {
  const cutShort = start(hourMs);
  process.emit('SIGTERM', 'SIGTERM');
  expect(await cutShort.cut).toEqual({ why: 'shutdown' });
});
