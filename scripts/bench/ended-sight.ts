// Runs that never were: what a benchmark's runner tells of them.
import type { RunSight } from '../../src/core/model/orders/run.ts';

/** What a runner shows of a made-up run that has ended well. Times: ISO 8601 UTC. */
export function endedSight(startedAt: string, finishedAt: string, tail: string): RunSight {
  const exit = {
    why: 'exited',
    stop: null,
    detail: null,
    exitCode: 0,
    signal: null,
    checkExitCode: null,
    checkRan: false,
  } as const;
  return { kind: 'ended', exit: { ...exit, startedAt, finishedAt, leftovers: 0, droppedBytes: 0 }, tail, outputs: {} };
}
