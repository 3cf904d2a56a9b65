// Reads alerts.yaml in coord's home: who is told, and of what. A bad entry is a fault, and the others work. No fault repeats a value but
// names and words of kinds, because addresses and headers hold secrets.
import {
  ALERT_KINDS,
  type AlertChannel,
  type AlertKind,
  WEBHOOK_SHAPES,
  type WebhookShape,
} from '../../../core/model/messages/alert.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import type { TypedPath } from '../../../documents/text/as-typed.ts';
import { readYaml } from '../../../documents/yaml/yaml-text.ts';

export interface AlertSettings {
  readonly channels: readonly AlertChannel[];
  /** What is not obeyed, one sentence each, with its place. */
  readonly faults: readonly string[];
  /** There is nothing in it, as while an editor writes it anew. */
  readonly isEmpty?: true;
}

/** A fault on its way up: never leaves this file. */
class Wrong extends Error {}

const CHANNELS_MAX = 50;
const TYPED: readonly TypedPath[] = [
  ['alerts', '*', 'only', 'orders'],
  ['alerts', '*', 'only', 'orders', '*'],
];
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const KEYS = ['name', 'desktop', 'command', 'webhook', 'shape', 'headers', 'allow_http', 'only'];

export function parseAlerts(text: string, path: string): AlertSettings {
  if (text.trim() === '') return { channels: [], faults: [], isEmpty: true };
  const { value, faults, positionOf } = readYaml(text, path, TYPED, true);
  const [fault] = faults;
  if (fault !== undefined) {
    const place = fault.line === null ? '' : ` line ${fault.line}`;
    return { channels: [], faults: [`${path}${place}: expected ${fault.expected}, found ${fault.found}`] };
  }
  const list = value === null ? [] : isRecord(value) ? value.alerts : undefined;
  if (!Array.isArray(list)) return { channels: [], faults: [`${path}: expected "alerts:" and a list of channels below it`] };
  const others = isRecord(value) ? Object.keys(value).filter((key) => key !== 'alerts') : [];
  const bad = others.map((key) => `${path} line ${positionOf(key)?.line ?? 1}: expected "alerts" alone, found "${key}"`);
  const channels: AlertChannel[] = [];
  for (const [at, entry] of list.entries()) {
    try {
      const channel = channelOf(entry, at + 1);
      if (channels.length >= CHANNELS_MAX) throw new Wrong(`expected at most ${CHANNELS_MAX} channels, found more`);
      if (channels.some(({ name }) => name === channel.name))
        throw new Wrong(`expected a name of its own, found ${channel.name} a second time`);
      channels.push(channel);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      bad.push(`${path}: channel ${at + 1}${nameHint(entry)}: ${error.message}`);
    }
  }
  return { channels, faults: bad };
}

function channelOf(entry: unknown, count: number): AlertChannel {
  if (entry === 'desktop') return { name: `desktop`, way: { kind: 'desktop' }, only: onlyOf(undefined) };
  if (!isRecord(entry)) throw new Wrong('expected desktop, or a mapping with desktop, command or webhook, found something else');
  const unknown = Object.keys(entry).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw new Wrong(`expected ${KEYS.join(', ')}, found a key "${unknown}"`);
  const ways = ['desktop', 'command', 'webhook'].filter((key) => entry[key] !== undefined && entry[key] !== null);
  const [kind] = ways;
  if (kind === undefined || ways.length > 1)
    throw new Wrong(`expected one of desktop, command and webhook, found ${ways.length === 0 ? 'none' : ways.join(' and ')}`);
  const name = entry.name === undefined ? (kind === 'desktop' ? kind : `${kind} ${count}`) : nameOf(entry.name);
  if (kind !== 'webhook') {
    const stray = ['shape', 'headers', 'allow_http'].find((key) => entry[key] !== undefined);
    if (stray !== undefined) throw new Wrong(`expected "${stray}" beside a webhook only`);
  }
  const only = onlyOf(entry.only);
  if (kind === 'command') return { name, way: { kind, argv: argvOf(entry.command) }, only };
  if (kind === 'webhook') return { name, way: webhookOf(entry), only };
  if (entry.desktop !== true) throw new Wrong('expected "desktop: true", found something else');
  return { name, way: { kind: 'desktop' }, only };
}

function webhookOf({ webhook, shape = 'json', headers, allow_http: allowHttp = false }: Record<string, unknown>) {
  if (typeof allowHttp !== 'boolean') throw new Wrong('expected "allow_http" to be true or false, found something else');
  let url: URL;
  try {
    url = new URL(typeof webhook === 'string' ? webhook.trim() : '');
  } catch {
    throw new Wrong('expected "webhook" to be an address such as https://host/path, found something else');
  }
  if (url.username !== '' || url.password !== '')
    throw new Wrong('expected no user or password in the address: put them into headers, as Authorization');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Wrong('expected an address that begins with https://');
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname) && !allowHttp)
    throw new Wrong('expected https://, or "allow_http: true" beside it: over http everybody on the way can read it');
  if (!(WEBHOOK_SHAPES as readonly unknown[]).includes(shape))
    throw new Wrong(`expected "shape" to be ${WEBHOOK_SHAPES.join(', ')}, found something else`);
  return { kind: 'webhook' as const, url: url.href, shape: shape as WebhookShape, headers: headersOf(headers) };
}

function headersOf(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  const isGood = ([name, text]: [string, unknown]) =>
    /^[A-Za-z0-9-]{1,100}$/.test(name) && typeof text === 'string' && /^[\x20-\x7e]{0,4000}$/.test(text);
  if (!isRecord(value) || !Object.entries(value).every(isGood))
    throw new Wrong('expected "headers" to be names with one line of plain text each, found something else');
  return value as Record<string, string>;
}

function argvOf(value: unknown): [string, ...string[]] {
  const isGood = (word: unknown) => typeof word === 'string' && !word.includes('\0');
  if (!Array.isArray(value) || value.length === 0 || !value.every(isGood) || value[0] === '')
    throw new Wrong(
      'expected "command" to be a list, the program and its words such as [/home/me/tell, --loud], found something else',
    );
  return value as [string, ...string[]];
}

function onlyOf(value: unknown): AlertChannel['only'] {
  if (value === undefined || value === null) return { kinds: null, orders: null, machines: null };
  if (!isRecord(value)) throw new Wrong('expected "only" to have kinds, orders or machines, found something else');
  const unknown = Object.keys(value).find((key) => !['kinds', 'orders', 'machines'].includes(key));
  if (unknown !== undefined) throw new Wrong(`expected "only" to have kinds, orders or machines, found a key "${unknown}"`);
  const kinds = wordsOf('kinds', value.kinds);
  const stray = kinds?.find((kind) => !(ALERT_KINDS as readonly string[]).includes(kind));
  if (stray !== undefined) throw new Wrong(`expected kinds among ${ALERT_KINDS.join(', ')}, found "${stray}"`);
  return {
    kinds: kinds as readonly AlertKind[] | null,
    orders: wordsOf('orders', value.orders),
    machines: wordsOf('machines', value.machines)?.map((word) => word.toLowerCase()) ?? null,
  };
}

function wordsOf(key: string, value: unknown): readonly string[] | null {
  if (value === undefined || value === null) return null;
  const words = Array.isArray(value) ? value : [value];
  if (!words.every((word) => typeof word === 'string' || typeof word === 'number'))
    throw new Wrong(`expected "${key}" to be a list of words, found something else`);
  return words.map((word) => String(word).trim());
}

function nameOf(value: unknown): string {
  if (typeof value === 'string' && /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u.test(value)) return value;
  throw new Wrong('expected "name" to be a short word such as phone, found something else');
}

function nameHint(entry: unknown): string {
  const name = isRecord(entry) ? entry.name : null;
  return typeof name === 'string' && /^[\p{L}\p{N} ._-]{1,40}$/u.test(name) ? ` (${name})` : '';
}

/** The channel without what may be secret: of an address the host alone, of a command its program. */
export function showChannel({ way }: AlertChannel): string {
  if (way.kind === 'desktop') return 'desktop';
  if (way.kind === 'command') return `command ${way.argv[0]}${way.argv.length > 1 ? ' …' : ''}`;
  const { origin, pathname } = new URL(way.url);
  return `webhook ${origin}${pathname === '/' ? '' : '/…'} (${way.shape})`;
}
