// What the page remembers of machines, because no document does: their heartbeats, and how busy they said they were. Pure.
// This machine looks at the hub less often than others beat, where nothing goes on: so a heartbeat counts as missed only where a lane was
// seen to stand still for longer than that, never because nobody looked.
import type { Usage } from '../../../core/model/machines/usage.ts';

export interface Beat {
  /** `gap`: nobody looked here, so nothing is known. */
  readonly kind: 'heard' | 'missed' | 'gap';
  /** By the clock here, milliseconds. */
  readonly atMs: number;
}

export type UsageSample = Usage & { readonly atMs: number };

/** Of one machine, the newest last. */
export interface History {
  readonly beats: readonly Beat[];
  /** A new one where it said something else. */
  readonly usage: readonly UsageSample[];
  /** When its lane was seen to move last; null = it never was. */
  readonly heardMs: number | null;
  /** When it was looked at last. */
  readonly lookedMs: number;
  /** How many of `beats` were missed since it was heard. */
  readonly missed: number;
  /** Of its heartbeat, as it said last. */
  readonly periodMs: number;
}

/** Answer of `page/history`. */
export interface Histories {
  /** Since when it is remembered: the daemon here began then. */
  readonly sinceMs: number;
  readonly machines: Readonly<Record<string, Pick<History, 'beats' | 'usage' | 'periodMs'>>>;
}

/** A look at the hub that was answered. */
export interface Look {
  readonly atMs: number;
  readonly heardMs: number | null;
  /** Of its heartbeat. */
  readonly periodMs: number;
  readonly usage: Usage | null;
}

/** What is remembered of each. */
export const REMEMBERED_MAX = 60;
/** Of a bar. */
export const BEATS = 30;
/** What comes a little late is not missed. */
const LATE = 0.4;
/** What is later than that is overdue, and said to be: by the looks here, so that nothing is where nobody looked. */
const OVERDUE = 0.25;
/** Nobody waits so long between two looks. */
const GAP_MS = 600_000;
const SET_BACK_MS = 60_000;

/** The same object where the look shows nothing new. */
export function withLook(history: History | undefined, look: Look): History {
  // A clock that was set back makes all that was noted wrong.
  const known = history !== undefined && look.atMs > history.lookedMs - SET_BACK_MS ? history : undefined;
  if (known !== undefined && look.atMs <= known.lookedMs) return known;
  const before = known ?? { beats: [], usage: [], heardMs: null, lookedMs: look.atMs, missed: 0, periodMs: look.periodMs };
  const { beats, missed } = withBeat(before, look);
  return {
    beats: beats.slice(-REMEMBERED_MAX),
    usage: withUsage(before.usage, look),
    heardMs: look.heardMs,
    lookedMs: look.atMs,
    missed,
    periodMs: look.periodMs,
  };
}

interface LastSeen {
  /** When it was heard last; NaN = it never was. */
  readonly heardMs: number;
  /** The last look at the hub that was answered; NaN = none was. */
  readonly lookedMs: number;
  readonly periodMs: number;
}

/** The time of its heartbeat is over, and it has not come. It may be late, or gone: that it is lost, its lease says (O4). */
export function isOverdue({ heardMs, lookedMs, periodMs }: LastSeen): boolean {
  return lookedMs - heardMs >= periodMs * (1 + OVERDUE);
}

function withBeat({ beats, heardMs, lookedMs, missed }: History, look: Look): Pick<History, 'beats' | 'missed'> {
  const { atMs, periodMs } = look;
  if (look.heardMs === null) return { beats, missed };
  if (heardMs === null || look.heardMs > heardMs) {
    const last = beats.at(-1);
    // It has more to say than heartbeats: what comes within one is one.
    if (last?.kind === 'heard' && look.heardMs - last.atMs < periodMs / 2) return { beats, missed: 0 };
    const isGap = beats.length > 0 && atMs - lookedMs > Math.max(GAP_MS, 2 * periodMs);
    const gap: readonly Beat[] = isGap ? [{ kind: 'gap', atMs: lookedMs }] : [];
    return { beats: [...beats, ...gap, { kind: 'heard', atMs: look.heardMs }], missed: 0 };
  }
  const silent = Math.floor((atMs - heardMs) / periodMs + LATE) - 1;
  const from = Math.max(missed, silent - REMEMBERED_MAX);
  const fresh = Array.from({ length: Math.max(0, silent - from) }, (_, at): Beat => {
    return { kind: 'missed', atMs: heardMs + (from + at + 1) * periodMs };
  });
  return { beats: [...beats, ...fresh], missed: Math.max(missed, silent) };
}

function withUsage(samples: readonly UsageSample[], { usage, atMs }: Look): readonly UsageSample[] {
  const last = samples.at(-1);
  if (usage === null || (last?.cpu === usage.cpu && last.memory === usage.memory)) return samples;
  return [...samples, { cpu: usage.cpu, memory: usage.memory, atMs }].slice(-REMEMBERED_MAX);
}

export function beatWords(beats: readonly Beat[]): string {
  const known = beats.filter(({ kind }) => kind !== 'gap');
  const missed = known.filter(({ kind }) => kind === 'missed').length;
  if (known.length === 0) return 'no heartbeats known yet';
  if (missed === known.length) return `missed ${counted(missed)}`;
  return missed === 0 ? `heard each time, ${counted(known.length)}` : `missed ${missed} of the last ${counted(known.length)}`;
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'heartbeat' : 'heartbeats'}`;
}

/** A line of steps from the left to the right end of a box of this size: what was said holds until something else is. Empty for no sample. */
export function stepPath(
  samples: readonly { readonly atMs: number; readonly share: number }[],
  {
    sinceMs,
    nowMs,
    width,
    height,
  }: { readonly sinceMs: number; readonly nowMs: number; readonly width: number; readonly height: number },
): string {
  const [first] = samples;
  if (first === undefined) return '';
  const lengthMs = Math.max(1, nowMs - sinceMs);
  const x = (atMs: number) => (Math.min(1, Math.max(0, (atMs - sinceMs) / lengthMs)) * width).toFixed(1);
  const y = (share: number) => (height - Math.min(1, Math.max(0, share)) * height).toFixed(1);
  const steps = samples.slice(1).map(({ atMs, share }) => `H${x(atMs)}V${y(share)}`);
  return `M${x(first.atMs)} ${y(first.share)}${steps.join('')}H${width}`;
}
