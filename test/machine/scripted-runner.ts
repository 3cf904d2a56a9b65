// A runner in memory: each run takes the time and has the end that its order's script says. Runs go on while their machine's
// process is dead; a power cut ends them. Keeps a log of every start.
import type { ExitRecord, RunSight, StopReason } from '../../src/core/model/run.ts';
import { CoordError } from '../../src/errors.ts';
import type { Runner, RunSpec } from '../../src/ports.ts';

export interface Act {
  /** How long it takes; Infinity = until it is stopped. */
  readonly ms: number;
  readonly exitCode: number;
}

export type Script = (attempt: number, generation: number) => Act;

export interface Start {
  readonly key: string;
  readonly order: string;
  readonly generation: number;
  readonly attempt: number;
  readonly atMs: number;
}

interface Run {
  readonly start: Start;
  readonly act: Act;
  stop: { readonly reason: StopReason; readonly atMs: number } | null;
  cutAtMs: number | null;
}

export interface ScriptedRunner extends Runner {
  readonly starts: Start[];
  /** Starts while another run of the same order was under way. */
  readonly overlaps: string[];
  readonly stops: string[];
  readonly discarded: string[];
  looks: number;
  waits: number;
  /** Every start from now on is given up before it begins (`void`), or throws as well (`throws`). */
  broken: 'void' | 'throws' | null;
  powerCut(): void;
  runningNow(): readonly string[];
}

const ORIGIN_MS = Date.parse('2026-11-20T22:00:00.000Z');
/** How long a stopped run takes to end. */
const STOP_MS = 100;

export function createRunner(around: {
  readonly scripts: ReadonlyMap<string, Script>;
  nowMs(): number;
  pass(ms: number): void;
}): ScriptedRunner {
  const runs = new Map<string, Run>();
  const endMs = (run: Run): number => {
    const byItself = run.start.atMs + run.act.ms;
    return run.stop === null ? byItself : Math.min(byItself, run.stop.atMs + STOP_MS);
  };
  const look = (key: string): RunSight => {
    const run = runs.get(key);
    if (run === undefined) return { kind: 'neverBegan' };
    const end = endMs(run);
    if (run.cutAtMs !== null && run.cutAtMs < end) return { kind: 'interrupted', tail: 'cut', outputs: {} };
    if (around.nowMs() < end) return { kind: 'running' };
    return { kind: 'ended', exit: exitOf(run, end), tail: `${run.start.order} said so`, outputs: {} };
  };
  const runner: ScriptedRunner = {
    starts: [],
    overlaps: [],
    stops: [],
    discarded: [],
    looks: 0,
    waits: 0,
    broken: null,
    async start(spec: RunSpec) {
      if (runner.broken === 'throws') throw new CoordError('LOCAL_STATE', 'no watchdog');
      if (runner.broken === 'void') return;
      if (runs.has(spec.key)) throw new Error(`${spec.key} was started twice`);
      const { key, order, generation, attempt } = spec;
      const start = { key, order, generation, attempt, atMs: around.nowMs() };
      runner.starts.push(start);
      if (runner.runningNow().includes(order)) runner.overlaps.push(key);
      const act = around.scripts.get(order)?.(attempt, generation) ?? { ms: 10, exitCode: 0 };
      runs.set(key, { start, act, stop: null, cutAtMs: null });
    },
    async look(key) {
      runner.looks += 1;
      return look(key);
    },
    async stop(key, reason) {
      const run = runs.get(key);
      runner.stops.push(key);
      if (run !== undefined && run.stop === null) run.stop = { reason, atMs: around.nowMs() };
    },
    async untilOneEnds(keys, timeoutMs) {
      runner.waits += 1;
      const ends = keys.flatMap((key) => {
        const run = runs.get(key);
        return run === undefined ? [] : [endMs(run) - around.nowMs()];
      });
      around.pass(Math.max(0, Math.min(timeoutMs, ...ends)));
    },
    logPath: (key) => `/runs/${key}/log`,
    async discard(key) {
      if (look(key).kind === 'running') throw new Error(`${key} has not ended`);
      runner.discarded.push(key);
      // Whoever asks for it again learns nothing of it any more.
      runs.delete(key);
    },
    powerCut() {
      for (const run of runs.values()) run.cutAtMs ??= around.nowMs();
    },
    runningNow: () => [...runs].filter(([key]) => look(key).kind === 'running').map(([, run]) => run.start.order),
  };
  return runner;
}

function exitOf(run: Run, endMs: number): ExitRecord {
  const { start, act, stop } = run;
  const wasStopped = stop !== null && endMs < start.atMs + act.ms;
  return {
    why: wasStopped ? 'stopped' : 'exited',
    stop: wasStopped ? stop.reason : null,
    detail: null,
    exitCode: wasStopped ? null : act.exitCode,
    signal: wasStopped ? 'SIGTERM' : null,
    checkExitCode: null,
    checkRan: false,
    startedAt: new Date(ORIGIN_MS + start.atMs).toISOString(),
    finishedAt: new Date(ORIGIN_MS + endMs).toISOString(),
    leftovers: 0,
    droppedBytes: 0,
  };
}
