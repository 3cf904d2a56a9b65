// A runner in memory: each run takes the time and has the end that its order's script says. Runs go on while their machine's
// process is dead; a power cut ends them, and so does the end of their lease. Keeps a log of every start.
import type { Instant } from '../../src/core/model/machines/instant.ts';
import type { ExitRecord, RunProgress, RunSight, StopReason } from '../../src/core/model/orders/run.ts';
import type { RunLease } from '../../src/core/model/orders/run-lease.ts';
import { isLeaseOver } from '../../src/core/presence/run-lease.ts';
import { listedId } from '../../src/core/runs/occurrence-name.ts';
import { CoordError } from '../../src/errors.ts';
import type { Runner, RunSpec } from '../../src/ports.ts';
import { mayRenew } from '../../src/runs/lease.ts';

export interface Act {
  /** How long it takes; Infinity = until it is stopped. */
  readonly ms: number;
  readonly exitCode: number;
  /** What it writes to COORD_OUTPUT. */
  readonly outputs?: Readonly<Record<string, string>>;
}

export type Script = (attempt: number, generation: number) => Act;

export interface Start {
  readonly key: string;
  readonly order: string;
  readonly generation: number;
  readonly attempt: number;
  readonly atMs: number;
  /** If nobody stops it. */
  readonly takesMs: number;
  readonly env: RunSpec['env'];
  /** Whom it calls. */
  readonly program: string | undefined;
}

interface Run {
  readonly start: Start;
  readonly act: Act;
  stop: { readonly reason: StopReason; readonly atMs: number } | null;
  cutAtMs: number | null;
  lease: RunLease | null;
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
  /** What its runs say of how far they are (O17). */
  saysProgress: RunProgress | null;
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
  /** The machine's present start of the computer. */
  boot(): string;
}): ScriptedRunner {
  const runs = new Map<string, Run>();
  const clock = (): Instant => ({ wallMs: ORIGIN_MS + around.nowMs(), monotonicMs: around.nowMs(), boot: around.boot() });
  const look = (key: string): RunSight => {
    const run = runs.get(key);
    if (run === undefined) return { kind: 'neverBegan' };
    const end = endMs(run);
    if (run.cutAtMs !== null && run.cutAtMs < end) return { kind: 'interrupted', tail: 'cut', outputs: {} };
    if (around.nowMs() < end) return { kind: 'running' };
    return { kind: 'ended', exit: exitOf(run, end), tail: `${run.start.order} said so`, outputs: run.act.outputs ?? {} };
  };
  const runner: ScriptedRunner = {
    starts: [],
    overlaps: [],
    stops: [],
    discarded: [],
    looks: 0,
    waits: 0,
    broken: null,
    saysProgress: null,
    async start(spec: RunSpec) {
      const { lease } = spec;
      if (runner.broken === 'throws') throw new CoordError('LOCAL_STATE', 'no watchdog');
      if (runner.broken === 'void') return;
      if (runs.has(spec.key)) throw new Error(`${spec.key} was started twice`);
      if (lease !== null && isLeaseOver(lease, clock()))
        throw new CoordError('LOCAL_STATE', `the lease of ${spec.order} was over`);
      const { key, order, generation, attempt, env, call } = spec;
      const act = (around.scripts.get(order) ?? around.scripts.get(listedId(order)))?.(attempt, generation) ?? {
        ms: 10,
        exitCode: 0,
      };
      const start = { key, order, generation, attempt, atMs: around.nowMs(), takesMs: act.ms, env, program: call?.program };
      runner.starts.push(start);
      if (runner.runningNow().includes(order)) runner.overlaps.push(key);
      runs.set(key, { start, act, stop: null, cutAtMs: null, lease });
    },
    async extend(key, lease) {
      const run = runs.get(key);
      if (run === undefined || run.lease === null || look(key).kind !== 'running') return;
      if (mayRenew(run.lease, lease, clock())) run.lease = lease;
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
      return Math.min(...ends) <= timeoutMs;
    },
    progress: (key) => (look(key).kind === 'running' ? runner.saysProgress : null),
    kept: () => ({ count: 0, bytes: 0, countMax: 1, bytesMax: 1 }),
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

/** When its lease is over. The two clocks of such a machine move as one; a run of an earlier boot is cut by the power already. */
function leaseEndMs({ lease }: Run): number {
  return lease === null ? Infinity : lease.from.monotonicMs + lease.forMs;
}

function endMs(run: Run): number {
  const byItself = run.start.atMs + run.act.ms;
  const byStop = run.stop === null ? Infinity : run.stop.atMs + STOP_MS;
  return Math.min(byItself, byStop, leaseEndMs(run));
}

/** At the deadline itself the lease is over, also for an exit at that moment; a stop before it stays a stop. */
function whyOf(run: Run): 'exited' | 'stopped' | 'lease' {
  const { start, act, stop } = run;
  const end = endMs(run);
  if (stop !== null && end < start.atMs + act.ms && stop.atMs < leaseEndMs(run)) return 'stopped';
  return end === leaseEndMs(run) ? 'lease' : 'exited';
}

function exitOf(run: Run, endMs: number): ExitRecord {
  const { start, act, stop } = run;
  const why = whyOf(run);
  return {
    why,
    stop: why === 'stopped' && stop !== null ? stop.reason : null,
    detail: null,
    exitCode: why === 'exited' ? act.exitCode : null,
    signal: why === 'exited' ? null : why === 'stopped' ? 'SIGTERM' : 'SIGKILL',
    checkExitCode: null,
    checkRan: false,
    startedAt: new Date(ORIGIN_MS + start.atMs).toISOString(),
    finishedAt: new Date(ORIGIN_MS + endMs).toISOString(),
    leftovers: 0,
    droppedBytes: 0,
  };
}
