// Says how hand-offs come into the journal, once each, and which are shown first (D9). Pure.

import { cutText } from '../../../core/base/cut-text.ts';
import type { CycleRules } from '../../../core/cycle/cycle-rules.ts';
import { HAND_OFF_LIMITS, type HandOff } from '../../../core/model/messages/hand-off.ts';
import type { StatusDocument } from '../../../core/model/status/status.ts';

/** As the journal holds it. */
export interface OwnHandOff extends HandOff {
  /** Id of the intention that it came from. */
  readonly id: string;
}

/** By machine, each machine's newest first. */
export type HandOffs = ReadonlyMap<number, readonly HandOff[]>;

/** `coord handoff`: on disk before anything else. */
interface HandOffIntention {
  readonly id: string;
  readonly recordedAt: string;
  readonly kind: 'handoff';
  readonly handOff: Omit<HandOff, 'at'>;
}

interface StatusHandOff extends Pick<HandOff, 'at' | 'project'> {
  readonly machine: number;
  /** The beginning of the next step, or of what was done. */
  readonly text: string;
}

declare module '../../../core/model/messages/mail.ts' {
  interface MailIntentions {
    readonly handoff: HandOffIntention;
  }
}

declare module '../../../core/model/ledger/journal.ts' {
  interface JournalState {
    /** Newest first; absent = none yet. */
    readonly handOffs?: readonly OwnHandOff[];
  }
}

declare module '../../../core/model/ledger/snapshot.ts' {
  interface MoreSaid {
    readonly handOffs: readonly HandOff[];
  }
}

declare module '../../../core/model/status/status.ts' {
  interface StatusDocument {
    /** The newest of each machine, newest first; absent while nobody handed anything off. */
    readonly handOffs?: readonly StatusHandOff[];
  }
}

const { kept, projectMax } = HAND_OFF_LIMITS;

export const handOffRules: CycleRules = {
  record(state, recorded) {
    const handed = recorded.filter((it) => it.kind === 'handoff');
    const known = state.handOffs ?? [];
    const handOffs = acceptHandOffs(known, handed);
    return { state: handOffs === known ? state : { ...state, handOffs }, settled: handed.map(({ id }) => id) };
  },
  takeOver: ({ handOffs = [] }, earlier) => ({ handOffs: takeOverHandOffs(handOffs, earlier.handOffs ?? []) }),
  status: ({ handOffs = new Map() }) => handOffStatus(handOffs),
};

/** Newest first, by the order in which they were recorded: no clock that was set puts one below an older one. Said again, it changes nothing. */
export function acceptHandOffs(known: readonly OwnHandOff[], recorded: readonly HandOffIntention[]): readonly OwnHandOff[] {
  const ids = new Set(known.map(({ id }) => id));
  const added = recorded.slice(-kept).flatMap(({ id, recordedAt: at, handOff }) => (ids.has(id) ? [] : [{ id, at, ...handOff }]));
  return added.length === 0 ? known : [...added.reverse(), ...known].slice(0, kept);
}

/** I2, R3: those of the lane and those of this folder. */
export function takeOverHandOffs(mine: readonly OwnHandOff[], theirs: readonly HandOff[]): readonly OwnHandOff[] {
  const added = theirs
    .filter((it) => !mine.some(({ at, done }) => at === it.at && done === it.done))
    .map((it, index) => ({ ...it, id: `lane-${it.at}-${index}` }));
  return added.length === 0 ? mine : [...mine, ...added].sort(byTime).slice(0, kept);
}

export interface PlacedHandOff extends HandOff {
  readonly machine: number;
}

/** The newest of each machine, newest first. Times of several machines are compared for people's eyes alone (D7). */
export function newestOfEach(handOffs: HandOffs): readonly PlacedHandOff[] {
  return [...handOffs].flatMap(([machine, [first]]) => (first === undefined ? [] : [{ machine, ...first }])).sort(byPlace);
}

/** The newest of each project, newest first. */
export function newestOfProjects(handOffs: HandOffs): readonly PlacedHandOff[] {
  const newest = new Map<string, PlacedHandOff>();
  for (const it of allHandOffs(handOffs)) if (!newest.has(it.project)) newest.set(it.project, it);
  return [...newest.values()];
}

/** Newest first. */
export function allHandOffs(handOffs: HandOffs): readonly PlacedHandOff[] {
  return [...handOffs].flatMap(([machine, list]) => list.map((it) => ({ machine, ...it }))).sort(byPlace);
}

const SHOWN_MAX = 5;
const TEXT_SHOWN_MAX = 160;

/** What STATUS.json says of them. */
export function handOffStatus(handOffs: HandOffs): Pick<StatusDocument, 'handOffs'> {
  const shown = newestOfEach(handOffs)
    .slice(0, SHOWN_MAX)
    .map(({ machine, at, project, done, next }) => ({ machine, at, project, text: firstWords(next ?? done) }));
  return shown.length === 0 ? {} : { handOffs: shown };
}

function firstWords(text: string): string {
  return cutText(text.replaceAll(/\s+/g, ' '), TEXT_SHOWN_MAX);
}

/** One line that no heading can be confused by; empty where nothing is left of it. */
export function projectName(given: string): string {
  const line = given.replaceAll(/[\s\p{Cc}·]+/gu, ' ').trim();
  return [...line].slice(0, projectMax).join('').trim();
}

function byTime(one: HandOff, other: HandOff): number {
  return one.at < other.at ? 1 : one.at > other.at ? -1 : 0;
}

function byPlace(one: PlacedHandOff, other: PlacedHandOff): number {
  return byTime(one, other) || one.machine - other.machine;
}
