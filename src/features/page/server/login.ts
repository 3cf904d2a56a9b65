// Who the browser page is: a ticket that works once becomes a cookie, which no script can read, and a key, which the page sends in a header
// or offers on a WebSocket. Both are made of the token of the local API: they end with it, and a daemon that starts again knows them.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Entrance, Knock } from '../../../server/guard/admission.ts';

export const KEY_HEADER = 'coord-page';
/** On a WebSocket a browser sets no header. */
const KEY_PROTOCOL = 'coord.page.';
/** For a browser to start. */
const TICKET_MS = 60_000;
const TICKETS_MAX = 16;
const SESSION_S = 30 * 24 * 60 * 60;

export interface Session {
  readonly setCookie: string;
  readonly key: string;
  readonly isReadOnly: boolean;
}

export interface Login extends Pick<Entrance, 'shownBy' | 'counts'> {
  ticket(isReadOnly: boolean): string;
  /** Null = it is no ticket, was used, or is too old. */
  begin(ticket: string): Session | null;
}

interface LoginOptions {
  /** Of the local API; null = there is none, and nobody gets in. */
  token(): string | null;
  readonly cookieName: string;
  nowMs(): number;
}

export function createLogin({ token, cookieName, nowMs }: LoginOptions): Login {
  /** When each is too old, and whether it is for looking alone. */
  const tickets = new Map<string, { readonly endMs: number; readonly isReadOnly: boolean }>();
  const sealed = (what: string) => {
    const secret = token();
    return secret === null ? null : createHmac('sha256', secret).update(what).digest('hex');
  };
  const isSeal = (given: string, what: string) => {
    const seal = sealed(what);
    return seal !== null && seal.length === given.length && timingSafeEqual(Buffer.from(seal), Buffer.from(given));
  };
  const counts = (shown: string) => {
    const [, session, endMs, seal = '', key = ''] =
      /^([rw]\.(\d{1,16})\.[0-9a-f]{32})\.([0-9a-f]{64}) ([0-9a-f]{64})$/.exec(shown) ?? [];
    if (session === undefined || Number(endMs) < nowMs()) return false;
    return isSeal(seal, `cookie ${session}`) && isSeal(key, `key ${session}`);
  };
  return {
    ticket(isReadOnly) {
      for (const [name, { endMs }] of tickets) if (endMs < nowMs() || tickets.size >= TICKETS_MAX) tickets.delete(name);
      const made = randomBytes(32).toString('hex');
      tickets.set(made, { endMs: nowMs() + TICKET_MS, isReadOnly });
      return made;
    },
    begin(given) {
      const ticket = tickets.get(given);
      tickets.delete(given);
      if (ticket === undefined || ticket.endMs < nowMs()) return null;
      const { isReadOnly } = ticket;
      const session = `${isReadOnly ? 'r' : 'w'}.${nowMs() + SESSION_S * 1000}.${randomBytes(16).toString('hex')}`;
      const [seal, key] = [sealed(`cookie ${session}`), sealed(`key ${session}`)];
      if (seal === null || key === null) return null;
      const setCookie = `${cookieName}=${session}.${seal}; Path=/; Max-Age=${SESSION_S}; HttpOnly; SameSite=Strict`;
      return { setCookie, key, isReadOnly };
    },
    shownBy(knock) {
      const [cookie, key] = [cookieIn(knock, cookieName), keyIn(knock)];
      if (cookie === null || key === null || !counts(`${cookie} ${key}`)) return null;
      // One that may only look changes nothing.
      const changes = knock.method !== 'GET' && knock.method !== 'HEAD';
      return changes && cookie.startsWith('r') ? null : `${cookie} ${key}`;
    },
    counts,
  };
}

function cookieIn({ headers }: Knock, name: string): string | null {
  const { cookie } = headers;
  const pairs = typeof cookie === 'string' ? cookie.split(';').map((pair) => pair.trim()) : [];
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}

/** A stream is opened by pages of ours alone, and a browser says of which it is. */
function keyIn({ headers, isStream }: Knock): string | null {
  const [given, offered] = [headers[KEY_HEADER], headers['sec-websocket-protocol']];
  if (!isStream) return typeof given === 'string' ? given : null;
  if (typeof offered !== 'string' || headers.origin === undefined) return null;
  const words = offered.split(',').map((word) => word.trim());
  return words.find((word) => word.startsWith(KEY_PROTOCOL))?.slice(KEY_PROTOCOL.length) ?? null;
}
