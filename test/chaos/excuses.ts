// What explains that an attempt did not end well, or that another one followed it: kills, by when and whom they met, and computers that
// said nothing for so long that others had to call them lost (O4), or that their runs had to end (O5).
import type { Job, Told } from './work.ts';

interface Span {
  readonly beganMs: number;
  readonly endedMs: number;
}

/** Times are of one wall clock. Computers go by name. */
export interface Happened {
  /** A watchdog and its run were killed, by order. */
  readonly runKills: ReadonlyMap<string, readonly number[]>;
  readonly powerCuts: ReadonlyMap<string, readonly number[]>;
  /** When the host took a push of it, to the second. */
  readonly laneMoves: ReadonlyMap<string, readonly number[]>;
  /** Syncs that ended with exit code 0. */
  readonly goodSyncs: ReadonlyMap<string, readonly Span[]>;
  /** `order/attempt`: who held its claim, where somebody looked while it stood. */
  readonly holders: ReadonlyMap<string, string>;
  readonly computers: readonly string[];
}

export interface Excuses {
  /** A kill met the run, or its computer while it lived; or its lease ran out. */
  cutOff(job: Job, run: Told): boolean;
  /** A kill met the run or its computer in the moment in which its end was written down. */
  endUnknown(run: Told): boolean;
  /** Its holder was silent, and could not say its end before the next attempt began elsewhere. */
  endUntold(run: Told, next: Told): boolean;
  /** Who was to begin the attempt was met by a kill in that time, or was silent. */
  neverBegan(job: Job, attempt: number, fromMs: number, toMs: number): boolean;
}

/** Between a run's signs of life, and between its last word and its watchdog's. */
const SLACK_MS = 3_000;
/** A kill begins with the watchdog: its run may write a last word meanwhile. */
const BEFORE_MS = 1_000;
/** Of a run, from the START of a push: the host takes it some seconds later. */
const LEASE_MS = 20_000;
const LEASE_SILENCE_MS = 15_000;
/** Three beats, in which nobody saw the lane move; a second for the log's seconds. */
const LOST_SILENCE_MS = 29_000;

export function createExcuses({ runKills, powerCuts, laneMoves, goodSyncs, holders, computers }: Happened): Excuses {
  const isHit = (names: readonly string[], fromMs: number, toMs: number) =>
    names.some((name) => [...(runKills.get(name) ?? []), ...(powerCuts.get(name) ?? [])].some((ms) => ms > fromMs && ms < toMs));
  /** So long without a move, and part of that between the two times. */
  const isSilent = (computer: string, silenceMs: number, fromMs: number, toMs: number) => {
    const moves = [...(laneMoves.get(computer) ?? [])].sort((a, b) => a - b);
    const ends = [...moves.filter((ms) => ms < toMs), toMs];
    return ends.some((ms, at) => ms > fromMs && ms - (ends[at - 1] ?? 0) >= silenceMs);
  };
  return {
    cutOff: (job, { order, machine, beganMs, lastSignMs }) =>
      isHit([order, machine], beganMs - SLACK_MS, lastSignMs + SLACK_MS) ||
      // An order for one machine has no lease.
      (job.machine === null && isSilent(machine, LEASE_SILENCE_MS, beganMs, lastSignMs + SLACK_MS)),
    endUnknown: ({ order, machine, lastSignMs }) => isHit([order, machine], lastSignMs - BEFORE_MS, lastSignMs + SLACK_MS),
    endUntold: (run, next) =>
      next.machine !== run.machine &&
      isSilent(run.machine, LOST_SILENCE_MS, run.lastSignMs, next.beganMs) &&
      // Who begins has seen the ledger at most a lease ago.
      !(goodSyncs.get(run.machine) ?? []).some(
        ({ beganMs, endedMs }) => beganMs > run.lastSignMs + SLACK_MS && endedMs < next.beganMs - LEASE_MS,
      ),
    neverBegan(job, attempt, fromMs, toMs) {
      if (isHit([job.id], fromMs - SLACK_MS, toMs)) return true;
      const holder = job.machine === null ? holders.get(`${job.id}/${attempt}`) : `m${job.machine}`;
      return (holder === undefined ? computers : [holder]).some(
        (name) =>
          isHit([name], fromMs - SLACK_MS, toMs) || (job.machine === null && isSilent(name, LEASE_SILENCE_MS, fromMs, toMs)),
      );
    },
  };
}
