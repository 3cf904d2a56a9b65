// Writes runs, and the next times of schedules, as a calendar (RFC 5545) that phones and mail programs subscribe to. The same run has the same
// UID in every export, so that a calendar which reads it again doubles nothing. Pure.
import { hash } from '../../../core/base/hash.ts';
import { isoTime, parseTime } from '../../../core/base/time.ts';
import { nextDue } from '../../../documents/board/next-due.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { type Row, rowsOf, type Told } from './records.ts';

interface CalendarOptions {
  /** ISO 8601 UTC. */
  readonly now: string;
  /** What tells this fleet from others. */
  readonly fleet: string;
}

const NEXT_MAX = 10;
const NEXT_DAYS_MS = 31 * 86_400_000;
/** Octets, without the line's end. */
const LINE_MAX = 75;

export function calendarOf(told: Told, { now, fleet }: CalendarOptions): string {
  const domain = `${hash(fleet).toString(16)}.coord`;
  const lines = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//coord//export//EN', 'CALSCALE:GREGORIAN'],
    ...rowsOf('runs', told).flatMap((run) => runEvent(run, domain)),
    ...Object.entries(told.status.orders).flatMap(([id, order]) => dueEvents(id, order, domain, now)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** None for a run of which only the end is known, or one that goes on. */
function runEvent(run: Row, domain: string): readonly string[] {
  const { order, generation, attempt, machine, name, state, startedAt, finishedAt, exitCode, reason } = run;
  if (typeof startedAt !== 'string' || typeof finishedAt !== 'string') return [];
  const why = [exitCode === null ? null : `exit code ${exitCode}`, reason].filter((it) => it != null).join('; ');
  return event({
    uid: `run-${order}-${generation}-${attempt}-${machine}@${domain}`,
    stamp: finishedAt,
    start: startedAt,
    // An event may not end before it begins, and the clocks of a run are those of its machine.
    end: finishedAt > startedAt ? finishedAt : startedAt,
    summary: `${state} ${order}`,
    description: `on ${[machine, name].filter((it) => it !== null).join(' ')}${why === '' ? '' : `: ${why}`}`,
  });
}

function dueEvents(
  id: string,
  { schedule, title, state }: Told['status']['orders'][string],
  domain: string,
  now: string,
): string[] {
  if (schedule === undefined || state === 'CANCELLED') return [];
  const events: string[] = [];
  const untilMs = parseTime(now) + NEXT_DAYS_MS;
  let afterMs = parseTime(now);
  for (let count = 0; count < NEXT_MAX; count += 1) {
    const due = nextDue(schedule, afterMs);
    if (due === null || parseTime(due) > untilMs) break;
    afterMs = parseTime(due);
    const uid = `due-${id}-${stampOf(due)}@${domain}`;
    events.push(
      ...event({ uid, stamp: now, start: due, end: due, summary: id, description: title ?? `by its schedule: ${schedule}` }),
    );
  }
  return events;
}

interface CalendarEvent {
  readonly uid: string;
  readonly stamp: string;
  readonly start: string;
  readonly end: string;
  readonly summary: string;
  readonly description: string;
}

function event({ uid, stamp, start, end, summary, description }: CalendarEvent): readonly string[] {
  return [
    ...['BEGIN:VEVENT', `UID:${textValue(uid)}`, `DTSTAMP:${stampOf(stamp)}`, `DTSTART:${stampOf(start)}`],
    ...(end > start ? [`DTEND:${stampOf(end)}`] : []),
    ...[`SUMMARY:${textValue(summary)}`, `DESCRIPTION:${textValue(description)}`, 'TRANSP:TRANSPARENT', 'END:VEVENT'],
  ];
}

/** `20261120T230000Z` */
function stampOf(iso: string): string {
  return isoTime(parseTime(iso)).replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
}

function textValue(text: string): string {
  const lines = visibleText(text).replaceAll('\t', ' ');
  return lines.replaceAll(/[\\;,]/g, '\\$&').replaceAll('\n', '\\n');
}

/** Each further line begins with a space; no character is cut in two. */
function folded(line: string): string {
  const lines: string[] = [];
  let now = '';
  let octets = 0;
  for (const character of line) {
    const more = new TextEncoder().encode(character).length;
    if (octets + more > LINE_MAX) {
      lines.push(now);
      now = ' ';
      octets = 1;
    }
    now += character;
    octets += more;
  }
  return [...lines, now].join('\r\n');
}
