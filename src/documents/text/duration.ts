// Lengths of time as people write them: `90s`, `2h`, `1h30m`, `500ms`, `7d`; a bare number is seconds.
// parseDuration(formatDuration(ms)) = ms for every whole number of milliseconds from 0.

/** Matches what `parseDuration` reads from a string; also in the published schema. */
export const DURATION_PATTERN = /^(?=\d)(?:(\d{1,12})d)?(?:(\d{1,12})h)?(?:(\d{1,12})m)?(?:(\d{1,12})s)?(?:(\d{1,16})ms)?$/;

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** Reads a length in milliseconds; null for anything else than a number of seconds or units in falling order. */
export function parseDuration(written: string | number): number | null {
  if (typeof written === 'number') return countable(Math.round(written * 1000));
  const match = DURATION_PATTERN.exec(written.trim());
  if (match === null) return null;
  return countable(UNITS.reduce((sum, [, unitMs], index) => sum + Number(match[index + 1] ?? 0) * unitMs, 0));
}

/** Writes a length in the largest units that fit: 5,400,000 → `1h30m`, 0 → `0s`. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.round(ms));
  let text = '';
  for (const [unit, unitMs] of UNITS) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}

function countable(ms: number): number | null {
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : null;
}
