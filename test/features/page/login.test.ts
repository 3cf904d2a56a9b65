// The ticket, the cookie and the key of the page, asked of the rules alone; doors.test.ts asks the same of real sockets.
import { expect, test } from 'vitest';
import { createLogin } from '../../../src/features/page/server/login.ts';
import type { DeviceLogin } from '../../../src/features/page/system/door-file.ts';
import type { Knock } from '../../../src/server/guard/admission.ts';

let nowMs = 1_000_000;
let token: string | null = 'a'.repeat(64);
let logins: readonly DeviceLogin[] = [];
const login = createLogin({
  token: () => token,
  cookieName: 'coord-x',
  outside: () => ['box.example:8943'],
  devices: {
    read: () => logins,
    write: (next) => {
      logins = next;
    },
  },
  nowMs: () => nowMs,
});

/** The cookie of a session, as a browser sends it back, and its key. */
function begun(isReadOnly = false): { cookie: string; key: string } {
  const session = login.begin(login.ticket(isReadOnly));
  if (session === null) throw new Error('no session');
  return { cookie: session.setCookie.split(';')[0] ?? '', key: session.key };
}

function knock(headers: Knock['headers'], method = 'GET'): Knock {
  return { method, target: '/api/v1/fleet', headers, hostCount: 1, isStream: false };
}

function stream(headers: Knock['headers'], target = '/api/v1/stream'): Knock {
  return { ...knock(headers), target, isStream: true };
}

test('a ticket works once, and for a minute', () => {
  const ticket = login.ticket(false);
  expect(login.begin(ticket)).not.toBeNull();
  expect(login.begin(ticket)).toBeNull();
  expect(login.begin('')).toBeNull();
  const old = login.ticket(false);
  nowMs += 60_001;
  expect(login.begin(old)).toBeNull();
});

test('of many tickets the oldest ones end', () => {
  const tickets = Array.from({ length: 17 }, () => login.ticket(false));
  expect(login.begin(tickets[0] ?? '')).toBeNull();
  expect(login.begin(tickets[16] ?? '')).not.toBeNull();
});

test('the cookie is for no script and no other site', () => {
  const session = login.begin(login.ticket(false));
  expect(session?.setCookie).toMatch(
    /^coord-x=w\.\d+\.[0-9a-f]{32}\.[0-9a-f]{64}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
  );
  expect(session?.setCookie).not.toContain(session?.key);
});

test('the cookie counts with the key of the same session alone, and neither does by itself', () => {
  const [one, other] = [begun(), begun()];
  const shown = (cookie: string | undefined, key: string | undefined) => login.shownBy(knock({ cookie, 'coord-page': key }));
  expect(shown(one.cookie, one.key)).not.toBeNull();
  expect(shown(`a=b; ${one.cookie}; c=d`, one.key)).not.toBeNull();
  expect(shown(one.cookie, other.key)).toBeNull();
  expect(shown(one.cookie, undefined)).toBeNull();
  expect(shown(undefined, one.key)).toBeNull();
  expect(shown(one.cookie.replace('coord-x', 'coord-y'), one.key)).toBeNull();
  expect(shown(one.cookie.replace('=w.', '=r.'), one.key)).toBeNull();
  const [, endMs = ''] = /\.(\d+)\./.exec(one.cookie) ?? [];
  expect(shown(one.cookie.replace(endMs, String(Number(endMs) + 1)), one.key)).toBeNull();
});

test('a stream needs Origin and key, and is that of changes; who may only look changes nothing', () => {
  const { cookie, key } = begun();
  const offered = { cookie, 'sec-websocket-protocol': `coord.v1, coord.page.${key}` };
  const whole = { ...offered, origin: 'http://127.0.0.1:8900' };
  expect(login.shownBy(stream(whole))).not.toBeNull();
  expect(login.shownBy(stream(whole, '/api/v1/bus/builder/stream'))).toBeNull();
  expect(login.shownBy(stream(offered))).toBeNull();
  const looking = begun(true);
  const headers = { cookie: looking.cookie, 'coord-page': looking.key };
  expect(login.shownBy(knock(headers))).not.toBeNull();
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect(login.shownBy(knock(headers, method))).toBeNull();
});

test('a session ends after 30 days, and with the token of the local API', () => {
  const { cookie, key } = begun();
  const headers = { cookie, 'coord-page': key };
  const shown = login.shownBy(knock(headers)) ?? '';
  expect(login.counts(shown)).toBe(true);
  const before = token;
  for (const another of ['b'.repeat(64), null]) {
    token = another;
    expect(login.shownBy(knock(headers))).toBeNull();
    expect(login.counts(shown)).toBe(false);
  }
  token = before;
  nowMs += 30 * 24 * 3_600_000 + 1;
  expect(login.counts(shown)).toBe(false);
});

test('another device has a login of its own, with a name, by the outer door alone; it ends alone', () => {
  const ticket = login.ticket(false, 'my phone');
  // A ticket for a device is none for a browser here, and the other way round.
  expect(login.begin(ticket)).toBeNull();
  expect(login.begin(login.ticket(false), true)).toBeNull();
  const session = login.begin(login.ticket(false, 'my phone'), true);
  expect(session?.setCookie).toMatch(/; Secure$/);
  const cookie = session?.setCookie.split(';')[0] ?? '';
  const from = (host: string) => knock({ cookie, 'coord-page': session?.key ?? '', host });
  expect(login.shownBy(from('box.example:8943'))).not.toBeNull();
  expect(login.nameOf?.(from('box.example:8943'))).toBe('my phone');
  expect(login.shownBy(from('127.0.0.1:8900'))).toBeNull();
  const here = begun();
  expect(login.shownBy(knock({ cookie: here.cookie, 'coord-page': here.key, host: 'box.example:8943' }))).toBeNull();
  expect(JSON.stringify(logins)).not.toContain(cookie.split('=')[1]);
  logins = [];
  expect(login.shownBy(from('box.example:8943'))).toBeNull();
});

test('a hundred devices are let in, those that came last; one whose time is over takes no place', () => {
  const enter = (name: string) => login.begin(login.ticket(false, name), true);
  logins = [];
  enter('over');
  nowMs += 30 * 24 * 3_600_000;
  enter('device 0');
  expect(logins.map(({ name }) => name)).toEqual(['device 0']);
  for (let at = 1; at < 101; at += 1) enter(`device ${at}`);
  expect(logins.map(({ name }) => name)).toEqual(Array.from({ length: 100 }, (_, at) => `device ${at + 1}`));
});

test('a device that signs out ends its own login, and no other', () => {
  logins = [];
  const cookieOf = (name: string) => login.begin(login.ticket(true, name), true)?.setCookie.split(';')[0] ?? '';
  const [cookie] = [cookieOf('mine'), cookieOf('other')];
  expect([login.end({ headers: { cookie } }), login.end({ headers: { cookie } }), login.end({ headers: {} })]).toEqual([
    true,
    false,
    false,
  ]);
  expect(logins.map(({ name }) => name)).toEqual(['other']);
});
