// H1, H2: how often this machine beats, and when a beat is due: the heartbeat that it aims at, the one that it publishes, and which of them counts
// until a change is published.
import { parseTime } from '../base/time.ts';
import type { FleetSettings } from '../model/ledger/fleet.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { MachineView, Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import { atMostMs, isOver } from './elapsed.ts';
import { liveMachines } from './gone.ts';
import { isLeaseUsedUp, LEASE_RENEWED_AT } from './run-lease.ts';

/** H2: no default heartbeat below this, however small the fleet. */
const HEARTBEAT_MS_MIN = 60_000;
const MINUTE_MS = 60_000;
/** H2: the part of the fleet's pushes that beats may take at most. */
export const BEATS_PART = 0.5;
/** H2: how many gaps between pushes the median is taken of. */
const GAPS_MAX = 9;
/** H2: a beat is due after this part of the heartbeat: a cron job that comes a little early must not skip every other one. */
export const BEAT_SLACK = 0.8;
/** H2: a cron job that comes every 60 s measures a little more than 60 s, and does not count as slower for that. */
const LATE_SLACK = 1.25;
/** With fewer beats in a row that brought nothing else, a machine may as well have been called by hand. */
const REGULAR_BEATS_MIN = 2;
/** A lane is dated in whole seconds. */
const DATED_MS = 1000;
/** Measured push periods are published no longer than this: a laptop closed for a night must not set a lease of a day. */
const MEASURED_MS_MAX = 3_600_000;
/** Measured periods are rounded up to one of these, so that the document does not change with every cycle. */
const PERIOD_STEPS_MS = [60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, MEASURED_MS_MAX] as const;

/** What this machine aims at: the fleet's own setting, or H2's default for so many live machines. */
export function targetHeartbeatMs(fleet: FleetSettings, liveCount: number): number {
  const fairMs = MINUTE_MS / (BEATS_PART * fleet.pushesPerMinute);
  return fleet.heartbeatMs ?? Math.max(HEARTBEAT_MS_MIN, Math.round(fairMs * liveCount));
}

/** `targetHeartbeatMs` for the machines that live. `shownAt`: when the lanes were last looked at (O4). */
export function aimedHeartbeatMs(snapshot: Snapshot, state: JournalState, shownAt: Instant): number {
  return targetHeartbeatMs(snapshot.fleet, liveMachines(snapshot, state, shownAt).length);
}

/**
 * H2: the period that others may count on: the longest of the target, the period at which this machine is called (`everyMs`; 0 = not known),
 * and its measured push period.
 */
export function publishedHeartbeatMs(targetMs: number, pushGapsMs: readonly number[], everyMs: number): number {
  const sorted = [...pushGapsMs].sort((a, b) => a - b);
  const medianMs = sorted.length < 3 ? 0 : (sorted[Math.floor(sorted.length / 2)] ?? 0);
  const knownMs = Math.max(targetMs, everyMs);
  if (medianMs <= knownMs * LATE_SLACK) return knownMs;
  return PERIOD_STEPS_MS.find((stepMs) => stepMs * LATE_SLACK >= medianMs) ?? MEASURED_MS_MAX;
}

/**
 * H2: the period that a push measures if it starts now, in milliseconds. Null = it measures nothing: the push before it was of the same sync
 * (`syncedAt`: when that began), or no beat was due yet. How often a machine has something to say does not tell how long it can be silent.
 */
export function measuredGapMs(
  { accepted }: Pick<JournalState, 'accepted'>,
  now: Instant,
  { syncedAt, targetMs }: { readonly syncedAt: Instant; readonly targetMs: number },
): number | null {
  if (accepted === null || isAfter(accepted.at, syncedAt)) return null;
  const gapMs = atMostMs(accepted.at, now);
  return gapMs < targetMs * BEAT_SLACK ? null : gapMs;
}

function isAfter(one: Instant, other: Instant): boolean {
  return one.boot === other.boot && one.monotonicMs >= other.monotonicMs;
}

/** H1, O5: this lane push is known to be accepted. */
export function withAccepted(state: JournalState, { commit, at, gapMs, beat }: NonNullable<JournalState['tried']>): JournalState {
  const gaps = gapMs == null ? state.pushGapsMs : [...state.pushGapsMs, gapMs].slice(-GAPS_MAX);
  return { ...state, accepted: { commit, at, ...(beat === undefined ? {} : { beat }) }, tried: null, pushGapsMs: gaps };
}

/** The heartbeat by which the next beat is due. Others count on the published one, so a longer one counts only once it is published. */
export function standingHeartbeatMs(snapshot: Snapshot, state: JournalState, shownAt: Instant): number {
  const targetMs = aimedHeartbeatMs(snapshot, state, shownAt);
  return Math.min(targetMs, snapshot.machines.get(state.machine)?.document.heartbeatMs ?? targetMs);
}

/** H2: a longer heartbeat is told after so many of the one that others count on. With a third one this machine would be lost (O4). */
const TOLD_AFTER = 2;

/**
 * H2: milliseconds until the longer heartbeat has to be told, whatever the budget says; 0 or less = now, null = others count on no shorter one. Turns are as
 * far apart as the fleet has become large, and others go by what they were told when it was small.
 */
export function mustTellInMs(snapshot: Snapshot, state: JournalState, now: Instant, shownAt: Instant): number | null {
  const toldMs = snapshot.machines.get(state.machine)?.document.heartbeatMs;
  if (state.accepted === null || toldMs === undefined || toldMs >= aimedHeartbeatMs(snapshot, state, shownAt)) return null;
  return TOLD_AFTER * toldMs - atMostMs(state.accepted.at, now);
}

/** H1, O5: no push was accepted for `afterMs`, or a run's lease has to be renewed. */
export function isBeatDue(state: JournalState, now: Instant, afterMs: number): boolean {
  return state.accepted === null || isOver(state.accepted.at, now, afterMs) || isLeaseUsedUp(state, now, LEASE_RENEWED_AT);
}

/**
 * True of a machine that has come about once a heartbeat since its documents changed, by its own clock alone (D7): something syncs it by itself. What
 * it said more often than that does not count: somebody works there.
 */
export function comesRegularly({ document, lane }: Pick<MachineView, 'document' | 'lane'>): boolean {
  if (lane?.madeMs === undefined) return false;
  const beats = lane.beat - document.beat;
  const forMs = lane.madeMs - parseTime(document.updated);
  const dueMs = beats * document.heartbeatMs;
  return beats >= REGULAR_BEATS_MIN && forMs + DATED_MS >= dueMs * BEAT_SLACK && forMs <= dueMs * LATE_SLACK;
}
