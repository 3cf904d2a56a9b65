// Reads one entry of instances.yaml as a service: each field by itself, with what was expected where it is wrong.
import {
  type HealthCheck,
  LIMIT_ACTS,
  RESTART_POLICIES,
  type RestartPolicy,
  type ServiceSpec,
} from '../../../core/model/machines/local-service.ts';
import type { Command } from '../../../core/model/orders/order.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { SPECIALTY } from '../../../documents/orders/call-field.ts';
import { parseDuration } from '../../../documents/text/duration.ts';

/** Why an entry cannot be obeyed; `key` is the field that is wrong. */
export class WrongEntry extends Error {
  readonly key: string | null;
  constructor(message: string, key: string | null = null) {
    super(message);
    this.key = key;
  }
}

export interface EntryPlace {
  readonly home: string;
  /** Its name is a field. */
  readonly isInList: boolean;
  /** Where it stands, from the entry inwards. */
  ignored(...path: readonly string[]): void;
}

const KEYS = [
  ...['command', 'cwd', 'env', 'port', 'health', 'specialties'],
  ...['capacity', 'restart', 'managed', 'start_time', 'limits'],
];
const LIMIT_KEYS = ['cpu_percent', 'memory_mb', 'for', 'then'];
const HEALTH_KEYS = ['http', 'tcp', 'command', 'every', 'timeout'];
const EVERY_MS = 30_000;
const TIMEOUT_MS = 5_000;
const START_MS = 30_000;
const DAY_MS = 86_400_000;

export function serviceOf(name: string, entry: unknown, place: EntryPlace): ServiceSpec {
  if (!isRecord(entry)) throw new WrongEntry('expected a mapping with command, port and so on, found something else');
  const known = place.isInList ? [...KEYS, 'name'] : KEYS;
  for (const key of Object.keys(entry)) if (!known.includes(key)) place.ignored(key);
  const port = entry.port == null ? null : portOf('port', entry.port);
  const managed = entry.managed ?? true;
  if (typeof managed !== 'boolean')
    throw new WrongEntry('expected "managed" to be true or false, found something else', 'managed');
  const command = entry.command == null ? null : commandOf('command', entry.command);
  if (managed && command === null) throw new WrongEntry('expected "command", or "managed: false", found neither', 'command');
  if (!managed && command !== null)
    throw new WrongEntry(
      'expected "command" or "managed: false", found both: what coord does not start needs no command',
      'command',
    );
  const health = healthOf(entry.health, port, place);
  if (!managed && health.check === null)
    throw new WrongEntry(
      'expected "port" or "health" beside "managed: false", found neither: nothing else tells that it is there',
    );
  return {
    name,
    command,
    cwd: folderOf(entry.cwd, place.home),
    env: envOf(entry.env),
    port,
    health: health.check,
    healthEveryMs: health.everyMs,
    healthTimeoutMs: health.timeoutMs,
    specialties: specialtiesOf(entry.specialties),
    capacity: wholeOf('capacity', entry.capacity ?? 1, 1, 1000),
    restart: restartOf(entry.restart),
    startMs: lengthOf('start_time', entry.start_time, START_MS, 1_000, DAY_MS),
    ...limitsOf(entry.limits, managed, place),
  };
}

const LIMIT_MS = 120_000;

/** L6. */
function limitsOf(value: unknown, managed: boolean, place: EntryPlace): Pick<ServiceSpec, 'limits'> {
  if (value == null) return {};
  const wrong = (what: string) => new WrongEntry(`expected "limits" ${what}`, 'limits');
  if (!managed) throw wrong('only where coord starts the program, found it beside "managed: false"');
  if (!isRecord(value)) throw wrong('to be { cpu_percent: 80, memory_mb: 500, for: 2m, then: restart }, found something else');
  for (const key of Object.keys(value)) if (!LIMIT_KEYS.includes(key)) place.ignored('limits', key);
  const cpuPercent = value.cpu_percent == null ? null : wholeOf('cpu_percent', value.cpu_percent, 1, 100_000);
  const memoryMb = value.memory_mb == null ? null : wholeOf('memory_mb', value.memory_mb, 1, 100_000_000);
  if (cpuPercent === null && memoryMb === null) throw wrong('to have cpu_percent or memory_mb, found neither');
  const act = LIMIT_ACTS.find((it) => it === (value.then ?? 'call'));
  if (act === undefined) throw wrong(`to say "then" as one of ${LIMIT_ACTS.join(', ')}, found something else`);
  if (act === 'throttle' && memoryMb !== null) throw wrong('with "then: throttle" to have cpu_percent alone, found memory_mb');
  return { limits: { cpuPercent, memoryMb, forMs: lengthOf('for', value.for, LIMIT_MS, 1_000, DAY_MS), act } };
}

interface Health {
  readonly check: HealthCheck | null;
  readonly everyMs: number;
  readonly timeoutMs: number;
}

/** Without a health check a program with a port is healthy while somebody listens there. */
function healthOf(value: unknown, port: number | null, place: EntryPlace): Health {
  if (value == null)
    return { check: port === null ? null : { kind: 'tcp', host: '127.0.0.1', port }, everyMs: EVERY_MS, timeoutMs: TIMEOUT_MS };
  const wrong = (what: string) => new WrongEntry(`expected "health" to ${what}`, 'health');
  if (!isRecord(value)) throw wrong('be { http: /health }, { tcp: 7777 } or { command: … }, found something else');
  for (const key of Object.keys(value)) if (!HEALTH_KEYS.includes(key)) place.ignored('health', key);
  const ways = ['http', 'tcp', 'command'].filter((key) => value[key] != null);
  const [way] = ways;
  if (way === undefined || ways.length > 1)
    throw wrong(`have one of http, tcp and command, found ${way === undefined ? 'none' : ways.join(' and ')}`);
  const everyMs = lengthOf('every', value.every, EVERY_MS, 1_000, DAY_MS);
  const timeoutMs = lengthOf('timeout', value.timeout, TIMEOUT_MS, 100, 600_000);
  if (way === 'tcp') return { check: { kind: 'tcp', host: '127.0.0.1', port: portOf('tcp', value.tcp) }, everyMs, timeoutMs };
  if (way === 'command') return { check: { kind: 'command', command: commandOf('health', value.command) }, everyMs, timeoutMs };
  return { check: { kind: 'http', url: urlOf(value.http, port) }, everyMs, timeoutMs };
}

function urlOf(value: unknown, port: number | null): string {
  const wrong = (found: string) =>
    new WrongEntry(
      `expected "http" to be a path such as /health, or an address such as http://127.0.0.1:8001/health, found ${found}`,
      'health',
    );
  if (typeof value !== 'string' || value.length > 1000) throw wrong('something else');
  if (value.startsWith('/') && port === null) throw wrong('a path, and no "port"');
  let url: URL;
  try {
    url = new URL(value.startsWith('/') ? `http://127.0.0.1:${port}${value}` : value);
  } catch {
    throw wrong('something else');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw wrong('another protocol');
  if (url.username !== '' || url.password !== '') throw wrong('a user or password in it');
  return url.href;
}

function commandOf(key: string, value: unknown): Command {
  const isWord = (word: unknown): word is string => typeof word === 'string' && !word.includes('\0');
  if (isWord(value) && value.trim() !== '') return { kind: 'line', line: value };
  if (Array.isArray(value) && value.length > 0 && value.every(isWord) && value[0] !== '')
    return { kind: 'argv', argv: value as [string, ...string[]] };
  throw new WrongEntry(`expected "${key}" to be a shell line, or a list of the program and its words, found something else`, key);
}

function folderOf(value: unknown, home: string): string {
  if (value == null || value === '~') return home;
  if (typeof value === 'string' && !value.includes('\0')) {
    if (value.startsWith('~/')) return `${home}/${value.slice(2)}`;
    if (value.startsWith('/')) return value;
  }
  throw new WrongEntry('expected "cwd" to be a whole path such as ~/builder or /srv/builder, found something else', 'cwd');
}

function envOf(value: unknown): Readonly<Record<string, string>> {
  if (value == null) return {};
  const env: Record<string, string> = Object.create(null);
  for (const [name, text] of Object.entries(isRecord(value) ? value : { '': null })) {
    const isPlain = typeof text === 'string' || typeof text === 'number' || typeof text === 'boolean';
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(name) || !isPlain || String(text).includes('\0'))
      throw new WrongEntry('expected "env" to be names with one value each, found something else', 'env');
    env[name] = String(text);
  }
  return env;
}

function specialtiesOf(value: unknown): readonly string[] {
  if (value == null) return [];
  const words = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',').map((word) => word.trim()) : [value];
  if (words.length > 50 || !words.every((word) => typeof word === 'string' && SPECIALTY.test(word)))
    throw new WrongEntry('expected "specialties" to be words such as build or gpu-a100, found something else', 'specialties');
  return [...new Set(words as string[])];
}

function restartOf(value: unknown): RestartPolicy {
  const policy = RESTART_POLICIES.find((it) => it === (value ?? 'always'));
  if (policy === undefined)
    throw new WrongEntry(`expected "restart" to be one of ${RESTART_POLICIES.join(', ')}, found something else`, 'restart');
  return policy;
}

function portOf(key: string, value: unknown): number {
  return wholeOf(key, value, 1, 65_535);
}

function wholeOf(key: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new WrongEntry(`expected "${key}" to be a whole number from ${min} to ${max}, found something else`, key);
}

function lengthOf(key: string, value: unknown, otherwise: number, min: number, max: number): number {
  if (value == null) return otherwise;
  const ms = typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : null;
  if (ms !== null && ms >= min && ms <= max) return ms;
  throw new WrongEntry(
    `expected "${key}" to be a length such as 30s, from ${min} ms to ${max / 1000} s, found something else`,
    key,
  );
}
