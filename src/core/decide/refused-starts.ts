// Runs that this computer could not start, as with no memory for a watchdog: each is tried again after a pause that grows (O9.10). Pure.
import { isoTime, minuteTime } from '../base/time.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Instant } from '../model/machines/instant.ts';
import { claimName } from '../model/orders/claim.ts';
import type { Because } from '../model/orders/reason.ts';
import type { RunName } from '../model/orders/run.ts';
import { because } from '../orders/reason-words.ts';
import { isOver } from '../presence/elapsed.ts';
import { grownPauseMs, PAUSE_MS_MAX } from './retry-delay.ts';

/** Without one that nobody has tried again for so long: its order is gone, or ran elsewhere. */
const FORGOTTEN_MS = 2 * PAUSE_MS_MAX;

type Starts = Pick<JournalState, 'startsRefused'>;

export function withStartRefused<S extends Starts>(state: S, run: RunName, detail: string, at: Instant): S {
  const { startsRefused = {} } = state;
  const recent = Object.entries(startsRefused).filter(([, refused]) => !isOver(refused.at, at, FORGOTTEN_MS));
  const times = (startsRefused[claimName(run)]?.times ?? 0) + 1;
  return { ...state, startsRefused: { ...Object.fromEntries(recent), [claimName(run)]: { times, at, detail } } };
}

export function withStarted<S extends Starts>(state: S, run: RunName): S {
  const { startsRefused: { [claimName(run)]: _, ...others } = {}, ...rest } = state;
  return { ...rest, ...(Object.keys(others).length === 0 ? {} : { startsRefused: others }) } as S;
}

/** Null = it may be tried. */
export function whyNoStart({ startsRefused = {} }: Starts, run: RunName, now: Instant): Because | null {
  const refused = startsRefused[claimName(run)];
  if (refused === undefined) return null;
  const pauseMs = grownPauseMs(refused.times);
  return isOver(refused.at, now, pauseMs)
    ? null
    : because.startFailed(refused.detail, minuteTime(isoTime(refused.at.wallMs + pauseMs)));
}

/** When each pause is over, in epoch milliseconds. */
export function restartsAt({ startsRefused = {} }: Starts): readonly number[] {
  return Object.values(startsRefused).map(({ times, at }) => at.wallMs + grownPauseMs(times));
}
