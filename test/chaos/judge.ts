// The count at the end: what the runs wrote down themselves, against what the board says and what each order's rules allow. Whatever
// did not end well, and whatever followed something, needs a kill that explains it.
import type { Excuses } from './excuses.ts';
import type { OrderSeen } from './hub.ts';
import type { Job, Told } from './work.ts';

export interface Verdict {
  readonly violations: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** S4 says about a second. A last sign can be half a second old, so more than this may be more than that. */
const OVERLAP_MS_MAX = 500;

/** Of an order that was claimed, or journaled as started, and never began. */
const MAY_HAVE_RUN = /may have run|interrupted|lease .*over|given up before it began/;

/** `endedAtMs`: when the board was first seen with the order's end. */
export function judge(
  jobs: readonly Job[],
  told: readonly Told[],
  orders: Readonly<Record<string, OrderSeen>>,
  excuses: Excuses,
  endedAtMs: (id: string) => number,
): Verdict {
  const violations: string[] = [];
  const figures: Record<string, number> = {};
  const count = (what: string, times = 1) => {
    figures[what] = (figures[what] ?? 0) + times;
  };
  for (const job of jobs) {
    const runs = told.filter(({ order }) => order === job.id).sort((a, b) => a.attempt - b.attempt || a.beganMs - b.beganMs);
    const seen = orders[job.id];
    const wrong = (what: string) => violations.push(`${job.id}: ${what}; board: ${JSON.stringify(seen)}; runs: ${shown(runs)}`);
    count(`orders ${seen?.state ?? 'missing'}`);
    count('runs', runs.length);
    count('runs cut off', runs.filter(({ outcome }) => outcome === null).length);
    for (const [at, run] of runs.entries()) {
      if (run.attempt > job.attempts) wrong(`attempt ${run.attempt} of ${job.attempts}`);
      if (job.machine !== null && run.machine !== `m${job.machine}`) wrong('ran on another machine');
      for (const later of runs.slice(at + 1)) {
        const overlapMs = Math.round(run.lastSignMs - later.beganMs);
        if (later.attempt === run.attempt) wrong(`DOUBLED: attempt ${run.attempt} started twice`);
        else if (overlapMs > OVERLAP_MS_MAX) wrong(`OVERLAP of ${overlapMs} ms`);
        figures['longest overlap in ms'] = Math.max(figures['longest overlap in ms'] ?? 0, overlapMs);
      }
      const next = runs[at + 1];
      if (next !== undefined) count(next.machine === run.machine ? 'tried again on the same machine' : 'take-overs');
      mayHaveEndedSo(job, run, next, seen, wrong);
    }
    noneSkipped(job, runs, seen, wrong);
    if (seen?.state === 'COMPLETED') {
      const winner = runs.find(({ attempt }) => attempt === seen.attempt);
      if (winner?.outcome !== 'end' || winner.machine !== `m${seen.machine}`)
        wrong('COMPLETED, and that attempt did not end well');
      if (runs.some(({ attempt }) => attempt > (seen.attempt ?? 0))) wrong('a higher attempt ran than the one that counts');
    } else if (seen?.state === 'FAILED') {
      const [last] = runs.slice(-1);
      if (last === undefined) count('FAILED, may have run, did not');
      if (last === undefined && !MAY_HAVE_RUN.test(seen.reason ?? ''))
        wrong('LOST: failed without a run, and says another reason');
      if (last?.outcome === 'end') count('FAILED, ended well, and its watchdog could not say so');
      if ((seen.attempt ?? 0) < job.attempts) wrong('LOST: failed with attempts left');
    } else wrong('LOST: no end');
  }
  for (const run of told) if (jobs.every(({ id }) => id !== run.order)) violations.push(`a run of nobody's order: ${run.order}`);
  return { violations, figures };

  /** The one that the board shows as COMPLETED is judged there. */
  function mayHaveEndedSo(
    job: Job,
    run: Told,
    next: Told | undefined,
    seen: OrderSeen | undefined,
    wrong: (what: string) => void,
  ): void {
    const { attempt, outcome } = run;
    if (seen?.state === 'COMPLETED' && seen.attempt === attempt && next === undefined) return;
    if (outcome === 'fail' && attempt > job.fails) wrong(`attempt ${attempt} failed, and was not to`);
    if (outcome === null && !excuses.cutOff(job, run))
      wrong(`LOST: attempt ${attempt} was cut off, and nothing was killed under it`);
    if (outcome !== 'end' || excuses.endUnknown(run)) return;
    if (next === undefined) wrong(`LOST: attempt ${attempt} ended well, and nothing kept that from being told`);
    else if (!excuses.endUntold(run, next)) wrong(`RAN AGAIN after success: attempt ${attempt} had ended well`);
  }

  /** Attempts of which there is no run, up to the highest that is known of. */
  function noneSkipped(job: Job, runs: readonly Told[], seen: OrderSeen | undefined, wrong: (what: string) => void): void {
    const highest = Math.max(seen?.attempt ?? 0, seen?.state === 'FAILED' ? 1 : 0, ...runs.map(({ attempt }) => attempt));
    for (let attempt = 1; attempt <= highest; attempt += 1) {
      if (runs.some((run) => run.attempt === attempt)) continue;
      count('attempts that were claimed and never began');
      const fromMs = runs.findLast((run) => run.attempt < attempt)?.lastSignMs ?? job.placedMs;
      const toMs = runs.find((run) => run.attempt > attempt)?.beganMs ?? endedAtMs(job.id);
      if (!excuses.neverBegan(job, attempt, fromMs, toMs))
        wrong(`LOST: attempt ${attempt} never ran, and nothing was killed under it`);
    }
  }
}

function shown(runs: readonly Told[]): string {
  const first = runs[0]?.beganMs ?? 0;
  const seconds = (ms: number) => ((ms - first) / 1000).toFixed(1);
  return runs
    .map(
      (run) =>
        `${run.attempt} on ${run.machine} ${seconds(run.beganMs)}–${seconds(run.lastSignMs)} s ${run.outcome ?? 'cut off'}`,
    )
    .join(', ');
}
