// Says when a schedule is due: five cron fields in a time zone. node-cron parses the line. The minutes are computed here, because node-cron
// only looks forward, and wants both day and weekday to match where cron takes either. Pure: the time is passed in.
import { validateDetailed } from 'node-cron';
import {
  type CalendarDay,
  calendarDay,
  DAY_MS,
  dayNumber,
  instantsOf,
  MINUTE_MS,
  steadyOffset,
  type Zone,
  zoneOf,
} from './local-time.ts';

/** How far back and ahead a due minute is looked for; older ones are not run any more. */
const SEARCH_DAYS = 400;
const SEARCH_AHEAD_DAYS = 9 * 366;

export interface CronTimes {
  /** The newest minute that is due, at or before this instant; null = none in the last `SEARCH_DAYS`. */
  newestAt(nowMs: number): number | null;
  /** The next one after this instant. */
  nextAfter(nowMs: number): number | null;
}

/** What is wrong with a schedule, and with which of its two fields. */
export interface CronFault {
  readonly field: 'schedule' | 'timezone';
  readonly expected: string;
}

interface Line {
  /** Ascending, as are `ofHour`: together they are the minutes of its days, which are a thousand times as long as the line. */
  readonly hours: readonly number[];
  readonly ofHour: readonly number[];
  /** Every hour: what comes goes by the clock on the wall, as cron has it. */
  readonly isSteady: boolean;
  readonly months: ReadonlySet<number>;
  isDay(day: CalendarDay): boolean;
}

const times = new Map<string, CronTimes | CronFault>();
/** As many as ORDERS.json may list. */
const REMEMBERED_MAX = 10_000;

/** The same line and zone give the same object (they are read once). */
export function cronTimes(line: string, timezone: string): CronTimes | CronFault {
  const key = `${timezone}\n${line}`;
  const known = times.get(key);
  if (known !== undefined) return known;
  if (times.size >= REMEMBERED_MAX) times.clear();
  const made = makeTimes(line, timezone);
  times.set(key, made);
  return made;
}

function makeTimes(written: string, timezone: string): CronTimes | CronFault {
  const zone = zoneOf(timezone);
  if (zone === null) return { field: 'timezone', expected: 'a time zone such as "Europe/Berlin"' };
  const line = lineOf(written);
  if (line === null) return { field: 'schedule', expected: 'five cron fields such as "0 3 * * *"' };
  if (!comes(line)) return { field: 'schedule', expected: 'a time that comes; this one never comes' };
  const before = lastDayBefore(line);
  return { newestAt: (nowMs) => newestAt(line, zone, nowMs, before), nextAfter: (nowMs) => nextAfter(line, zone, nowMs) };
}

/**
 * What a part of a field may be. node-cron lists all numbers of a range before it looks at how large they are, and puts a number wherever
 * it finds a name or a star: no text may make a long number of it, or the process ends.
 */
const NAME =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?' +
  '|(?:sun|mon|tues|wednes|thurs|fri|satur)day|sun|mon|tue|wed|thu|fri|sat';
const VALUE = `(?:\\d{1,2}|${NAME})`;
const PART = new RegExp(
  `^(?:(?:[*?]|${VALUE}(?:-${VALUE})?)(?:/\\d{1,3})?|L(?:-\\d{1,2})?|(?:L|\\d{1,2})W|${VALUE}(?:#\\d|L))$`,
  'i',
);

/** Null = no cron line. */
function lineOf(written: string): Line | null {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = written.trim().split(/\s+/);
  if (weekday === '' || more.length > 0) return null;
  if (![minute, hour, day, month, weekday].every((field) => field.split(',').every((part) => PART.test(part)))) return null;
  // Read apart: together, node-cron refuses days that the month does not have, though the weekday may still come.
  const days = validateDetailed(`${minute} ${hour} ${day} * ${weekday}`).fields;
  const months = validateDetailed(`0 0 * ${month} *`).fields;
  if (days === undefined || months === undefined) return null;
  const ascending = (list: readonly number[]) => [...new Set(list)].sort((a, b) => a - b);
  const [hours, ofHour] = [ascending(days.hour), ascending(days.minute)];
  const isOfMonth = dayTest(days.dayOfMonth);
  const isOfWeek = dayTest(days.dayOfWeek, true);
  // As cron has it: where both say something, one of them is enough.
  const isOpen = (field: string) => field.startsWith('*') || field === '?';
  const isEither = !isOpen(day) && !isOpen(weekday);
  const isDay = (it: CalendarDay) => (isEither ? isOfMonth(it) || isOfWeek(it) : isOfMonth(it) && isOfWeek(it));
  return { hours, ofHour, isSteady: hours.length === 24, months: new Set(months.month), isDay };
}

function dayTest(field: readonly (number | string)[], isWeekday = false): (day: CalendarDay) => boolean {
  const numbers = new Set(field.filter((it) => typeof it === 'number'));
  const words = field.filter((it) => typeof it === 'string');
  return (day) =>
    numbers.has(isWeekday ? day.weekday : day.day) || words.some((word) => (isWeekday ? ofWeek : ofMonth)(word, day));
}

/** node-cron's `L`, `L-2`, `15W` and `LW`: the last day, two before it, the working day that is nearest. */
function ofMonth(word: string, { year, month, day, daysInMonth }: CalendarDay): boolean {
  const [, back] = /^L(?:-(\d+))?$/.exec(word) ?? [];
  if (word.startsWith('L') && !word.endsWith('W')) return day === daysInMonth - Number(back ?? 0);
  const [, near] = /^(L|\d+)W$/.exec(word) ?? [];
  if (near === undefined) return false;
  const target = near === 'L' ? daysInMonth : Number(near);
  if (target > daysInMonth) return false;
  const { weekday } = calendarDay(dayNumber(year, month, target));
  const shift = weekday === 6 ? (target === 1 ? 2 : -1) : weekday === 0 ? (target === daysInMonth ? -2 : 1) : 0;
  return day === target + shift;
}

/** node-cron's `5#1` and `5L`: the first Friday of the month, and its last. */
function ofWeek(word: string, { day, weekday, daysInMonth }: CalendarDay): boolean {
  const [, which, nth] = /^([0-7])(?:#([1-5])|L)$/.exec(word) ?? [];
  if (which === undefined || Number(which) % 7 !== weekday) return false;
  return nth === undefined ? day + 7 > daysInMonth : Math.ceil(day / 7) === Number(nth);
}

function matches(line: Line, day: number): boolean {
  const date = dateOf(day);
  return line.months.has(date.month) && line.isDay(date);
}

/** One of each kind: in 28 years every date has been on every weekday. */
let kindsOfDays: readonly CalendarDay[] | null = null;

function comes(line: Line): boolean {
  kindsOfDays ??= makeKindsOfDays();
  return kindsOfDays.some((date) => line.months.has(date.month) && line.isDay(date));
}

function makeKindsOfDays(): readonly CalendarDay[] {
  const kinds = new Map<string, CalendarDay>();
  const first = dayNumber(2000, 1, 1);
  for (let day = first; day < first + 28 * 366; day += 1) {
    const date = calendarDay(day);
    const kind = `${date.month} ${date.day} ${date.weekday} ${date.daysInMonth}`;
    if (!kinds.has(kind)) kinds.set(kind, date);
  }
  return [...kinds.values()];
}

const dates = new Map<number, CalendarDay>();
const DATES_MAX = 5_000;

/** The same days are asked about for every schedule. */
function dateOf(day: number): CalendarDay {
  const known = dates.get(day);
  if (known !== undefined) return known;
  if (dates.size >= DATES_MAX) dates.clear();
  const date = calendarDay(day);
  dates.set(day, date);
  return date;
}

/** The last day of the line before a day, `SEARCH_DAYS` back at most; looked for once a day, not at each look. */
function lastDayBefore(line: Line): (day: number) => number | null {
  let known: { readonly before: number; readonly day: number | null } | null = null;
  return (before) => {
    if (known?.before === before) return known.day;
    let day = before - 1;
    while (day > before - SEARCH_DAYS && !matches(line, day)) day -= 1;
    known = { before, day: day > before - SEARCH_DAYS ? day : null };
    return known.day;
  };
}

function newestAt(line: Line, zone: Zone, nowMs: number, before: (day: number) => number | null): number | null {
  const today = dayOf(nowMs, zone);
  const newestOf = (day: number) => newestInDay(line, zone, day, nowMs);
  // A day may begin before its name: where clocks go back over midnight.
  for (const day of [today + 1, today]) {
    const newest = matches(line, day) ? newestOf(day) : undefined;
    if (newest !== undefined) return newest;
  }
  const earliest = today - SEARCH_DAYS;
  for (let day = before(today); day !== null && day > earliest; ) {
    const newest = newestOf(day);
    if (newest !== undefined) return newest;
    // Nothing of that day was: its minutes are left out where clocks go forward.
    day -= 1;
    while (day > earliest && !matches(line, day)) day -= 1;
  }
  return null;
}

/** The newest minute of that day at or before an instant. */
function newestInDay(line: Line, zone: Zone, day: number, nowMs: number): number | undefined {
  const offset = steadyOffset(day, zone);
  if (offset === null) return instantsOf(day, minutesOf(line), zone, line.isSteady).findLast((atMs) => atMs <= nowMs);
  const startMs = day * DAY_MS - offset;
  const last = Math.floor((nowMs - startMs) / MINUTE_MS);
  const hour = line.hours.findLast((it) => it * 60 + (line.ofHour[0] ?? 0) <= last);
  const minute = hour === undefined ? undefined : line.ofHour.findLast((it) => hour * 60 + it <= last);
  return hour === undefined || minute === undefined ? undefined : startMs + (hour * 60 + minute) * MINUTE_MS;
}

function minutesOf({ hours, ofHour }: Line): readonly number[] {
  return hours.flatMap((hour) => ofHour.map((minute) => hour * 60 + minute));
}

function nextAfter(line: Line, zone: Zone, nowMs: number): number | null {
  const today = dayOf(nowMs, zone);
  for (let day = today - 1; day < today + SEARCH_AHEAD_DAYS; day += 1) {
    if (!matches(line, day)) continue;
    const next = instantsOf(day, minutesOf(line), zone, line.isSteady).find((atMs) => atMs > nowMs);
    if (next !== undefined) return next;
  }
  return null;
}

function dayOf(atMs: number, zone: Zone): number {
  return Math.floor((atMs + zone.offsetMs(atMs)) / DAY_MS);
}
