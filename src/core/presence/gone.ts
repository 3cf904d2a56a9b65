// When is a machine gone: it has left, was never there, or is lost, because its lane stood still for a lease by this machine's own clocks (O4, D7),
// or because others say so (F2). Taking work over asks isMachineGone, what is shown to people isDeclaredLost. It does not tell why a lane stands still: a closed laptop and a burnt disk look the same from here.
import { COUNTER_MAX } from '../base/counter.ts';
import type { FleetSettings } from '../model/ledger/fleet.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { MachineDocument } from '../model/machines/machine.ts';
import { isOver, observedMs } from './elapsed.ts';

/** O4: an answered look after this long without one starts all observations anew. Machines that were cut off too are back within two minutes (H3). */
const OUTAGE_MS = 60_000;
/** O4: a lane is lost after this many of its own published heartbeats. */
export const HEARTBEATS_PER_LEASE = 3;

/** O4: the state after a look. While no look was answered, no lane could be seen to move, so standing still meant nothing. */
export function afterLook(state: JournalState, isAnswered: boolean, now: Instant): JournalState {
  const { unheardSince } = state;
  if (!isAnswered) return unheardSince === null ? { ...state, unheardSince: now } : state;
  if (unheardSince === null) return state;
  if (!isOver(unheardSince, now, OUTAGE_MS)) return { ...state, unheardSince: null };
  const observed = Object.fromEntries(Object.entries(state.observed).map(([machine, seen]) => [machine, { ...seen, at: now }]));
  return { ...state, unheardSince: null, observed };
}

/** The lease: how long others wait for this machine's lane to move. */
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

/**
 * It has left, is lost, or was never there: its claims and runs do not end by themselves (O4). `fetchedAt`: the last look that was answered; null =
 * none was, and only who said LEFT is gone. Never true about itself.
 */
export function isMachineGone(
  machine: number,
  snapshot: Snapshot,
  state: JournalState,
  fetchedAt: Instant | null,
  atLeastMs: number,
): boolean {
  if (machine === state.machine) return false;
  const view = snapshot.machines.get(machine);
  if (view?.document.state === 'LEFT') return true;
  if (fetchedAt === null) return false;
  return view === undefined ? !snapshot.lanes.has(machine) : isLost(machine, snapshot, state, fetchedAt, atLeastMs);
}

/** Machines with a lane that have not left and are not lost, lowest first, this one included. */
export function liveMachines(snapshot: Snapshot, state: JournalState, now: Instant): readonly number[] {
  const live = [...snapshot.machines.values()]
    .filter((view) => view.lane !== null && view.document.state !== 'LEFT')
    .map((view) => view.document.machine)
    .filter((machine) => !isLost(machine, snapshot, state, now));
  return [...new Set([...live, state.machine])].sort((a, b) => a - b);
}

type Speakers = ReadonlyMap<number, { readonly document: Pick<MachineDocument, 'lost'> }>;

/** Each made once, because it is asked for each machine of each order. The maps never change, so remembering is invisible (C1). */
const lostBeats = new WeakMap<Speakers, ReadonlyMap<number, number>>();

/** F2: the highest beat with which another machine calls this one lost; -1 when none does. */
export function highestLostBeat(machine: number, machines: Speakers): number {
  const known = lostBeats.get(machines) ?? highestLostBeats(machines);
  lostBeats.set(machines, known);
  return known.get(machine) ?? -1;
}

function highestLostBeats(machines: Speakers): ReadonlyMap<number, number> {
  const highest = new Map<number, number>();
  for (const [other, { document }] of machines) {
    for (const [name, beat] of Object.entries(document.lost)) {
      const machine = Number(name);
      if (other !== machine && beat <= COUNTER_MAX) highest.set(machine, Math.max(beat, highest.get(machine) ?? -1));
    }
  }
  return highest;
}

/** F2: another machine calls this one lost, and its beat is not above the one that was seen. */
export function isReportedLost(machine: number, beat: number, machines: Speakers): boolean {
  return highestLostBeat(machine, machines) >= beat;
}

/** From documents alone: it has left, another machine calls it lost, or there is no such machine. */
export function isDeclaredLost(
  machine: number,
  machines: ReadonlyMap<number, { readonly document: Pick<MachineDocument, 'state' | 'beat' | 'lost'> }>,
): boolean {
  const document = machines.get(machine)?.document;
  return document === undefined || document.state === 'LEFT' || isReportedLost(machine, document.beat, machines);
}
