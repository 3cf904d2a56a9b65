// Who the browser page is: a ticket that works once becomes a cookie, which no script can read, and a key, which the page sends in a header
// or offers on a WebSocket. Both are made of the token of the local API: they end with it, and a daemon that starts again knows them.
// Another device has a login of its own, with a name, which its owner can end alone.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isoTime } from '../../../core/base/time.ts';
import { type Entrance, type Knock, STREAM_PATH } from '../../../server/guard/admission.ts';
import { type DeviceLogin, loginsInForce } from '../system/door-file.ts';

const KEY_HEADER = 'coord-page';
/** On a WebSocket a browser sets no header. */
const KEY_PROTOCOL = 'coord.page.';
/** For a browser to start. */
const TICKET_MS = 60_000;
/** For a person to bring it to another device. */
const DEVICE_TICKET_MS = 600_000;
const TICKETS_MAX = 16;
const SESSION_S = 30 * 24 * 60 * 60;

export interface Session {
  readonly setCookie: string;
  readonly key: string;
  readonly isReadOnly: boolean;
  /** Null = a browser on this computer. */
  readonly device: string | null;
}

export interface Login extends Pick<Entrance, 'shownBy' | 'counts' | 'nameOf'> {
  /** `device`: the name of another device, whose login it makes; null = of a browser on this computer. */
  ticket(isReadOnly: boolean, device?: string | null): string;
  /** Null = it is no ticket, was used, is too old, or is not for who asks: `isOutside`, another device. */
  begin(ticket: string, isOutside?: boolean): Session | null;
  /** Ends the login of the device that asks. False = it is none. */
  end(knock: Pick<Knock, 'headers'>): boolean;
}

interface LoginOptions {
  /** Of the local API; null = there is none, and nobody gets in. */
  token(): string | null;
  readonly cookieName: string;
  /** Hosts of other devices. */
  outside(): readonly string[];
  readonly devices: { read(): readonly DeviceLogin[]; write(logins: readonly DeviceLogin[]): void };
  nowMs(): number;
}

export function createLogin({ token, cookieName, outside, devices, nowMs }: LoginOptions): Login {
  /** When each is too old, and whether it is for looking alone. */
  const tickets = new Map<string, { readonly endMs: number; readonly isReadOnly: boolean; readonly device: string | null }>();
  const sealed = (what: string) => {
    const secret = token();
    return secret === null ? null : createHmac('sha256', secret).update(what).digest('hex');
  };
  const isSeal = (given: string, what: string) => {
    const seal = sealed(what);
    return seal !== null && seal.length === given.length && timingSafeEqual(Buffer.from(seal), Buffer.from(given));
  };
  const deviceOf = (session: string) => devices.read().find(({ hash }) => hash === hashOf(session)) ?? null;
  const loginOf = (knock: Pick<Knock, 'headers'>) => {
    const [, session] = /^([rw]d\.\d+\.[0-9a-f]+)\./.exec(cookieIn(knock, cookieName) ?? '') ?? [];
    return session === undefined ? null : deviceOf(session);
  };
  const counts = (shown: string) => {
    const [, session, endMs, seal = '', key = '', host = ''] =
      /^([rw]d?\.(\d{1,16})\.[0-9a-f]{32})\.([0-9a-f]{64}) ([0-9a-f]{64})(?: (\S+))?$/.exec(shown) ?? [];
    if (session === undefined || Number(endMs) < nowMs()) return false;
    // A login of this computer lets in nobody from elsewhere, and the other way round.
    if (isDevices(session) !== outside().includes(host)) return false;
    if (isDevices(session) && deviceOf(session) === null) return false;
    return isSeal(seal, `cookie ${session}`) && isSeal(key, `key ${session}`);
  };
  return {
    ticket(isReadOnly, device = null) {
      for (const [name, { endMs }] of tickets) if (endMs < nowMs() || tickets.size >= TICKETS_MAX) tickets.delete(name);
      const made = randomBytes(32).toString('hex');
      tickets.set(made, { endMs: nowMs() + (device === null ? TICKET_MS : DEVICE_TICKET_MS), isReadOnly, device });
      return made;
    },
    begin(given, comesFromOutside = false) {
      const ticket = tickets.get(given);
      tickets.delete(given);
      if (ticket === undefined || ticket.endMs < nowMs() || (ticket.device !== null) !== comesFromOutside) return null;
      const { isReadOnly, device } = ticket;
      const untilMs = nowMs() + SESSION_S * 1000;
      const session = `${isReadOnly ? 'r' : 'w'}${device === null ? '' : 'd'}.${untilMs}.${randomBytes(16).toString('hex')}`;
      const [seal, key] = [sealed(`cookie ${session}`), sealed(`key ${session}`)];
      if (seal === null || key === null) return null;
      if (device !== null) {
        const known = loginsInForce(devices.read(), nowMs());
        const login = { name: device, hash: hashOf(session), since: isoTime(nowMs()), until: isoTime(untilMs), isReadOnly };
        devices.write([...known, login].slice(-DEVICES_MAX));
      }
      const secure = device === null ? '' : '; Secure';
      const setCookie = `${cookieName}=${session}.${seal}; Path=/; Max-Age=${SESSION_S}; HttpOnly; SameSite=Strict${secure}`;
      return { setCookie, key, isReadOnly, device };
    },
    shownBy(knock) {
      const [cookie, key] = [cookieIn(knock, cookieName), keyIn(knock)];
      if (cookie === null || key === null) return null;
      const host = String(knock.headers.host ?? '').toLowerCase();
      const shown = `${cookie} ${key}${outside().includes(host) ? ` ${host}` : ''}`;
      return counts(shown) && mayAsk(knock, cookie.startsWith('r')) ? shown : null;
    },
    counts,
    nameOf: (knock) => loginOf(knock)?.name ?? null,
    end(knock) {
      const login = loginOf(knock);
      if (login !== null) devices.write(devices.read().filter(({ hash }) => hash !== login.hash));
      return login !== null;
    },
  };
}

const DEVICES_MAX = 100;

/** Of streams that of changes alone: others take words too, and nothing asks whether those may be said. Who may only look changes nothing. */
function mayAsk({ isStream, target, method }: Knock, isReadOnly: boolean): boolean {
  if (isStream) return target.split('?')[0] === STREAM_PATH;
  return !isReadOnly || method === 'GET' || method === 'HEAD';
}

function isDevices(session: string): boolean {
  return session[1] === 'd';
}

function hashOf(session: string): string {
  return createHash('sha256').update(session).digest('hex');
}

function cookieIn({ headers }: Pick<Knock, 'headers'>, name: string): string | null {
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
