// Who may come in. Pure, and asked before anything else is done with a request, an upgrade to a WebSocket included. A web page that a
// browser shows from elsewhere can send requests here: so the Host must be ours (or DNS could be turned to point a page's own name here),
// the Origin must be ours where there is one, and a browser must name it before anything changes. All others need the token.
import type { Refusal } from './refusal.ts';

export const HEALTH_PATH = '/api/v1/health';
export const STREAM_PATH = '/api/v1/stream';
export const BUS_PATH = '/api/v1/bus/';
/** A browser cannot set a header on a WebSocket: it offers this and `coord.token.<token>`, and gets this. */
export const STREAM_PROTOCOL = 'coord.v1';
const TOKEN_PROTOCOL = 'coord.token.';

export interface Knock {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  /** By small letters. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** How often the request names a Host. */
  readonly hostCount: number;
  /** It asks for a WebSocket. */
  readonly isStream: boolean;
}

export interface House {
  /** `127.0.0.1:8900` and its like: what Host may be. */
  readonly hosts: readonly string[];
  /** Of other devices, by TLS: no token counts there, only what an entrance gives. Absent = none. */
  readonly outside?: readonly string[];
  /** Compares in constant time. */
  isToken(text: string): boolean;
  /** Of features. */
  readonly entrances?: readonly Entrance[];
}

/** Another way in than the token. It is asked only of requests whose Host and Origin are ours. */
export interface Entrance {
  /** What the request shows, if it counts; null = nothing that does. */
  shownBy(knock: Knock): string | null;
  /** What was shown counts still. */
  counts(shown: string): boolean;
  /** Who that is, in a few words; null = the owner of this computer. Of what `shownBy` has let in. */
  nameOf?(knock: Knock): string | null;
  /** Anybody may ask for it. */
  isOpen(knock: Knock): boolean;
}

/** `known` false = without a token, and only where none is needed. */
export type Admission = { readonly kind: 'in'; readonly known: boolean } | { readonly kind: 'out'; readonly refusal: Refusal };

export function admit(knock: Knock, house: House): Admission {
  const { method, target, headers, isStream } = knock;
  const word = (name: string) => wordIn(headers, name);
  if (!target.startsWith('/') || knock.hostCount !== 1)
    return out(400, 'BAD_REQUEST', 'expected one path and one Host, found something else');
  if (isCrooked(target)) return out(400, 'BAD_REQUEST', 'expected a path without . and .. and \\, in UTF-8, found another one');
  const { hosts, outside = [], entrances = [] } = house;
  const host = word('host')?.toLowerCase() ?? '';
  const isOutside = outside.includes(host);
  if (!isOutside && !hosts.includes(host))
    return out(421, 'MISDIRECTED', `expected the Host ${[...hosts, ...outside].join(' or ')}, found another one`);
  const origin = word('origin');
  const origins = isOutside ? [`https://${host}`] : hosts.map((one) => `http://${one}`);
  if (origin !== null && !origins.includes(origin.toLowerCase()))
    return out(403, 'FORBIDDEN', 'requests from a web page of another origin are refused');
  const site = word('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none')
    return out(403, 'FORBIDDEN', 'requests from a web page of another site are refused');
  const changes = method !== 'GET' && method !== 'HEAD';
  // A program on node says sec-fetch-mode too, but never of which site it is.
  const isBrowser = (isStream && offeredIn(headers) !== undefined) || site !== null;
  if (isBrowser && origin === null && (changes || isStream))
    return out(403, 'FORBIDDEN', 'a browser must send its Origin to change anything or to open the stream');
  const told = tokenInAddress(target);
  if (told !== null) return told;
  const token = isStream ? tokenIn(headers) : bearerIn(headers);
  if (token !== undefined && !isOutside && house.isToken(token)) return { kind: 'in', known: true };
  if (token === undefined && word('authorization') === null) {
    if (entrances.some((one) => one.shownBy(knock) !== null)) return { kind: 'in', known: true };
    if (!isStream && entrances.some((one) => one.isOpen(knock))) return { kind: 'in', known: false };
  }
  const isHealth = !changes && !isStream && target.split('?')[0] === HEALTH_PATH;
  if (isHealth && word('authorization') === null) return { kind: 'in', known: false };
  return { kind: 'out', refusal: noToken(token === undefined ? 'none' : 'another one') };
}

/** Null = the address holds none. */
export function tokenInAddress(target: string): Admission | null {
  const query = new URLSearchParams(target.split('?')[1] ?? '');
  if (![...query.keys()].some((key) => /token|authorization/i.test(key))) return null;
  const message = 'a token must not stand in an address, where logs keep it';
  return out(400, 'BAD_REQUEST', message, 'send it as Authorization: Bearer …');
}

export function noToken(found: string): Refusal {
  const message = `expected the token of this fleet folder, found ${found}`;
  return { status: 401, code: 'UNAUTHORIZED', message, hint: 'coord api', headers: { 'WWW-Authenticate': 'Bearer' } };
}

/** One that `new URL` would turn into another one: by dots, and by what it takes for a slash. */
export function isCrooked(target: string): boolean {
  const path = target.split(/[?#]/)[0] ?? '';
  try {
    return (
      path.includes('\\') ||
      decodeURIComponent(path)
        .split(/[/\\]/)
        .some((part) => part === '.' || part === '..')
    );
  } catch {
    return true;
  }
}

/** What a stream is let in by: the header, or what a browser offers. */
export function tokenIn(headers: Knock['headers']): string | undefined {
  return bearerIn(headers) ?? offeredIn(headers);
}

export function bearerIn(headers: Knock['headers']): string | undefined {
  return /^Bearer +(\S+)$/i.exec(wordIn(headers, 'authorization') ?? '')?.[1];
}

function offeredIn(headers: Knock['headers']): string | undefined {
  const offered = (wordIn(headers, 'sec-websocket-protocol') ?? '').split(',').map((one) => one.trim());
  return offered.find((one) => one.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length);
}

function wordIn(headers: Knock['headers'], name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : (value?.join(', ') ?? null);
}

function out(status: number, code: Refusal['code'], message: string, hint: string | null = null) {
  return { kind: 'out', refusal: { status, code, message, hint } } as const;
}
