// The runs of one simulated computer, as src/runs keeps them: a run goes on whatever becomes of coord, is ended by its watchdog at
// its deadlines (of time and of its lease, O5), dies with the power, and is owned by whoever decided first (a watchdog that comes late finds it given up).
// Every execution is written into the world's truth.
import { isoTime } from '../../src/core/base/time.ts';
import type { Instant } from '../../src/core/model/machines/instant.ts';
import { AGENT_ASKS } from '../../src/core/model/orders/agent.ts';
import type { ExitRecord, RunSight, StopReason } from '../../src/core/model/orders/run.ts';
import type { RunLease } from '../../src/core/model/orders/run-lease.ts';
import { isLeaseOver } from '../../src/core/presence/run-lease.ts';
import { CoordError } from '../../src/errors.ts';
import type { Runner, RunSpec } from '../../src/ports.ts';
import { mayRenew } from '../../src/runs/lease.ts';
import type { Chance } from './chance.ts';
import type { SimClock } from './sim-clock.ts';
import { count, type Execution, type Truth } from './truth.ts';

/** From a stop request to the end of the run, at most. */
const STOP_MS = 600;
/** From a wake-up, or a step of the wall clock, until a watchdog looks at its deadlines, at most. */
const POLL_MS = 500;

/** How long runs take, by weights; the latter once nothing goes wrong any more. */
const TAKES_MS = [
  [4, 10],
  [4, 20_000],
  [4, 300_000],
  [1, 2_400_000],
] as const;
const CALM_MS = [
  [2, 10],
  [1, 20_000],
] as const;

interface Folder {
  readonly spec: RunSpec;
  readonly execution: Execution;
  readonly clockAtStart: Instant;
  /** True time of its end by itself; moves on while the computer sleeps. */
  endsMs: number;
  readonly exitCode: number;
  stop: { readonly reason: StopReason; readonly dueMs: number } | null;
  /** O5. */
  lease: RunLease | null;
  /** True time before which the watchdog does not look at its clocks. */
  looksMs: number;
  sight: RunSight;
}

export interface SimRunner extends Runner {
  /** Ends what is due by now. Called before time is read or a clock is touched. */
  settle(): void;
  /** A watchdog that was spawned by a process that died takes over then. */
  startLate(spec: RunSpec, atMs: number): void;
  sleep(ms: number): void;
  /** Somebody has just set the wall clock. */
  clockStepped(): void;
  powerCut(): void;
  isBusy(): boolean;
  /** True time at which the next run ends; Infinity = nothing runs. */
  nextEndMs(): number;
  /** A copy of the folders, on another computer: nothing runs there. */
  copyFrom(other: SimRunner): void;
  readonly folders: ReadonlyMap<string, { readonly sight: RunSight; readonly spec: RunSpec }>;
  /** Starts fail now and then. */
  startsFail: boolean;
  /** For hand-made histories: how long each run takes. */
  takesMs: number | null;
  /** As above: with what it exits. */
  exitsWith: number | null;
  /** As above: whether its agents end with a question. */
  asks: boolean | null;
  /** As above: the watchdogs are held up for so long. */
  looksIn(ms: number): void;
  /** Nothing takes long any more. */
  isCalm: boolean;
}

export interface RunnerAround {
  readonly computer: string;
  readonly clock: SimClock;
  readonly chance: Chance;
  readonly truth: Truth;
  nowMs(): number;
  machine(): number;
  /** A scheduling point; `wakeMs`: the process waits for this true time. */
  gate(what: string, wakeMs?: number): Promise<void>;
  log(text: string): void;
  onStart(execution: Execution): void;
  onStop(spec: RunSpec, reason: StopReason): void;
}

export function createSimRunner(around: RunnerAround): SimRunner {
  const { clock, chance, truth } = around;
  const folders = new Map<string, Folder>();
  const voids = new Set<string>();
  const late: { spec: RunSpec; atMs: number }[] = [];
  const dueMs = (folder: Folder) =>
    Math.min(
      folder.endsMs,
      Math.max(folder.looksMs, around.nowMs() + clock.leftMs(folder.clockAtStart, folder.spec.timeoutMs)),
      Math.max(folder.looksMs, around.nowMs() + leaseLeftMs(folder)),
      folder.stop?.dueMs ?? Number.POSITIVE_INFINITY,
    );
  const leaseLeftMs = ({ lease }: Folder) => (lease === null ? Number.POSITIVE_INFINITY : clock.leftMs(lease.from, lease.forMs));
  const isOver = (lease: RunLease | null) => lease !== null && isLeaseOver(lease, clock.now());
  const begin = (spec: RunSpec) => {
    const { key, order, generation, attempt, lease } = spec;
    const execution: Execution = {
      ...{ key, order, generation, attempt, computer: around.computer, machine: around.machine() },
      ...{ startedMs: around.nowMs(), given: spec.env, endedMs: null, how: null, exitCode: null },
      ...{ isLeased: lease !== null, asks: false },
    };
    truth.executions.push(execution);
    count(truth, 'runs');
    const takesMs = runner.takesMs ?? chance.weighted(runner.isCalm ? CALM_MS : TAKES_MS);
    const asks = spec.agent !== undefined && (runner.asks ?? chance.is(0.3));
    const exitCode = asks ? AGENT_ASKS : (runner.exitsWith ?? (chance.is(0.3) ? 1 : 0));
    const folder: Folder = {
      ...{ spec, execution, clockAtStart: clock.now(), endsMs: around.nowMs() + takesMs, exitCode, stop: null },
      ...{ lease, looksMs: 0 },
      sight: { kind: 'running' },
    };
    folders.set(key, folder);
    around.log(`run ${key} begins, for ${takesMs} ms, exit ${exitCode}`);
    around.onStart(execution);
  };
  const end = (folder: Folder, how: NonNullable<Execution['how']>, atMs: number) => {
    const { execution, spec } = folder;
    const exitCode = how === 'exited' ? folder.exitCode : null;
    const asks = spec.agent !== undefined && exitCode === AGENT_ASKS;
    Object.assign(execution, { endedMs: atMs, how, exitCode, asks });
    if (how !== 'exited') count(truth, `runs ${how}`);
    around.log(`run ${spec.key} ends: ${how} ${exitCode ?? ''}`);
    const push = {
      tail: `${spec.key} said so`,
      outputs: { key: spec.key, ...(asks ? { asks: 'login', problem: 'log in' } : {}) },
    };
    if (how === 'interrupted') {
      folder.sight = { kind: 'interrupted', ...push };
      return;
    }
    const exit: ExitRecord = {
      why: how,
      stop: how === 'stopped' ? (folder.stop?.reason ?? null) : null,
      detail: null,
      exitCode,
      signal: how === 'exited' ? null : 'SIGTERM',
      checkExitCode: null,
      checkRan: false,
      startedAt: isoTime(folder.clockAtStart.wallMs),
      finishedAt: isoTime(clock.now().wallMs),
      leftovers: 0,
      droppedBytes: 0,
    };
    folder.sight = { kind: 'ended', exit, ...push };
  };
  const running = () => [...folders.values()].filter((folder) => folder.sight.kind === 'running');
  const runner: SimRunner = {
    folders,
    startsFail: false,
    isCalm: false,
    takesMs: null,
    exitsWith: null,
    asks: null,
    looksIn(ms) {
      for (const folder of running()) folder.looksMs = around.nowMs() + ms;
    },
    settle() {
      for (const { spec } of late.filter(({ atMs }) => atMs <= around.nowMs())) {
        if (voids.has(spec.key) || folders.has(spec.key)) continue;
        // O5: an expired one is not started.
        if (isOver(spec.lease)) voids.add(spec.key);
        else begin(spec);
      }
      late.splice(0, late.length, ...late.filter(({ atMs }) => atMs > around.nowMs()));
      for (const folder of running()) {
        if (dueMs(folder) > around.nowMs()) continue;
        // An exit counts only if it was seen before the deadline; who asked for a stop has it called that.
        if (isOver(folder.lease)) {
          end(folder, folder.stop === null ? 'lease' : 'stopped', around.nowMs());
          continue;
        }
        const isStop = folder.stop !== null && folder.stop.dueMs <= around.nowMs() && folder.endsMs > around.nowMs();
        const hasEnded = folder.endsMs <= around.nowMs();
        end(folder, isStop ? 'stopped' : hasEnded ? 'exited' : 'timeout', around.nowMs());
      }
    },
    startLate(spec, atMs) {
      count(truth, 'watchdogs that came late');
      late.push({ spec, atMs });
    },
    sleep(ms) {
      for (const folder of running()) {
        folder.endsMs += ms;
        if (folder.stop !== null) folder.stop = { ...folder.stop, dueMs: folder.stop.dueMs + ms };
        folder.looksMs = around.nowMs() + ms + chance.below(POLL_MS);
      }
      for (const it of late) it.atMs += ms;
    },
    clockStepped() {
      for (const folder of running()) folder.looksMs = Math.max(folder.looksMs, around.nowMs() + chance.below(POLL_MS));
    },
    powerCut() {
      late.length = 0;
      for (const folder of running()) end(folder, 'interrupted', around.nowMs());
    },
    isBusy: () => running().length > 0 || late.length > 0,
    nextEndMs: () => Math.min(Number.POSITIVE_INFINITY, ...running().map(dueMs), ...late.map(({ atMs }) => atMs)),
    copyFrom(other) {
      for (const [key, { sight, spec }] of other.folders) {
        // Whoever owned it is a process of another computer: here it is dead.
        const copied: RunSight = sight.kind === 'running' ? { kind: 'interrupted', tail: '', outputs: {} } : sight;
        const nobody = { endedMs: 0 } as Execution;
        folders.set(key, {
          spec,
          execution: nobody,
          clockAtStart: clock.now(),
          endsMs: 0,
          exitCode: 0,
          stop: null,
          lease: null,
          looksMs: 0,
          sight: copied,
        });
      }
    },
    async start(spec) {
      try {
        await around.gate(`runner.start ${spec.key}`);
      } catch (error) {
        // The process died after the spawn, before it knew: its watchdog takes over all the same, if nobody was faster.
        if (chance.is(0.3)) runner.startLate(spec, around.nowMs() + chance.below(3_000));
        throw error;
      }
      if (runner.startsFail && chance.is(0.1)) {
        voids.add(spec.key);
        throw new CoordError('LOCAL_STATE', `the run ${spec.key} was given up before it began`);
      }
      if (folders.has(spec.key)) throw new Error(`${spec.key} was started twice`);
      if (voids.has(spec.key)) throw new CoordError('LOCAL_STATE', `the run ${spec.key} was given up before it began`);
      if (isOver(spec.lease)) {
        voids.add(spec.key);
        throw new CoordError('LOCAL_STATE', `the lease of ${spec.key} was over before its run could be started`);
      }
      begin(spec);
    },
    async extend(key, lease) {
      await around.gate(`runner.extend ${key}`);
      const folder = folders.get(key);
      if (folder?.sight.kind !== 'running' || folder.lease === null) return;
      if (!mayRenew(folder.lease, lease, clock.now())) return;
      folder.lease = lease;
      count(truth, 'leases renewed');
    },
    async look(key) {
      await around.gate(`runner.look ${key}`);
      const folder = folders.get(key);
      if (folder !== undefined) return folder.sight;
      voids.add(key);
      return { kind: 'neverBegan' };
    },
    async stop(key, reason) {
      await around.gate(`runner.stop ${key}`);
      const folder = folders.get(key);
      if (folder !== undefined) around.onStop(folder.spec, reason);
      if (folder !== undefined) folder.stop ??= { reason, dueMs: around.nowMs() + chance.below(STOP_MS) };
    },
    async untilOneEnds(keys, timeoutMs) {
      const ends = keys.flatMap((key) => {
        const folder = folders.get(key);
        return folder?.sight.kind === 'running' ? [dueMs(folder)] : [around.nowMs()];
      });
      const untilMs = around.nowMs() + timeoutMs;
      await around.gate('runner.untilOneEnds', Math.min(untilMs, ...ends));
      return Math.min(...ends) <= untilMs;
    },
    progress: () => null,
    kept: () => ({ count: 0, bytes: 0, countMax: 1, bytesMax: 1 }),
    async discard(key) {
      await around.gate(`runner.discard ${key}`);
      const folder = folders.get(key);
      if (folder?.sight.kind === 'running') throw new Error(`${key} has not ended`);
      folders.delete(key);
      voids.add(key);
    },
  };
  return runner;
}
