// How a command that waits learns that something happens here before its next look at the remote.
import { nextDeadlinesMs } from '../../core/decide/next-deadlines.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import type { CycleOutcome } from '../../machine/outcome.ts';
import type { Runner } from '../../ports.ts';

/** Resolves when one of the runs here has ended (true); when something else is due here, or after the time, before that (false). */
export type NextHere = (mostMs: number, giveUp?: AbortSignal) => Promise<boolean>;

/** `dueMs`: absent = nobody knows what is due. */
export function nextHere(
  runner: Pick<Runner, 'untilOneEnds'>,
  running: readonly string[],
  dueMs = Number.POSITIVE_INFINITY,
): NextHere {
  return (mostMs, giveUp) => runner.untilOneEnds(running, Math.min(mostMs, dueMs), giveUp);
}

/** What was due before now the last cycle could not do. */
export function dueInMs({ seen, state, self }: CycleOutcome, now: Instant): number {
  if (seen === null) return Number.POSITIVE_INFINITY;
  const dues = nextDeadlinesMs(seen.snapshot, state, self, { now, shownAt: seen.now, decidedAt: seen.now });
  return Math.min(...dues.filter((ms) => ms > 0));
}
