// Converts between UTC and the local time of a zone, with the platform's own table of zones. A local time is written as the milliseconds
// that it would be in UTC. Pure.

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

export interface Zone {
  /** How far local time is ahead of UTC at that instant. */
  offsetMs(atMs: number): number;
}

const UTC: Zone = { offsetMs: () => 0 };

const zones = new Map<string, Zone | null>();
/** The platform knows some six hundred. */
const ZONES_MAX = 1_000;
/** Of one zone: about what a day of many schedules asks for, where clocks change. */
const OFFSETS_MAX = 10_000;

/** Null = the platform knows no such zone. One for all schedules that name it: what formats its times takes 50 KB. */
export function zoneOf(name: string): Zone | null {
  if (/^(utc|etc\/utc|gmt)$/i.test(name)) return UTC;
  const key = name.toLowerCase();
  const known = zones.get(key);
  if (known !== undefined) return known;
  if (zones.size >= ZONES_MAX) zones.clear();
  const zone = makeZone(name);
  zones.set(key, zone);
  return zone;
}

function makeZone(name: string): Zone | null {
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    const offsets = new Map<number, number>();
    return {
      offsetMs(atMs) {
        const known = offsets.get(atMs);
        if (known !== undefined) return known;
        if (offsets.size >= OFFSETS_MAX) offsets.clear();
        const offset = localOf(format, atMs) - Math.floor(atMs / 1000) * 1000;
        offsets.set(atMs, offset);
        return offset;
      },
    };
  } catch {
    return null;
  }
}

function localOf(format: Intl.DateTimeFormat, atMs: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(atMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return dayNumber(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000;
}

/**
 * The instants at which a day's local times are there, in order, each once. `isSteady`: as the clock on the wall shows them, so a time
 * that is shown twice is there twice, and one that is skipped is not. Else each is there once: a doubled one the first time, a
 * skipped one at the first instant after the gap.
 */
export function instantsOf(day: number, minutesOfDay: readonly number[], zone: Zone, isSteady: boolean): number[] {
  const startMs = day * DAY_MS;
  const locals = minutesOfDay.map((minute) => startMs + minute * MINUTE_MS);
  const steady = steadyOffset(day, zone);
  if (steady !== null) return locals.map((local) => local - steady);
  const [before, after] = offsetsAround(day, zone);
  const instants = locals.flatMap((local) => {
    const there = [local - before, local - after].filter((atMs) => atMs + zone.offsetMs(atMs) === local).sort((a, b) => a - b);
    if (isSteady) return there;
    const [first] = there;
    return [first ?? changeBetween(local - after, local - before, zone)];
  });
  return [...new Set(instants)].sort((a, b) => a - b);
}

/** The offset of all of a day; null = clocks change on it, or on one beside it. */
export function steadyOffset(day: number, zone: Zone): number | null {
  const [before, after] = offsetsAround(day, zone);
  return before === after ? before : null;
}

function offsetsAround(day: number, zone: Zone): readonly [before: number, after: number] {
  return [zone.offsetMs((day - 1) * DAY_MS), zone.offsetMs((day + 2) * DAY_MS)];
}

/** The first minute that has the later one's offset. */
function changeBetween(earlierMs: number, laterMs: number, zone: Zone): number {
  let [low, high] = earlierMs < laterMs ? [earlierMs, laterMs] : [laterMs, earlierMs];
  const offset = zone.offsetMs(high);
  while (high - low > MINUTE_MS) {
    const middle = Math.floor((low + high) / 2 / MINUTE_MS) * MINUTE_MS;
    if (zone.offsetMs(middle) === offset) high = middle;
    else low = middle;
  }
  return high;
}

/** Days since 1 January 1970 of a date of the Gregorian calendar. */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Sunday is 0. */
  readonly weekday: number;
  readonly daysInMonth: number;
}

/** The date of such a day number. */
export function calendarDay(number: number): CalendarDay {
  const shifted = number + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const daysInMonth = dayNumber(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - dayNumber(year, month, 1);
  return { year, month, day, weekday: (((number + 4) % 7) + 7) % 7, daysInMonth };
}
