// Reads a person's crontab, as `crontab -l` prints it: five fields and a command; NAME=value lines hold for what follows them. Pure.
import { cronTimes } from '../../../documents/text/cron.ts';
import type { Fields, Found, LeftOut, ReadFile } from './drafts.ts';

const NAMED: ReadonlyMap<string, string> = new Map([
  ...([
    ['@hourly', '0 * * * *'],
    ['@daily', '0 0 * * *'],
    ['@midnight', '0 0 * * *'],
  ] as const),
  ...([
    ['@weekly', '0 0 * * 0'],
    ['@monthly', '0 0 1 * *'],
    ['@yearly', '0 0 1 1 *'],
    ['@annually', '0 0 1 1 *'],
  ] as const),
]);
const VARIABLES_MAX = 100;
/** Variables that say something to cron itself. */
const OF_CRON = ['MAILTO', 'MAILFROM', 'CONTENT_TYPE', 'CONTENT_TRANSFER_ENCODING', 'RANDOM_DELAY'];

interface Settings {
  timezone: string;
  shell: string;
  env: Record<string, string>;
}

/** `timezone`: of the computer whose crontab it is. */
export function readCrontab(text: string, timezone: string): ReadFile {
  const found: Found[] = [];
  const left: LeftOut[] = [];
  const settings: Settings = { timezone, shell: '/bin/sh', env: {} };
  let comment = '';
  for (const [at, written] of text.split('\n').entries()) {
    const line = at + 1;
    const words = written.trim();
    const above = comment;
    comment = words.startsWith('#') ? words.replace(/^#+/, '').trim() : '';
    if (words === '' || words.startsWith('#')) continue;
    const setting = /^["']?([A-Za-z_][A-Za-z0-9_]*)["']?\s*=(.*)$/.exec(words);
    if (setting !== null) {
      const [, name = '', value = ''] = setting;
      const why = take(settings, name, unquoted(value.trim()));
      if (why !== null) left.push({ line, what: name, why });
      continue;
    }
    const job = jobOf(words, settings);
    if (typeof job === 'string') left.push({ line, what: words.slice(0, 60), why: job });
    else
      found.push({
        line,
        key: `line ${line}`,
        name: nameOf(above, job.command),
        title: above || job.command,
        fields: job.fields,
      });
  }
  return { found, left };
}

/** Null = it was taken. */
function take(settings: Settings, name: string, value: string): string | null {
  if (OF_CRON.includes(name)) return 'coord sends no mail; alerts tell people';
  if (name === 'CRON_TZ') settings.timezone = value;
  else if (name === 'SHELL') settings.shell = value;
  else if (Object.keys(settings.env).length >= VARIABLES_MAX) return `there are more than ${VARIABLES_MAX} variables`;
  else settings.env = { ...settings.env, [name]: value };
  return null;
}

function unquoted(value: string): string {
  return /^(["']).*\1$/.test(value) && value.length > 1 ? value.slice(1, -1) : value;
}

/** A text = why it is left out. */
function jobOf(
  words: string,
  { timezone, shell, env }: Settings,
): { readonly fields: Fields; readonly command: string } | string {
  const [, named] = /^(@\S+)\s/.exec(`${words} `) ?? [];
  const fields = named === undefined ? words.split(/\s+/, 5) : [];
  const schedule = named === undefined ? fields.join(' ') : NAMED.get(named.toLowerCase());
  if (schedule === undefined) return `${named} says no time: an order has a schedule of five fields`;
  const times = cronTimes(schedule, timezone);
  if ('field' in times) return `expected ${times.expected}, found ${times.field === 'timezone' ? timezone : schedule}`;
  const rest = named === undefined ? restBehind(words, 5) : restBehind(words, 1);
  if (rest === '') return 'it has no command';
  // Cron gives what stands behind a bare % to the command as its input, line by line.
  if (/(?<!\\)%/.test(rest)) return 'what stands behind % is input for the command: put it into the command';
  const command = rest.replaceAll('\\%', '%');
  const run = shell === '/bin/sh' || shell === 'sh' ? command : [shell, '-c', command];
  const zone = timezone === 'UTC' ? {} : { timezone };
  return { command, fields: { run, schedule, ...zone, ...(Object.keys(env).length === 0 ? {} : { env }) } };
}

/** What stands behind so many words. */
function restBehind(words: string, count: number): string {
  let rest = words;
  for (let word = 0; word < count; word += 1) rest = rest.replace(/^\S+\s*/, '');
  return rest.trim();
}

/** By the comment above it, else by the program that it runs. */
function nameOf(comment: string, command: string): string {
  if (comment !== '') return comment.split(/\s+/).slice(0, 5).join('-');
  const [program = ''] = command.split(/[\s;&|<>()]+/).filter((word) => word !== '' && !word.includes('='));
  return program.split('/').at(-1) ?? program;
}
