// When a schedule is due: five cron fields in a time zone. node-cron reads the line; which minute comes is computed here, because
// node-cron looks forward only, and asks for both of day and weekday where cron asks for either. Pure: the time is passed in.
import { validateDetailed } from 'node-cron';
import { type CalendarDay, calendarDay, DAY_MS, dayNumber, instantsOf, type Zone, zoneOf } from './local-time.ts';

/** Looked for so far back, and so far ahead; what is older is nobody's work any more. */
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
  /** Of the day, ascending. */
  readonly minutes: readonly number[];
  /** Every hour: what comes goes by the clock on the wall, as cron has it. */
  readonly isSteady: boolean;
  readonly months: ReadonlySet<number>;
  isDay(day: CalendarDay): boolean;
}

const times = new Map<string, CronTimes | CronFault>();
const REMEMBERED_MAX = 1_000;

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
  return { newestAt: (nowMs) => newestAt(line, zone, nowMs), nextAfter: (nowMs) => nextAfter(line, zone, nowMs) };
}

/** Null = no cron line. */
function lineOf(written: string): Line | null {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = written.trim().split(/\s+/);
  if (weekday === '' || more.length > 0) return null;
  // Read apart: together, node-cron refuses days that the month does not have, though the weekday may still come.
  const days = validateDetailed(`${minute} ${hour} ${day} * ${weekday}`).fields;
  const months = validateDetailed(`0 0 * ${month} *`).fields;
  if (days === undefined || months === undefined) return null;
  const hours = new Set(days.hour);
  const minutes = [...hours].flatMap((it) => [...new Set(days.minute)].map((of) => it * 60 + of)).sort((a, b) => a - b);
  const isOfMonth = dayTest(days.dayOfMonth);
  const isOfWeek = dayTest(days.dayOfWeek, true);
  // As cron has it: where both say something, one of them is enough.
  const isOpen = (field: string) => field.startsWith('*') || field === '?';
  const isEither = !isOpen(day) && !isOpen(weekday);
  const isDay = (it: CalendarDay) => (isEither ? isOfMonth(it) || isOfWeek(it) : isOfMonth(it) && isOfWeek(it));
  return { minutes, isSteady: hours.size === 24, months: new Set(months.month), isDay };
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
  const date = calendarDay(day);
  return line.months.has(date.month) && line.isDay(date);
}

/** In 28 years every date of every weekday has been there. */
function comes(line: Line): boolean {
  const first = dayNumber(2000, 1, 1);
  for (let day = first; day < first + 28 * 366; day += 1) if (matches(line, day)) return true;
  return false;
}

function newestAt(line: Line, zone: Zone, nowMs: number): number | null {
  const today = dayOf(nowMs, zone);
  // A day may begin before its name: where clocks go back over midnight.
  for (let day = today + 1; day > today - SEARCH_DAYS; day -= 1) {
    if (!matches(line, day)) continue;
    const newest = instantsOf(day, line.minutes, zone, line.isSteady).findLast((atMs) => atMs <= nowMs);
    if (newest !== undefined) return newest;
  }
  return null;
}

function nextAfter(line: Line, zone: Zone, nowMs: number): number | null {
  const today = dayOf(nowMs, zone);
  for (let day = today - 1; day < today + SEARCH_AHEAD_DAYS; day += 1) {
    if (!matches(line, day)) continue;
    const next = instantsOf(day, line.minutes, zone, line.isSteady).find((atMs) => atMs > nowMs);
    if (next !== undefined) return next;
  }
  return null;
}

function dayOf(atMs: number, zone: Zone): number {
  return Math.floor((atMs + zone.offsetMs(atMs)) / DAY_MS);
}
