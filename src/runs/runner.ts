// The Runner port on real processes (O9): a run is started exactly once or provably never, goes on whatever becomes of this process,
// and is found again by any other. Runs are told apart by key; the caller journals a run before it starts it.
import { existsSync } from 'node:fs';
import { isLeaseOver } from '../core/presence/run-lease.ts';
import { CoordError } from '../errors.ts';
import type { Runner, RunSpec } from '../ports.ts';
import { createFolderDurably, writeDurably } from '../system/files/durable-file.ts';
import { openUp } from '../system/files/remove-tree.ts';
import { readProgress } from '../system/runs/run-progress.ts';
import { systemClock } from '../system/time/clock.ts';
import { discardRun, sweepGone } from './discard-run.ts';
import { type KeptLimits, keepRun, keptRuns } from './kept-runs.ts';
import { launch } from './launch.ts';
import { renewLease, writeLease } from './lease.ts';
import { settle } from './look-at-run.ts';
import { onDisk } from './on-disk.ts';
import { declareVoid } from './owner.ts';
import { type RunPaths, runPaths, type StopRequest, type WatchdogSpec } from './run-folder.ts';
import { waitForEnd } from './wait-for-end.ts';

export interface RunnerOptions {
  /** Absolute; made when missing. */
  readonly runsDir: string;
  /** The built `watchdog.js`. */
  readonly watchdogPath: string;
  readonly limits?: Partial<RunnerLimits>;
  /** Named points of a start, for tests that kill it there. */
  readonly step?: (name: string) => void;
}

export interface RunnerLimits {
  /** For the watchdog to take the run over: some 50 ms, more on a machine that is busy or swaps. */
  readonly handoverMs: number;
  /** O9: between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  /** Of one log, at its head; its end is kept besides. */
  readonly logBytesMax: number;
  /** Of the runs that were reported: their folders keep their logs. */
  readonly kept: KeptLimits;
}

const LIMITS: RunnerLimits = Object.freeze({
  handoverMs: 15_000,
  graceMs: 10_000,
  logBytesMax: 8 * 1024 * 1024,
  kept: { countMax: 4_000, bytesMax: 96 * 1024 * 1024 },
});

export function createRunner({ runsDir, watchdogPath, limits, step = () => {} }: RunnerOptions): Runner {
  const { handoverMs, graceMs, logBytesMax, kept } = { ...LIMITS, ...limits };
  const pathsOf = (key: string) => runPaths(runsDir, key);
  let isSwept = false;
  return {
    async start(spec: RunSpec) {
      const paths = pathsOf(spec.key);
      const full: WatchdogSpec = { ...spec, graceMs, logBytesMax };
      if (existsSync(paths.owner)) return refuseVoid(paths);
      onDisk(paths.folder, () => {
        createFolderDurably(paths.folder);
        step('run-folder-made');
        if (spec.lease !== null) writeLease(paths, spec.lease);
        step('lease-written');
        writeDurably(paths.spec, JSON.stringify(full));
      });
      step('spec-written');
      refuseExpired(spec, paths);
      await launch(paths, watchdogPath, handoverMs, step);
      step('handed-over');
    },
    async extend(key, lease) {
      const paths = pathsOf(key);
      openUp(paths.folder);
      onDisk(paths.folder, () => renewLease(paths, lease, systemClock.now()));
    },
    async look(key, hasBegun = false) {
      openUp(pathsOf(key).folder);
      return settle(pathsOf(key), key, hasBegun);
    },
    async stop(key, reason) {
      const paths = pathsOf(key);
      const request: StopRequest = { reason };
      openUp(paths.folder);
      onDisk(paths.folder, () => {
        createFolderDurably(paths.folder);
        writeDurably(paths.stop, JSON.stringify(request));
      });
      step('stop-written');
    },
    untilOneEnds: (keys, timeoutMs, giveUp) => waitForEnd(keys.map(pathsOf), timeoutMs, giveUp),
    progress: (key) => readProgress(pathsOf(key).progress),
    kept: () => keptRuns(runsDir, kept),
    async discard(key) {
      if (discardRun(pathsOf(key))) keepRun(runsDir, key, kept);
      if (!isSwept && existsSync(runsDir)) sweepGone(runsDir);
      isSwept = true;
    },
  };
}

/** O5: an expired one is not started. Decided for good, so that no watchdog of an earlier try can start it either. */
function refuseExpired({ order, lease }: RunSpec, paths: RunPaths): void {
  if (lease === null || !isLeaseOver(lease, systemClock.now())) return;
  if (onDisk(paths.folder, () => declareVoid(paths)))
    throw new CoordError('LOCAL_STATE', `the lease of ${order} was over before its run could be started, so it was not started`);
}

/** The run has an owner: nothing to do if that is its watchdog. */
function refuseVoid(paths: RunPaths): void {
  if (onDisk(paths.folder, () => declareVoid(paths)))
    throw new CoordError('LOCAL_STATE', `the run in ${paths.folder} was given up before it began`);
}
