// Writes and finds the line of a fleet folder in a crontab: which times it can say, and what it starts. Cron runs it with sh.
import { shellWord } from '../../core/base/shell-word.ts';
import { formatDuration } from '../../documents/text/duration.ts';
import { CoordError } from '../../errors.ts';
import { mustBeSayable, type ServicePlan } from './service-plan.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What divides an hour, and a day: a star with any other step starts anew at each of them. */
const MINUTES = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];
const HOURS = [1, 2, 3, 4, 6, 8, 12, 24];
const SAYABLE_MS = [...MINUTES.map((minutes) => minutes * MINUTE_MS), ...HOURS.map((hours) => hours * HOUR_MS)];
/** Cron takes no longer commands, and with such a line not the rest of the crontab either. */
const COMMAND_MAX = 990;

/** The five fields of an interval, moved by a part of it: so that not all machines of a fleet come at once. Throws USAGE. */
export function cronFields(everyMs: number, fraction: number): string {
  const at = SAYABLE_MS.indexOf(everyMs);
  if (at < 0) throw unsayable(everyMs);
  const offset = Math.floor((fraction * everyMs) / MINUTE_MS);
  const [minute, hour] = [offset % 60, Math.floor(offset / 60)];
  const steps = everyMs / MINUTE_MS;
  if (steps === 1) return '* * * * *';
  if (steps < 60) return `${minute}-59/${steps} * * * *`;
  if (steps === 60) return `${minute} * * * *`;
  return everyMs === 24 * HOUR_MS ? `${minute} ${hour} * * *` : `${minute} ${hour}-23/${everyMs / HOUR_MS} * * *`;
}

/** Null = not one that `cronFields` makes: somebody has changed them. */
export function everyMsOf(fields: string): number | null {
  if (fields === '* * * * *') return MINUTE_MS;
  const [, minutes, hour, hours] = /^\d+(?:-59\/(\d+))? (?:\*|(\d+)(?:-23\/(\d+))?) \* \* \*$/.exec(fields) ?? [];
  const everyMs =
    minutes !== undefined
      ? Number(minutes) * MINUTE_MS
      : hours !== undefined
        ? Number(hours) * HOUR_MS
        : hour !== undefined
          ? 24 * HOUR_MS
          : /^\d+ \* \* \* \*$/.test(fields)
            ? HOUR_MS
            : null;
  return everyMs !== null && SAYABLE_MS.includes(everyMs) ? everyMs : null;
}

/** Throws USAGE for what a crontab cannot say. */
export function cronLine(
  fields: string,
  { name, node, main, root, env }: Omit<ServicePlan, 'words' | 'ownLog'>,
  log: string,
): string {
  const settings = Object.entries(env).map(([variable, value]) => `${variable}=${word(value)}`);
  const command = [...settings, ...[node, main, '--dir', root, 'sync'].map(word), '>/dev/null', `2>${word(log)}`, markOf(name)];
  // Cron makes line breaks of bare ones.
  const line = command.join(' ').replaceAll('%', '\\%');
  if (Buffer.byteLength(line) <= COMMAND_MAX) return `${fields} ${line}`;
  throw new CoordError(
    'USAGE',
    `the crontab line is too long for cron: expected at most ${COMMAND_MAX} bytes, found ${Buffer.byteLength(line)}: ${line}`,
    'coord service install',
  );
}

/** The end of the line that is this folder's. */
export function markOf(name: string): string {
  return `# ${name}`;
}

function word(text: string): string {
  return shellWord(mustBeSayable('a path', text));
}

function unsayable(everyMs: number): CoordError {
  const below = SAYABLE_MS.filter((ms) => ms < everyMs).at(-1);
  const above = SAYABLE_MS.find((ms) => ms > everyMs);
  const near = [below, above].flatMap((ms) => (ms === undefined ? [] : [formatDuration(ms)]));
  return new CoordError(
    'USAGE',
    `cron has no period of ${formatDuration(everyMs)}: expected one that divides an hour or a day, the nearest ${near.join(' and ')}`,
    `coord cron install --every ${near.at(-1)}`,
  );
}
