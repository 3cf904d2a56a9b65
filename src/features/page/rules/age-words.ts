// How long ago something was, in a few words with their unit. Pure.
import { parseTime } from '../../../core/base/time.ts';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** `12 s ago`; what is to come, `in 3 min`. */
export function ageWords(iso: string, nowMs: number): string {
  const ms = nowMs - parseTime(iso);
  if (Number.isNaN(ms)) return 'at an unknown time';
  const words = lengthWords(Math.abs(ms));
  return ms < -1_000 ? `in ${words}` : ms < 5_000 ? 'just now' : `${words} ago`;
}

const LETTERS: Readonly<Record<string, string>> = { s: 's', m: 'min', h: 'h', d: 'd' };

/** From so many seconds on, minutes are shorter. */
const SECONDS_MAX = 120;

/** As a machine says its heartbeat: `60s` is `60 s`, `5m` is `5 min`, `4000s` is `67 min`; other words stay. */
export function paceWords(word: string): string {
  const [, count, letter = ''] = /^(\d+)([smhd])$/.exec(word) ?? [];
  if (count === undefined) return word;
  if (letter === 's' && Number(count) > SECONDS_MAX) return `${Math.round(Number(count) / 60)} min`;
  return `${count} ${LETTERS[letter]}`;
}

/** `45 s`, `12 min`, `3 h`, `2 d`. */
export function lengthWords(ms: number): string {
  for (const [unit, size] of UNITS) if (ms >= size) return `${Math.floor(ms / size)} ${unit}`;
  return `${Math.max(0, Math.floor(ms / 1_000))} s`;
}
