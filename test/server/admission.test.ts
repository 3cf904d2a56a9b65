// Who may come in, asked of the rules alone; test/server/rules.test.ts asks the same of real sockets.
import { describe, expect, test } from 'vitest';
import { admit, type House, type Knock } from '../../src/server/guard/admission.ts';

const TOKEN = 'a'.repeat(64);
const HOSTS = ['127.0.0.1:8900', 'localhost:8900', '[::1]:8900'];
const house: House = { hosts: HOSTS, isToken: (text: string) => text === TOKEN };
const GOOD: Knock = {
  method: 'GET',
  target: '/api/v1/orders',
  headers: { host: '127.0.0.1:8900', authorization: `Bearer ${TOKEN}` },
  hostCount: 1,
  isStream: false,
};

type Change = Partial<Omit<Knock, 'headers'>> & { readonly headers?: Readonly<Record<string, string | undefined>> };

/** 0 = in and known, 1 = in without a token. */
function statusOf({ headers = {}, ...change }: Change, of = house): number {
  const all = { ...GOOD.headers, ...headers };
  const admission = admit({ ...GOOD, ...change, headers: all }, of);
  return admission.kind === 'out' ? admission.refusal.status : admission.known ? 0 : 1;
}

describe('Host', () => {
  test.each(HOSTS)('%s is ours', (host) => expect(statusOf({ headers: { host } })).toBe(0));
  test.each([
    'evil.example',
    'evil.example:8900',
    '127.0.0.1',
    '127.0.0.1:8901',
    'localhost:8900.evil.example',
    'localhost.:8900',
    '127.1:8900',
    '0.0.0.0:8900',
    '[::]:8900',
    '127.0.0.1:08900',
    '',
  ])('%s is not: 421', (host) => expect(statusOf({ headers: { host } })).toBe(421));
  test('a Host in another case is the same host; none, two, and a whole URL as the path are refused', () => {
    expect(statusOf({ headers: { host: 'LocalHost:8900' } })).toBe(0);
    expect(statusOf({ headers: { host: undefined } })).toBe(421);
    expect(statusOf({ hostCount: 2 })).toBe(400);
    expect(statusOf({ target: 'http://127.0.0.1:8900/api/v1/orders' })).toBe(400);
    expect(statusOf({ headers: { host: 'evil.example', 'x-forwarded-host': '127.0.0.1:8900' } })).toBe(421);
  });
});

describe('Origin', () => {
  test.each(HOSTS)('http://%s is ours', (host) => expect(statusOf({ headers: { origin: `http://${host}` } })).toBe(0));
  test.each([
    'http://evil.example',
    'https://127.0.0.1:8900',
    'http://127.0.0.1:8901',
    'http://127.0.0.1:8900.evil.example',
    'http://127.0.0.1:8900, http://evil.example',
    'null',
    '',
  ])('%s is not, whatever it asks for: 403', (origin) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) expect(statusOf({ method, headers: { origin } })).toBe(403);
    expect(statusOf({ headers: { origin }, isStream: true })).toBe(403);
  });
  test('a browser must say it before anything changes, and for the stream; a program need not', () => {
    const browser = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' };
    expect(statusOf({ method: 'POST' })).toBe(0);
    expect(statusOf({ method: 'POST', headers: browser })).toBe(403);
    expect(statusOf({ method: 'POST', headers: { ...browser, origin: 'http://localhost:8900' } })).toBe(0);
    expect(statusOf({ headers: browser })).toBe(0);
    expect(statusOf({ headers: browser, isStream: true })).toBe(403);
    expect(statusOf({ isStream: true })).toBe(0);
    // What fetch of node says.
    expect(statusOf({ method: 'POST', headers: { 'sec-fetch-mode': 'cors' } })).toBe(0);
  });
  test.each(['cross-site', 'same-site'])('a page of another site, as browsers say it, asks nothing: %s', (site) => {
    expect(statusOf({ headers: { 'sec-fetch-site': site } })).toBe(403);
    expect(statusOf({ target: '/api/v1/health', headers: { 'sec-fetch-site': site, authorization: undefined } })).toBe(403);
  });
});

describe('the token', () => {
  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${TOKEN}b`,
    `Bearer ${TOKEN.slice(1)}`,
    `Basic ${TOKEN}`,
    TOKEN,
    `Bearer ${TOKEN} ${TOKEN}`,
  ])('%s is none: 401', (authorization) => {
    expect(statusOf({ headers: { authorization } })).toBe(401);
    expect(statusOf({ headers: { authorization }, method: 'POST' })).toBe(401);
    expect(statusOf({ headers: { authorization }, isStream: true })).toBe(401);
  });
  test('health alone is answered without one, to GET and HEAD, and not with a wrong one', () => {
    const none = { authorization: undefined };
    expect(statusOf({ target: '/api/v1/health', headers: none })).toBe(1);
    expect(statusOf({ target: '/api/v1/health?x', method: 'HEAD', headers: none })).toBe(1);
    expect(statusOf({ target: '/api/v1/health', method: 'POST', headers: none })).toBe(401);
    expect(statusOf({ target: '/api/v1/health', isStream: true, headers: none })).toBe(401);
    expect(statusOf({ target: '/api/v1/health/', headers: none })).toBe(401);
    expect(statusOf({ target: '/api/v1/health', headers: { authorization: 'Bearer wrong' } })).toBe(401);
  });
  test('in an address it is refused, also beside a good one', () => {
    for (const name of ['token', 'access_token', 'Authorization', '%74oken'])
      expect(statusOf({ target: `/api/v1/orders?a=b&${name}=${TOKEN}` })).toBe(400);
  });
  test('a browser offers it as a protocol of the stream, and of the stream alone', () => {
    const offered = { authorization: undefined, 'sec-websocket-protocol': `coord.v1, coord.token.${TOKEN}` };
    const origin = 'http://localhost:8900';
    expect(statusOf({ isStream: true, headers: { ...offered, origin } })).toBe(0);
    expect(statusOf({ isStream: true, headers: offered })).toBe(403);
    expect(statusOf({ headers: { ...offered, origin } })).toBe(401);
    expect(
      statusOf({ isStream: true, headers: { ...offered, origin, 'sec-websocket-protocol': 'coord.v1, coord.token.wrong' } }),
    ).toBe(401);
  });
});

test.each([
  '/api/v1/bus/../sync',
  '/api/v1/bus/./x',
  '/api/v1/bus/%2e%2e/sync',
  '/api/v1/bus/%2E./sync',
  '/api/v1/bus/..%2fsync',
  '/api/v1/bus/..#x',
  '/api/v1/bus\\..\\sync',
  '/api/v1/bus/..%5csync',
  '/api/v1/orders/%ff',
])('%s is a crooked path: 400', (target) => {
  for (const method of ['GET', 'POST']) expect(statusOf({ method, target })).toBe(400);
});

test('an address that a person typed is of no other site; a page of the same domain is of one', () => {
  expect(statusOf({ headers: { 'sec-fetch-site': 'none' } })).toBe(0);
  expect(statusOf({ headers: { 'sec-fetch-site': 'same-site' } })).toBe(403);
});

test('dots in a name, and behind the path, are none', () => {
  for (const target of ['/api/v1/orders/v1.2', '/api/v1/bus/messages/a.b', '/api/v1/timeline?since=../..'])
    expect(statusOf({ target })).toBe(0);
});

describe('another way in than the token', () => {
  const entrance: NonNullable<House['entrances']>[number] = {
    shownBy: ({ headers }) => (headers.cookie === 'good' ? 'good' : null),
    counts: () => true,
    isOpen: ({ target }) => target === '/page',
  };
  const open: House = { ...house, outside: ['box.example:8943'], entrances: [entrance] };
  const cookie = { authorization: undefined, cookie: 'good' };
  const away = { ...cookie, host: 'box.example:8943' };

  test('counts beside no authorization, not even a wrong or an empty one', () => {
    expect(statusOf({ headers: cookie }, open)).toBe(0);
    for (const authorization of ['Bearer wrong', 'Basic eDp5', '']) {
      expect(statusOf({ headers: { ...cookie, authorization } }, open)).toBe(401);
      expect(statusOf({ target: '/page', headers: { authorization } }, open)).toBe(401);
    }
  });

  test('counts not beside a wrong token that a browser offers for a stream', () => {
    const offered = (protocol: string) => ({ ...cookie, origin: 'http://localhost:8900', 'sec-websocket-protocol': protocol });
    expect(statusOf({ isStream: true, headers: offered('coord.v1') }, open)).toBe(0);
    expect(statusOf({ isStream: true, headers: offered('coord.v1, coord.token.wrong') }, open)).toBe(401);
  });

  test('what anybody may ask for is no stream', () => {
    expect(statusOf({ target: '/page', headers: { authorization: undefined } }, open)).toBe(1);
    expect(statusOf({ target: '/page', isStream: true, headers: { authorization: undefined } }, open)).toBe(401);
  });

  test('is the only one for another device: no token counts there', () => {
    expect(statusOf({ headers: away }, open)).toBe(0);
    expect(statusOf({ headers: { host: 'box.example:8943' } }, open)).toBe(401);
  });

  test('has the Origin of its own Host, by TLS for another device alone', () => {
    expect(statusOf({ headers: { ...away, origin: 'https://box.example:8943' } }, open)).toBe(0);
    for (const origin of ['http://box.example:8943', 'http://127.0.0.1:8900'])
      expect(statusOf({ headers: { ...away, origin } }, open)).toBe(403);
    expect(statusOf({ headers: { ...cookie, origin: 'https://box.example:8943' } }, open)).toBe(403);
  });
});
