// The count at the end: what the runs wrote down themselves, against what the board says and what each order's rules allow.
import type { OrderSeen } from './hub.ts';
import type { Job, Told } from './work.ts';

export interface Verdict {
  readonly violations: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** S4 says about a second. A last sign can be half a second old, so more than this is more than that. */
const OVERLAP_MS_MAX = 1_000;

/** `isExcused`: a kill explains that the only attempt did not end well. */
export function judge(
  jobs: readonly Job[],
  told: readonly Told[],
  orders: Readonly<Record<string, OrderSeen>>,
  isExcused: (job: Job, run: Told | undefined) => boolean,
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
      const next = runs[at + 1];
      if (run.attempt > job.attempts) wrong(`attempt ${run.attempt} of ${job.attempts}`);
      if (job.machine !== null && run.machine !== `m${job.machine}`) wrong('ran on another machine');
      if (next === undefined) continue;
      if (next.attempt === run.attempt) wrong(`DOUBLED: attempt ${run.attempt} started twice`);
      else if (run.lastSignMs - next.beganMs > OVERLAP_MS_MAX)
        wrong(`OVERLAP of ${Math.round(run.lastSignMs - next.beganMs)} ms`);
      if (next.machine !== run.machine) count('take-overs');
      else count('tried again on the same machine');
    }
    if (seen?.state === 'COMPLETED') {
      const winner = runs.find(({ attempt }) => attempt === seen.attempt);
      if (winner?.outcome !== 'end' || winner.machine !== `m${seen.machine}`)
        wrong('COMPLETED, and that attempt did not end well');
      if (runs.some(({ attempt }) => attempt > (seen.attempt ?? 0))) wrong('a higher attempt ran than the one that counts');
    } else if (seen?.state === 'FAILED') {
      const [last] = runs.slice(-1);
      if (last === undefined) count('FAILED, may have run, did not');
      if (last?.outcome === 'end') count('FAILED, ended well, and its watchdog could not say so');
      if (job.attempts === 1 && !isExcused(job, last)) wrong('LOST: failed, and nothing was killed under it');
      if (job.attempts === 3 && (seen.attempt ?? 0) < 3) wrong('LOST: failed with attempts left');
    } else wrong('LOST: no end');
  }
  for (const run of told) if (jobs.every(({ id }) => id !== run.order)) violations.push(`a run of nobody's order: ${run.order}`);
  return { violations, figures };
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
