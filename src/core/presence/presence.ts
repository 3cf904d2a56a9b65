// Who is there, judged by lanes that move or stand still on this machine's own clocks (O4, D7). Nobody else's time counts.
// Says nothing about why a lane stands still: an idle laptop lid and a burnt disk look the same from here.
import type { FleetSettings } from '../model/ledger/fleet.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { MachineDocument } from '../model/machines/machine.ts';

/** Monotonic and wall time that move apart by more than this void an observation (O4). */
export const CLOCK_DRIFT_MS_MAX = 30_000;
/** H2: no default heartbeat below this, however small the fleet. */
const HEARTBEAT_MS_MIN = 60_000;
const MINUTE_MS = 60_000;
/** H2: of what the fleet may push, beats take this part at most. */
export const BEATS_PART = 0.5;
/** O4: a look that was answered after so long without one begins all observations anew: those that were cut off too come back within two minutes (H3). */
const OUTAGE_MS = 60_000;
/** O4: a lane is lost after this many of its own published heartbeats. */
export const HEARTBEATS_PER_LEASE = 3;
/** H2: the median of so many gaps between pushes. */
const GAPS_MAX = 9;
/** H2: a beat is due after this part of the heartbeat: a cron job that comes a little early must not skip every other one. */
export const BEAT_SLACK = 0.8;
/** H2: a cron job that comes every 60 s measures a little more than 60 s, and does not count as slower for that. */
const LATE_SLACK = 1.25;
/** Measured push periods are published no longer than this: a laptop closed for a night must not set a lease of a day. */
const MEASURED_MS_MAX = 3_600_000;
/** Measured periods are rounded up to one of these, so that the document does not change with every cycle. */
const PERIOD_STEPS_MS = [60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, MEASURED_MS_MAX] as const;

/**
 * Milliseconds from one instant to a later one, by the monotonic clock. Null where they cannot be compared: another boot, or
 * clocks that moved apart (O4).
 */
export function observedMs(from: Instant, to: Instant): number | null {
  if (from.boot !== to.boot) return null;
  const monotonicMs = to.monotonicMs - from.monotonicMs;
  const wallMs = to.wallMs - from.wallMs;
  return monotonicMs < 0 || Math.abs(monotonicMs - wallMs) > CLOCK_DRIFT_MS_MAX ? null : monotonicMs;
}

/** O4: the state after a look. While none was answered, no lane could be seen to move; that it did not says nothing. */
export function afterLook(state: JournalState, isAnswered: boolean, now: Instant): JournalState {
  const { unheardSince } = state;
  if (!isAnswered) return unheardSince === null ? { ...state, unheardSince: now } : state;
  if (unheardSince === null) return state;
  if (!isOver(unheardSince, now, OUTAGE_MS)) return { ...state, unheardSince: null };
  const observed = Object.fromEntries(Object.entries(state.observed).map(([machine, seen]) => [machine, { ...seen, at: now }]));
  return { ...state, unheardSince: null, observed };
}

/** Milliseconds that may have passed, by whichever clock says more; across boots by the wall clock alone. */
export function atMostMs(from: Instant, to: Instant): number {
  const wallMs = to.wallMs - from.wallMs;
  return Math.max(0, wallMs, from.boot === to.boot ? to.monotonicMs - from.monotonicMs : 0);
}

/** True when so much time may have passed. A new start of the computer counts as enough: its old times may be anything. */
export function isOver(from: Instant, to: Instant, ms: number): boolean {
  return from.boot !== to.boot || atMostMs(from, to) >= ms;
}

/** How long an unmoving lane of this machine is waited for. */
export function leaseMs(fleet: FleetSettings, machine: Pick<MachineDocument, 'heartbeatMs'>): number {
  return Math.max(fleet.leaseMs ?? 0, HEARTBEATS_PER_LEASE * machine.heartbeatMs);
}

/** True when this machine has watched the lane stand still for its whole lease, or for `atLeastMs` if that is longer. Never true about itself. */
export function isLost(machine: number, snapshot: Snapshot, state: JournalState, now: Instant, atLeastMs = 0): boolean {
  const view = snapshot.machines.get(machine);
  const seen = state.observed[machine];
  if (view?.lane == null || seen === undefined || machine === state.machine || view.document.state === 'LEFT') return false;
  const stillMs = seen.commit === view.lane.commit ? observedMs(seen.at, now) : 0;
  return stillMs !== null && stillMs >= Math.max(atLeastMs, leaseMs(snapshot.fleet, view.document));
}

/** Machines with a lane that have not left and are not lost, lowest first, this one included. */
export function liveMachines(snapshot: Snapshot, state: JournalState, now: Instant): readonly number[] {
  const live = [...snapshot.machines.values()]
    .filter((view) => view.lane !== null && view.document.state !== 'LEFT')
    .map((view) => view.document.machine)
    .filter((machine) => !isLost(machine, snapshot, state, now));
  return [...new Set([...live, state.machine])].sort((a, b) => a - b);
}

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
 * H2: the period that others may count on: the target, or what this machine is known (`everyMs`: it is called this often; 0 = nobody
 * knows) or was measured to take, if that is longer.
 */
export function publishedHeartbeatMs(targetMs: number, pushGapsMs: readonly number[], everyMs = 0): number {
  const sorted = [...pushGapsMs].sort((a, b) => a - b);
  const medianMs = sorted.length < 3 ? 0 : (sorted[Math.floor(sorted.length / 2)] ?? 0);
  const knownMs = Math.max(targetMs, everyMs);
  if (medianMs <= knownMs * LATE_SLACK) return knownMs;
  return PERIOD_STEPS_MS.find((stepMs) => stepMs * LATE_SLACK >= medianMs) ?? MEASURED_MS_MAX;
}

/**
 * H2: what a push that starts now measures of this machine's period, in milliseconds; null = nothing: the one before it was of the
 * same sync (`syncedAt`: when that began), or no beat was due yet. How often a machine has something to say tells nothing of how long it
 * can be silent.
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
export function withAccepted(state: JournalState, { commit, at, gapMs }: NonNullable<JournalState['tried']>): JournalState {
  const gaps = gapMs == null ? state.pushGapsMs : [...state.pushGapsMs, gapMs].slice(-GAPS_MAX);
  return { ...state, accepted: { commit, at }, tried: null, pushGapsMs: gaps };
}

type Speakers = ReadonlyMap<number, { readonly document: Pick<MachineDocument, 'lost'> }>;

/** A beat that no lane reaches: 30,000 years of a beat a second. A statement beyond it is a slip and is not answered. */
const BEAT_MAX = 1e12;

/** F2: the highest beat with which another machine calls this one lost; -1 when none does. */
export function highestLostBeat(machine: number, machines: Speakers): number {
  let highest = -1;
  for (const [other, { document }] of machines) {
    const beat = document.lost[machine] ?? -1;
    if (other !== machine && beat <= BEAT_MAX) highest = Math.max(highest, beat);
  }
  return highest;
}

/** F2: somebody calls this machine lost, and its beat has not passed the one that was seen last. */
export function isStatedLost(machine: number, beat: number, machines: Speakers): boolean {
  return highestLostBeat(machine, machines) >= beat;
}

/** From documents alone: it has left, or somebody calls it lost, or nobody knows it. */
export function isAway(
  machine: number,
  machines: ReadonlyMap<number, { readonly document: Pick<MachineDocument, 'state' | 'beat' | 'lost'> }>,
): boolean {
  const document = machines.get(machine)?.document;
  return document === undefined || document.state === 'LEFT' || isStatedLost(machine, document.beat, machines);
}
