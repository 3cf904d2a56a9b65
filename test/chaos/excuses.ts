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
/** The beat is 10 s, and a lease that is not renewed is over after 20. */
const SILENT_MS = 9_000;
const LEASE_MS = 20_000;

export function createExcuses({ runKills, powerCuts, goodSyncs, holders, computers }: Happened): Excuses {
  const isHit = (names: readonly string[], fromMs: number, toMs: number) =>
    names.some((name) => [...(runKills.get(name) ?? []), ...(powerCuts.get(name) ?? [])].some((ms) => ms > fromMs && ms < toMs));
  const isSilent = (computer: string, fromMs: number, toMs: number) => {
    const good = (goodSyncs.get(computer) ?? []).map(({ endedMs }) => endedMs).filter((ms) => ms < toMs);
    const ends = [0, ...good.sort((a, b) => a - b), toMs];
    return ends.some((ms, at) => ms > fromMs && ms - Math.max(ends[at - 1] ?? ms, fromMs - LEASE_MS) >= SILENT_MS);
  };
  return {
    cutOff: (job, { order, machine, beganMs, lastSignMs }) =>
      isHit([order, machine], beganMs - SLACK_MS, lastSignMs + SLACK_MS) ||
      // An order for one machine has no lease.
      (job.machine === null && isSilent(machine, beganMs, lastSignMs + SLACK_MS)),
    endUnknown: ({ order, machine, lastSignMs }) => isHit([order, machine], lastSignMs - BEFORE_MS, lastSignMs + SLACK_MS),
    endUntold: (run, next) =>
      next.machine !== run.machine &&
      isSilent(run.machine, run.lastSignMs, next.beganMs) &&
      // Who begins has seen the ledger at most a lease ago.
      !(goodSyncs.get(run.machine) ?? []).some(
        ({ beganMs, endedMs }) => beganMs > run.lastSignMs + SLACK_MS && endedMs < next.beganMs - LEASE_MS,
      ),
    neverBegan(job, attempt, fromMs, toMs) {
      if (isHit([job.id], fromMs - SLACK_MS, toMs)) return true;
      const holder = job.machine === null ? holders.get(`${job.id}/${attempt}`) : `m${job.machine}`;
      return (holder === undefined ? computers : [holder]).some(
        (name) => isHit([name], fromMs - SLACK_MS, toMs) || (job.machine === null && isSilent(name, fromMs, toMs)),
      );
    },
  };
}
