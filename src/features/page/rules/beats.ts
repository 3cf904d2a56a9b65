// What the page remembers of machines, because no document does: when each was heard, and how busy it said it was. Pure.
import type { Usage } from '../../../core/model/machines/usage.ts';

/** Of one machine, the newest last. */
export interface History {
  /** When its lane was seen to move, by the clock here; milliseconds. */
  readonly heard: readonly number[];
  readonly usage: readonly (Usage & { readonly atMs: number })[];
}

/** Answer of `page/history`. */
export interface Histories {
  /** Since when it is remembered: the daemon here began then. */
  readonly sinceMs: number;
  readonly machines: Readonly<Record<string, History & { readonly periodMs: number }>>;
}

/** What is remembered of each. */
export const REMEMBERED_MAX = 60;
/** Of a bar: each is a heartbeat. */
export const BEATS = 30;

export type Beat = 'heard' | 'missed' | 'unknown';

/** With what was seen now, if it is new; the same object otherwise. */
export function withSight(history: History | undefined, heardMs: number | null, usage: Usage | null, atMs: number): History {
  const before = history ?? { heard: [], usage: [] };
  const isHeard = heardMs !== null && heardMs > (before.heard.at(-1) ?? Number.NEGATIVE_INFINITY);
  const last = before.usage.at(-1);
  const isNews =
    usage !== null && (isHeard || last === undefined) && (usage.cpu !== last?.cpu || usage.memory !== last.memory || isHeard);
  if (!isHeard && !isNews && history !== undefined) return history;
  return {
    heard: isHeard ? [...before.heard, heardMs].slice(-REMEMBERED_MAX) : before.heard,
    usage: isNews ? [...before.usage, { ...usage, atMs }].slice(-REMEMBERED_MAX) : before.usage,
  };
}

/** The last heartbeats of a machine, the newest last: in which of them it was heard. */
export function beatsOf(
  { heard, periodMs }: { readonly heard: readonly number[]; readonly periodMs: number },
  sinceMs: number,
  nowMs: number,
): readonly Beat[] {
  return Array.from({ length: BEATS }, (_, index): Beat => {
    const fromMs = nowMs - (BEATS - index) * periodMs;
    const toMs = fromMs + periodMs;
    if (heard.some((at) => at > fromMs && at <= toMs)) return 'heard';
    // The newest has not ended yet, and one that began before the daemon did says nothing.
    if (index === BEATS - 1 || fromMs < Math.max(sinceMs, heard[0] ?? Number.POSITIVE_INFINITY)) return 'unknown';
    return 'missed';
  });
}

export function beatWords(beats: readonly Beat[]): string {
  const known = beats.filter((beat) => beat !== 'unknown');
  const missed = known.filter((beat) => beat === 'missed').length;
  if (known.length === 0) return 'no heartbeats known yet';
  return missed === 0
    ? `heard in each of the last ${known.length} heartbeats`
    : `missed ${missed} of the last ${known.length} heartbeats`;
}

/** A line through the samples, in a box of this size; empty for fewer than two. */
export function linePath(
  samples: readonly { readonly atMs: number; readonly share: number }[],
  width: number,
  height: number,
): string {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return '';
  const x = (atMs: number) => ((atMs - first.atMs) / (last.atMs - first.atMs)) * width;
  const y = (share: number) => height - Math.min(1, Math.max(0, share)) * height;
  return samples.map(({ atMs, share }, at) => `${at === 0 ? 'M' : 'L'}${x(atMs).toFixed(1)} ${y(share).toFixed(1)}`).join('');
}
