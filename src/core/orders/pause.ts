// Whether a machine is paused: by its owner, counted on its own clocks, or by a person's word in fleet.yaml. Pure.
import { machinesIn } from '../base/counted.ts';
import { isoTime, minuteTime, parseTime } from '../base/time.ts';
import type { FleetSettings } from '../model/ledger/fleet.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Instant } from '../model/machines/instant.ts';
import { type Machines, machineLabel } from '../model/machines/machines.ts';
import type { FleetPause, LocalPause, Pause } from '../model/machines/pause.ts';
import type { Because } from '../model/orders/reason.ts';
import { because } from './reason-words.ts';

/** Null = not paused. Of several pauses the one that lasts longest. */
export function pauseOf(
  { machine, pause }: Pick<JournalState, 'machine' | 'pause'>,
  name: string,
  fleet: Pick<FleetSettings, 'paused'>,
  now: Instant,
): Pause | null {
  const local = pause === null || isOver(pause, now) ? [] : [{ until: untilOf(pause), note: pause.note }];
  const words: readonly Pause[] = [...local, ...fleetPauses(fleet.paused, machine, name, now.wallMs)];
  const [first] = words;
  if (first === undefined) return null;
  const until = words.some((word) => word.until === null)
    ? null
    : words
        .map((word) => word.until ?? '')
        .sort()
        .at(-1);
  return { until: until ?? null, note: words.find((word) => word.note !== '')?.note ?? '' };
}

/** When each pause for this machine ends that ends by itself, by its wall clock, whether or not it is over. */
export function pauseEndsAt(
  { machine, pause }: Pick<JournalState, 'machine' | 'pause'>,
  name: string,
  { paused }: Pick<FleetSettings, 'paused'>,
): readonly number[] {
  const local = pause === null ? [] : [untilOf(pause)];
  const untils = [...local, ...pausesFor(paused, machine, name).map(({ until }) => until)];
  return untils.flatMap((until) => (until === null ? [] : [parseTime(until)]));
}

/** The pauses of fleet.yaml for this machine that are not over. */
function fleetPauses(paused: readonly FleetPause[], machine: number, name: string, nowMs: number): readonly FleetPause[] {
  return pausesFor(paused, machine, name).filter(({ until }) => until === null || parseTime(until) > nowMs);
}

/** A name that two machines have pauses both, which does no harm. */
function pausesFor(paused: readonly FleetPause[], machine: number, name: string): readonly FleetPause[] {
  const names = ['fleet', String(machine), name.toLowerCase()];
  return paused.filter(({ who }) => names.includes(who));
}

/** When it ends, as the clock stood when it was said. */
export function untilOf({ at, forMs }: LocalPause): string | null {
  return forMs === null ? null : isoTime(at.wallMs + forMs);
}

/** It is over once either clock says so: one of them may stand still, or be set back. */
function isOver({ at, forMs }: LocalPause, now: Instant): boolean {
  if (forMs === null) return false;
  return now.wallMs - at.wallMs >= forMs || (now.boot === at.boot && now.monotonicMs - at.monotonicMs >= forMs);
}

/**
 * The pause as the journal keeps it. After a restart of the computer the rest is counted from the first look, so that a clock that is set back
 * later cannot make it longer. If the clock went back over the restart, nobody knows how much is over. Then half of it remains, so that it ends
 * however often that happens.
 */
export function settledPause(pause: LocalPause | null, now: Instant): LocalPause | null {
  if (pause === null || isOver(pause, now)) return null;
  if (pause.forMs === null || pause.at.boot === now.boot) return pause;
  const passedMs = now.wallMs - pause.at.wallMs;
  const leftMs = passedMs >= 0 ? pause.forMs - passedMs : Math.floor(pause.forMs / 2);
  return leftMs > 0 ? { ...pause, at: now, forMs: leftMs } : null;
}

/** The reason if all of these machines say that they are paused; else null. */
export function pausedReason(meant: readonly number[], machines: Machines): Because | null {
  if (meant.some((machine) => machines.get(machine)?.document.state !== 'PAUSED')) return null;
  const [first, second] = meant;
  if (first === undefined) return null;
  if (second !== undefined) return because.paused(machinesIn(meant), 'are paused');
  return because.paused(machineLabel(first, machines), `is ${pausedWords(machines.get(first)?.document.paused)}`);
}

/** `paused until 2026-11-20 22:30 UTC`. */
export function pausedWords(pause: Pick<Pause, 'until'> | undefined): string {
  return pause?.until == null ? 'paused' : `paused until ${minuteTime(pause.until)}`;
}
