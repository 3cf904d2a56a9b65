// When is something due on this machine without news from the remote, in milliseconds from now: what a daemon wakes for between its fetches (H3).
// What needs no fetch is pushed without one (C4a). Pure. A time too many costs a cycle without a connection.
import { parseTime } from '../base/time.ts';
import { answerInMs } from '../cycle/who-answers.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { Self } from '../model/machines/self.ts';
import { pauseEndsAt } from '../orders/pause.ts';
import { atMostMs } from '../presence/elapsed.ts';
import { liveMachines } from '../presence/gone.ts';
import { mustTellInMs, standingHeartbeatMs } from '../presence/heartbeat.ts';
import { beatAfterMs, shareOf, turnInMs } from '../presence/push-budget.ts';
import { LEASE_PRESSES_AT, leaseLeftMs, leaseOf } from '../presence/run-lease.ts';
import { budgetOver } from '../runs/spending.ts';
import { RANK_WAIT_MS } from './ranking.ts';
import { restartsAt } from './refused-starts.ts';
import { pauseMs } from './retry-delay.ts';

/** No daemon goes longer than this without a fetch, so later schedules are found in time. */
const HORIZON_MS = 600_000;

export interface Moments {
  readonly now: Instant;
  /** When the lanes were last looked at. */
  readonly shownAt: Instant;
  /** No later than what was decided last: a push may take long, and what came due meanwhile nobody has seen. */
  readonly decidedAt: Instant;
}

/**
 * The next beat (H1) and the push that renews a lease (O5), the end of pauses between attempts, between starts that fail (O9) and of a rank's wait (O3), the next
 * occurrence of each schedule (O12), the end of this machine's pauses (P1, P2) and of a budget's time (O21), the answer to people (F1).
 * Some may be 0 or less: overdue.
 */
export function nextDeadlinesMs(
  snapshot: Snapshot,
  state: JournalState,
  self: Self,
  { now, shownAt, decidedAt }: Moments,
): readonly number[] {
  const sinceMs = Math.min(decidedAt.wallMs, now.wallMs);
  const paused = [...pauseEndsAt(state, self.name, snapshot.fleet), ...restartsAt(state)];
  const times = [...minutes(snapshot, now), ...paused, ...budgetEnd(state, self, sinceMs)];
  return [
    ...beat(snapshot, state, now, shownAt),
    ...leases(state, now),
    ...turns(state, now, snapshot.machines.size),
    ...times.flatMap((atMs) => (atMs > sinceMs ? [Math.max(1, atMs - now.wallMs)] : [])),
    ...[answerInMs(state, snapshot, now, shownAt) ?? []].flat(),
  ];
}

/** In this machine's turn, and when a longer heartbeat has to be told. */
function beat(snapshot: Snapshot, state: JournalState, now: Instant, shownAt: Instant): readonly number[] {
  if (state.accepted === null) return [];
  const live = liveMachines(snapshot, state, shownAt);
  const share = shareOf(snapshot.fleet, live, state.machine);
  const dueMs = beatAfterMs(standingHeartbeatMs(snapshot, state, shownAt), share) - atMostMs(state.accepted.at, now);
  const tellMs = mustTellInMs(snapshot, state, now, shownAt);
  return [dueMs + turnInMs(share, now.wallMs + dueMs), ...(tellMs === null ? [] : [tellMs])];
}

function leases(state: JournalState, now: Instant): readonly number[] {
  return state.active.flatMap((run) => {
    const lease = leaseOf(state, run.claim);
    return lease === null ? [] : [leaseLeftMs(lease, now) - lease.forMs * (1 - LEASE_PRESSES_AT)];
  });
}

/**
 * An attempt may wait for its rank and for its pause at once; either matters here. After the last rank it waits for a slot, which is no matter
 * of time.
 */
function turns({ dueSince, machine }: JournalState, now: Instant, ranksMax: number): readonly number[] {
  return Object.entries(dueSince).flatMap(([name, since]) => {
    const passedMs = atMostMs(since, now);
    const afterFailureMs = pauseMs(runOf(name), machine);
    const ranks = Math.max(0, Math.floor((passedMs - afterFailureMs) / RANK_WAIT_MS) + 1);
    return ranks > ranksMax ? [] : [afterFailureMs + ranks * RANK_WAIT_MS - passedMs];
  });
}

/** `train/1.2`: how a claim's ref ends. */
function runOf(name: string): { order: string; generation: number; attempt: number } {
  const [, order = name, generation, attempt] = /^(.*)\/([0-9]+)\.([0-9]+)$/.exec(name) ?? [];
  return { order, generation: Number(generation ?? 1), attempt: Number(attempt ?? 1) };
}

/** Of each schedule its newest minute up to now, and the next one. */
function minutes({ orders }: Snapshot, { wallMs }: Instant): readonly number[] {
  return orders.orders.flatMap(({ schedule, cancelled }) => {
    if (schedule === null || cancelled) return [];
    let next: readonly number[] = [];
    for (let toMs = wallMs + HORIZON_MS; ; ) {
      const atMs = schedule.newestAt(toMs);
      if (atMs === null) return next;
      if (atMs <= wallMs) return [atMs, ...next];
      next = [atMs];
      toMs = atMs - 1;
    }
  });
}

/** Where what agents may cost was spent then. */
function budgetEnd({ spent = {} }: JournalState, { policy }: Self, sinceMs: number): readonly number[] {
  const over = policy.budget === undefined ? null : budgetOver(policy.budget, spent, sinceMs);
  return over === null ? [] : [parseTime(over.until)];
}
