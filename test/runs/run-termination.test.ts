import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Instant } from '../../src/core/model/machines/instant.ts';
import type { RunLease } from '../../src/core/model/orders/run-lease.ts';
import { writeLease } from '../../src/runs/lease.ts';
import { type RunPaths, runPaths } from '../../src/runs/run-folder.ts';
import { type TerminationWatch, watchForTermination } from '../../src/runs/run-termination.ts';
import { writeDurably } from '../../src/system/files/durable-file.ts';

const hourMs = 3_600_000;
const origin: Instant = { wallMs: 1_763_676_000_000, monotonicMs: 50_000, boot: 'this' };

let folder = '';
let paths: RunPaths;
let at: Instant = origin;
let watching: TerminationWatch | null = null;
const before = process.listeners('SIGTERM');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-cut-'));
  paths = runPaths(folder, 'run');
  mkdirSync(paths.folder);
  at = origin;
});
afterEach(() => {
  watching?.close();
  for (const listener of process.listeners('SIGTERM')) if (!before.includes(listener)) process.off('SIGTERM', listener);
  rmSync(folder, { recursive: true, force: true });
});

/** The clocks stand still but for what a test does to them. */
function start(timeoutMs: number, lease: RunLease | null = null): TerminationWatch {
  watching = watchForTermination(paths, { timeoutMs, lease }, { now: () => at });
  return watching;
}

const step = (wallMs: number, monotonicMs: number) => {
  at = { ...at, wallMs: at.wallMs + wallMs, monotonicMs: at.monotonicMs + monotonicMs };
};

describe.each([
  ['time-out', 'timeout', () => start(hourMs)],
  ['lease', 'lease', () => start(100 * hourMs, { from: origin, forMs: hourMs })],
] as const)('O5: the %s, by the larger of the two clocks', (_name, why, begin) => {
  test('a laptop that slept past the deadline: the monotonic clock stood still, the wall clock did not', async () => {
    const limits = begin();
    expect(limits.now()).toBe(null);
    step(hourMs - 1, 0);
    expect(limits.now()).toBe(null);
    step(1, 0);
    expect(await limits.termination).toEqual({ why });
  });

  test('a wall clock that was set back does not give more time', async () => {
    const limits = begin();
    step(-10 * hourMs, hourMs - 1);
    expect(limits.now()).toBe(null);
    step(0, 1);
    expect(await limits.termination).toEqual({ why });
  });
});

describe('O5: the lease', () => {
  const lease = { from: origin, forMs: hourMs };
  const later = (ms: number): RunLease => ({
    from: { ...origin, wallMs: origin.wallMs + ms, monotonicMs: origin.monotonicMs + ms },
    forMs: hourMs,
  });

  test('counts from the push, not from the start of the run', () => {
    step(hourMs - 1, hourMs - 1);
    const limits = start(hourMs, lease);
    expect(limits.leaseIsOver()).toBe(false);
    step(1, 1);
    expect(limits.now()).toEqual({ why: 'lease' });
  });

  test('a renewal counts from its own push', () => {
    const limits = start(100 * hourMs, lease);
    writeLease(paths, later(hourMs / 2));
    step(hourMs, hourMs);
    expect(limits.now()).toBe(null);
    step(hourMs / 2, hourMs / 2);
    expect(limits.now()).toEqual({ why: 'lease' });
  });

  test('one that the watchdog found over stays over: no renewal gives life back', () => {
    const limits = start(100 * hourMs, lease);
    step(hourMs, hourMs);
    expect(limits.leaseIsOver()).toBe(true);
    writeLease(paths, later(hourMs));
    expect(limits.leaseIsOver()).toBe(true);
    // Nor does a wall clock that is set back.
    at = origin;
    expect(limits.leaseIsOver()).toBe(true);
    expect(limits.now()).toEqual({ why: 'lease' });
  });

  test('one of another start of the computer is over: its clocks say nothing here', () => {
    expect(start(hourMs, { from: { ...origin, boot: 'another' }, forMs: hourMs }).now()).toEqual({ why: 'lease' });
  });

  test.each(['{', '{}', 'null', '{"forMs":9e9}', '{"from":{"boot":"this"},"forMs":9e9}'])('%s is no renewal', (text) => {
    const limits = start(100 * hourMs, lease);
    writeFileSync(paths.lease, text);
    expect(limits.now()).toBe(null);
    step(hourMs, hourMs);
    expect(limits.now()).toEqual({ why: 'lease' });
  });

  test('a renewal and a stop request that cannot be read leave the watchdog and its deadline in place', () => {
    const limits = start(100 * hourMs, lease);
    mkdirSync(paths.lease);
    mkdirSync(paths.stop);
    expect(limits.now()).toBe(null);
    step(hourMs, 0);
    expect(limits.now()).toEqual({ why: 'lease' });
  });

  test('goes before a time-out due with it, but not before a stop that was asked for', () => {
    const limits = start(hourMs, lease);
    step(hourMs, 0);
    expect(limits.now()).toEqual({ why: 'lease' });
    limits.close();
    writeDurably(paths.stop, JSON.stringify({ reason: 'cancelled' }));
    expect(start(hourMs, lease).leaseIsOver()).toBe(true);
    expect(watching?.now()).toEqual({ why: 'stopped', stop: 'cancelled' });
  });

  test('a run without one knows no such end', () => {
    const limits = start(100 * hourMs);
    writeLease(paths, lease);
    step(10 * hourMs, 10 * hourMs);
    expect(limits.leaseIsOver()).toBe(false);
    expect(limits.now()).toBe(null);
  });
});

test('a stop request is obeyed, and what came first stays', async () => {
  const limits = start(hourMs);
  writeDurably(paths.stop, JSON.stringify({ reason: 'removed' }));
  expect(await limits.termination).toEqual({ why: 'stopped', stop: 'removed' });
  process.emit('SIGTERM', 'SIGTERM');
  expect(limits.now()).toEqual({ why: 'stopped', stop: 'removed' });
});

test.each(['{}', '"x"', '5', '{"reason":5}'])('O9 %s is no stop request', (text) => {
  writeFileSync(paths.stop, text);
  expect(start(hourMs).now()).toBe(null);
});

test('O9 a stop request with a reason that this version does not know is a cancel', () => {
  writeFileSync(paths.stop, '{"reason":"x"}');
  expect(start(hourMs).now()).toEqual({ why: 'stopped', stop: 'cancelled' });
});

test('SIGTERM is a shutdown', async () => {
  const limits = start(hourMs);
  process.emit('SIGTERM', 'SIGTERM');
  expect(await limits.termination).toEqual({ why: 'shutdown' });
});
