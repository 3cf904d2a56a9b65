// O17: how far runs are. Their own machine shows it at once. Others get it with the next push: progress makes no push itself, and it goes with a
// beat, which otherwise adds nothing to the history (H1), every five minutes at most. Pure.

import { cutText } from '../base/cut-text.ts';
import { sameValue } from '../base/same-value.ts';
import { parseTime } from '../base/time.ts';
import { isSameRun, type ResultsDocument, type RunProgress } from '../model/orders/run.ts';

const LAST_MAX = 120;
const REFRESH_MS = 300_000;

/** The progress fit to publish. `clean` takes secrets and terminal codes out. */
export function saidProgress(progress: RunProgress, clean: (text: string) => string): RunProgress {
  const [first = ''] = clean(progress.last).split('\n');
  return { ...progress, last: cutText(first.slice(0, 4 * LAST_MAX), LAST_MAX) };
}

export function withoutProgress(results: ResultsDocument): ResultsDocument {
  return results.running.some(({ progress }) => progress !== undefined)
    ? { ...results, running: results.running.map(({ progress: _, ...run }) => run) }
    : results;
}

/** True if the published progress is so old that the next push of any kind carries the present one. */
export function isProgressDue(now: ResultsDocument, shown: ResultsDocument): boolean {
  return now.running.some((run) => {
    const said = shown.running.find((other) => isSameRun(run, other))?.progress;
    if (run.progress === undefined || sameValue(run.progress, said)) return false;
    return said === undefined || Math.abs(parseTime(run.progress.at) - parseTime(said.at)) >= REFRESH_MS;
  });
}
