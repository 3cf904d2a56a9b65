import { beforeEach, describe, expect, test } from 'vitest';
import type { RunLease } from '../../src/core/model/orders/run-lease.ts';
import type { RunSpec } from '../../src/ports.ts';
import { createRunner, type ScriptedRunner } from './scripted-runner.ts';
import { ORIGIN_MS } from './world.ts';

const time = { ms: 0, boot: 'first' };
let runner: ScriptedRunner;
beforeEach(() => {
  time.ms = 0;
  time.boot = 'first';
  const act = { ms: 100_000, exitCode: 0 };
  runner = createRunner({
    scripts: new Map([['long', () => act]]),
    nowMs: () => time.ms,
    pass: (ms) => {
      time.ms += ms;
    },
    boot: () => time.boot,
  });
});

const leaseOf = (forMs: number): RunLease => ({
  from: { wallMs: ORIGIN_MS + time.ms, monotonicMs: time.ms, boot: time.boot },
  forMs,
});
const command = { kind: 'line', line: 'true' } as const;
const spec = (lease: RunLease | null): RunSpec => ({
  key: 'long-1.1-x',
  order: 'long',
  generation: 1,
  attempt: 1,
  command,
  check: null,
  cwd: '/',
  env: {},
  timeoutMs: 1000,
  lease,
});

/** The exit as far as it matters here, or the kind of the sight. */
async function end() {
  const sight = await runner.look('long-1.1-x');
  if (sight.kind !== 'ended') return sight.kind;
  const { why, exitCode, finishedAt } = sight.exit;
  return { why, exitCode, afterMs: Date.parse(finishedAt) - ORIGIN_MS };
}

describe('O5: the scripted runner keeps a lease as the watchdog does', () => {
  test('the run ends at the deadline, though nobody looks', async () => {
    await runner.start(spec(leaseOf(10_000)));
    time.ms = 9_999;
    expect(await end()).toBe('running');
    time.ms = 200_000;
    expect(await end()).toEqual({ why: 'lease', exitCode: null, afterMs: 10_000 });
  });

  test('a renewal keeps it alive, and one that comes too late does not', async () => {
    await runner.start(spec(leaseOf(10_000)));
    time.ms = 5_000;
    await runner.extend('long-1.1-x', leaseOf(10_000));
    time.ms = 14_999;
    expect(await end()).toBe('running');
    time.ms = 15_000;
    await runner.extend('long-1.1-x', leaseOf(10_000));
    expect(await end()).toEqual({ why: 'lease', exitCode: null, afterMs: 15_000 });
  });

  test('an end of its own before the deadline, a stop before it, and a run without a lease', async () => {
    await runner.start(spec(leaseOf(100_001)));
    time.ms = 200_000;
    expect(await end()).toEqual({ why: 'exited', exitCode: 0, afterMs: 100_000 });
    await runner.discard('long-1.1-x');
    await runner.start(spec(leaseOf(50)));
    await runner.stop('long-1.1-x', 'cancelled');
    time.ms = 300_000;
    expect(await end()).toEqual({ why: 'stopped', exitCode: null, afterMs: 200_050 });
    await runner.discard('long-1.1-x');
    await runner.start(spec(null));
    await runner.extend('long-1.1-x', leaseOf(1));
    time.ms = 399_999;
    expect(await end()).toBe('running');
  });

  test('an expired lease, and one of another boot, start nothing', async () => {
    const lease = leaseOf(10_000);
    time.ms = 10_000;
    await expect(runner.start(spec(lease))).rejects.toThrow(/lease of long was over/);
    time.ms = 1;
    time.boot = 'second';
    await expect(runner.start(spec(lease))).rejects.toThrow(/lease of long was over/);
    expect(await end()).toBe('neverBegan');
    expect(runner.starts).toEqual([]);
  });
});
