// Real runs for tests: a watchdog built for this file alone, a folder of runs, and what there is to see in the process table.
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect } from 'vitest';
import type { Command } from '../../src/core/model/orders/order.ts';
import type { ExitRecord, RunSight } from '../../src/core/model/orders/run.ts';
import type { Runner, RunSpec } from '../../src/ports.ts';
import { type Owner, type RunPaths, readRecord, runPaths } from '../../src/runs/run-folder.ts';
import { createRunner, type RunnerLimits } from '../../src/runs/runner.ts';
import { stampedProcesses } from '../../src/system/process/process-table.ts';

export interface Harness {
  readonly folder: string;
  readonly runsDir: string;
  readonly watchdogPath: string;
  runner(limits?: Partial<RunnerLimits>, watchdogPath?: string): Runner;
  paths(key: string): RunPaths;
  file(name: string): string;
  /** A program that starts the run, and then does something else with `runner` and `clock`. */
  starterOf(spec: RunSpec, then: string): Promise<string>;
  /** Number of the process. */
  watchdogOf(key: string): number;
  close(): void;
}

export async function openHarness(): Promise<Harness> {
  const folder = realpathSync(await mkdtemp(join(tmpdir(), 'coord-runs-')));
  const watchdogPath = join(folder, 'watchdog.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../../src/runs/watchdog.ts')],
    outfile: watchdogPath,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  const runsDir = join(folder, 'runs');
  return {
    folder,
    runsDir,
    watchdogPath,
    runner: (limits = {}, path = watchdogPath) =>
      createRunner({ runsDir, watchdogPath: path, limits: { graceMs: 500, ...limits } }),
    paths: (key) => runPaths(runsDir, key),
    file: (name) => join(folder, name),
    async starterOf(spec, then) {
      const path = join(folder, `starter-${spec.key}.mjs`);
      const source = `import { createRunner } from './src/runs/runner.ts';
        import { systemClock as clock } from './src/system/time/clock.ts';
        const runner = createRunner(${JSON.stringify({ runsDir, watchdogPath })});
        await runner.start(${JSON.stringify(spec)});
        ${then}`;
      await build({
        stdin: { contents: source, resolveDir: join(import.meta.dirname, '../..'), loader: 'ts' },
        outfile: path,
        bundle: true,
        format: 'esm',
        platform: 'node',
      });
      return path;
    },
    watchdogOf(key) {
      const owner = readRecord<Owner>(runPaths(runsDir, key).owner);
      if (owner === null || owner.void) throw new Error('no watchdog');
      return owner.pid;
    },
    close() {
      // What a failed test left running.
      for (const key of existsSync(runsDir) ? readdirSync(runsDir) : [])
        for (const pid of stampedProcesses(key)) process.kill(pid, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

let count = 0;

export function specOf(command: Command | string, more: Partial<RunSpec> = {}): RunSpec {
  return {
    key: `test-1.1-${process.pid}-${++count}`,
    order: 'test',
    generation: 1,
    attempt: 1,
    command: typeof command === 'string' ? { kind: 'line', line: command } : command,
    check: null,
    cwd: realpathSync(tmpdir()),
    env: { PATH: process.env.PATH ?? '' },
    timeoutMs: 60_000,
    lease: null,
    ...more,
  };
}

export type Ended = Extract<RunSight, { kind: 'ended' }>;

/** Starts a run and waits for its end. */
export async function runToEnd(runner: Runner, spec: RunSpec): Promise<Ended> {
  await runner.start(spec);
  return await endOf(runner, spec.key);
}

export async function endOf(runner: Runner, key: string): Promise<Ended> {
  for (;;) {
    const sight = await runner.look(key);
    if (sight.kind === 'ended') return sight;
    if (sight.kind !== 'running') throw new Error(`the run is ${sight.kind}`);
    await runner.untilOneEnds([key], 30_000);
  }
}

export function exitOf(more: Partial<ExitRecord>): ExitRecord {
  return {
    why: 'exited',
    stop: null,
    detail: null,
    exitCode: null,
    signal: null,
    checkExitCode: null,
    checkRan: false,
    startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    finishedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    leftovers: 0,
    droppedBytes: 0,
    ...more,
  };
}

/** Resolves when the file holds as many lines. */
export async function untilLines(path: string, lines: number): Promise<string[]> {
  await expect.poll(() => linesOf(path).length, { timeout: 60_000, interval: 10 }).toBeGreaterThanOrEqual(lines);
  return linesOf(path);
}

export function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

/** Live processes of a run, its watchdog left out. */
export const survivors = (key: string): number[] => stampedProcesses(key);
