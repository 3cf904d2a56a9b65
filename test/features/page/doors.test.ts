// Who gets the page and what it asks for, by real sockets: the files are anybody's on this computer, all else is the owner's.
import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { pageCheck } from '../../../src/features/page/operations/doctor-check.ts';
import { writeLogins } from '../../../src/features/page/system/door-file.ts';
import { claimPidFile } from '../../../src/operations/daemon/pid-file.ts';
import { apiPaths } from '../../../src/system/fleet/api-files.ts';
import { buildOnce, mainPath } from '../../e2e/program.ts';
import { type Asking, createHome, endHome, type Home, type House, openHouse, somePorts } from '../../server/house.ts';

let home: Home;
let house: House;
let own = '';

beforeAll(async () => {
  buildOnce();
  home = await createHome();
  const world = { ...home.world, caller: [process.execPath, mainPath, '__call'] as const };
  // Whoever has no token may ask seldom: this test asks often.
  house = await openHouse({ ...home, world }, somePorts(), { strangers: [1_000, 1_000] });
  own = `http://127.0.0.1:${house.port()}`;
});

afterAll(async () => {
  await house.end();
  endHome(home);
});

const bare = (path: string, asking: Asking = {}) => house.ask(path, { token: null, ...asking });
const ticket = async (readOnly = false) => (await house.ask('/api/v1/page/ticket', { body: { readOnly } })).json.ticket as string;
const exchange = (word: string, headers = {}) =>
  bare('/dashboard/session', { body: { ticket: word }, headers: { origin: own, 'sec-fetch-site': 'same-origin', ...headers } });

async function session(readOnly = false): Promise<Record<string, string>> {
  const { headers, json } = await exchange(await ticket(readOnly));
  const [cookie = ''] = String(headers['set-cookie']).split(';');
  return { cookie, 'coord-page': json.key as string };
}

test('coord doctor says where the page is, and whether it is served', async () => {
  const look = () => pageCheck(home.world.env, Date.now).look({ folder: house.folder } as never);
  expect(await look()).toEqual({ state: 'ok', found: 'not served: it comes with the daemon and the local API' });
  // This process is the daemon.
  await claimPidFile(house.folder, { version: '1', since: '' }, () => {});
  expect(await look()).toEqual({ state: 'ok', found: `${own}/dashboard, opened by coord dash` });
});

describe('the files', () => {
  test('the document comes without a token, with a policy that lets in nothing from elsewhere', async () => {
    const { status, headers, text } = await bare('/dashboard');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; manifest-src 'self'; connect-src 'self' ws://127.0.0.1:${house.port()}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'`,
    );
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['access-control-allow-origin']).toBeUndefined();
    // No script and no style stands in it, and all that it names is here.
    expect(text).not.toMatch(/<style|style=|<script>|\son\w+=/);
    const named = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, path]) => path ?? '');
    expect(named.length).toBeGreaterThan(3);
    for (const path of named) expect((await bare(path)).status, path).toBe(200);
  });

  test('what is named after its content is kept by browsers; there are no other files', async () => {
    const { text } = await bare('/dashboard/');
    const [, script = ''] = /src="([^"]*)"/.exec(text) ?? [];
    const { headers } = await bare(script);
    expect(headers).toMatchObject({
      'cache-control': 'private, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
    });
    for (const name of ['icon.svg', 'app.webmanifest'])
      expect((await bare(`/dashboard/${name}`)).headers['cache-control'], name).toBe('private, max-age=3600');
    for (const path of [
      'main.js',
      '..',
      '../main.js',
      '%2e%2e/main.js',
      '..%2fmain.js',
      'package.json',
      '__proto__',
      'icon.svg/x',
    ])
      expect((await bare(`/dashboard/${path}`)).status, path).toBeGreaterThanOrEqual(400);
    expect((await bare('/dashboard', { method: 'POST', headers: { origin: own } })).status).toBe(401);
  });
});

describe('who is kept out', () => {
  test('a page whose name was turned to point here, another origin, another site', async () => {
    for (const path of ['/dashboard', '/dashboard/icon.svg'])
      expect((await bare(path, { headers: { host: 'evil.example' } })).status, path).toBe(421);
    expect((await bare('/dashboard', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    const word = await ticket();
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'http://127.0.0.1:1' },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-site' },
      { origin: null },
    ])
      expect((await exchange(word, headers)).status, JSON.stringify(headers)).toBe(403);
    // None of them has used it up.
    expect((await exchange(word)).status).toBe(200);
  });

  test('a ticket that was used, that is none, or that is no JSON; without a token there is none to be had', async () => {
    const word = await ticket();
    expect((await exchange(word)).status).toBe(200);
    const again = await exchange(word);
    expect([again.status, again.json.error.hint, again.headers['set-cookie']]).toEqual([401, 'coord dash', undefined]);
    expect((await exchange('f'.repeat(64))).status).toBe(401);
    expect((await bare('/dashboard/session', { body: '{', headers: { origin: own } })).status).toBe(400);
    expect((await bare('/dashboard/session', { body: 'x'.repeat(2_000), headers: { origin: own } })).status).toBe(413);
    expect((await bare('/api/v1/page/ticket', { body: {} })).status).toBe(401);
  });

  test('an act without the header of the page, or without its cookie', async () => {
    const both = await session();
    const act = (headers: Record<string, string>) => bare('/api/v1/pause', { body: {}, headers: { origin: own, ...headers } });
    expect((await act({ cookie: both.cookie ?? '' })).status).toBe(401);
    expect((await act({ 'coord-page': both['coord-page'] ?? '' })).status).toBe(401);
    expect((await act({ ...both, origin: 'http://evil.example' })).status).toBe(403);
    expect((await bare('/api/v1/fleet', { headers: { cookie: both.cookie ?? '' } })).status).toBe(401);
    expect((await bare('/api/v1/fleet', { headers: both })).status).toBe(200);
    expect((await act(both)).status).toBe(200);
    await act(both).then(() => bare('/api/v1/resume', { body: {}, headers: { origin: own, ...both } }));
  });

  test('a page that may only look reads everything and changes nothing', async () => {
    const looking = await session(true);
    expect((await bare('/api/v1/fleet', { headers: looking })).status).toBe(200);
    for (const path of ['pause', 'sync', 'orders', 'messages', 'page/ticket'])
      expect((await bare(`/api/v1/${path}`, { body: {}, headers: { origin: own, ...looking } })).status, path).toBe(401);
  });
});

test('a login that is over is not listed, and nobody is signed out by its name', async () => {
  const login = (name: string, until: string) => ({
    name,
    hash: name,
    since: '2026-01-01T00:00:00.000Z',
    until,
    isReadOnly: false,
  });
  writeLogins(house.folder, [login('old', '2026-01-31T00:00:00.000Z'), login('new', '9999-01-01T00:00:00.000Z')]);
  const { logins } = (await house.ask('/api/v1/page/door')).json as { logins: { name: string }[] };
  expect(logins.map(({ name }) => name)).toEqual(['new']);
  const signOut = async (name: string) => (await house.ask('/api/v1/page/sign-out', { body: { name } })).json;
  expect([await signOut('old'), await signOut('new')]).toEqual([{ ended: 0 }, { ended: 1 }]);
});

test('while the token cannot be read no page is in, and the daemon goes on', async () => {
  const both = await session();
  const fleet = async () => (await bare('/api/v1/fleet', { headers: both })).status;
  const path = apiPaths(house.folder).token;
  const token = readFileSync(path, 'utf8');
  rmSync(path);
  mkdirSync(path);
  expect(await fleet()).toBe(401);
  rmdirSync(path);
  writeFileSync(path, token, { mode: 0o600 });
  expect(await fleet()).toBe(200);
});

test('the stream of changes, and no other, opens for the page of this origin; it ends with the token', async () => {
  const { cookie = '', 'coord-page': key = '' } = await session();
  const open = (protocols: string[], headers: Record<string, string>) =>
    new WebSocket(`ws://127.0.0.1:${house.port()}/api/v1/stream`, protocols, { headers });
  const refused = (socket: WebSocket) =>
    new Promise<number>((resolve) => {
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      socket.on('open', () => resolve(101));
    });
  const offered = ['coord.v1', `coord.page.${key}`];
  expect(await refused(open(offered, { cookie, origin: 'http://evil.example' }))).toBe(403);
  expect(await refused(open(offered, { cookie }))).toBe(401);
  expect(await refused(open(offered, { origin: own }))).toBe(401);
  expect(await refused(open(['coord.v1'], { cookie, origin: own }))).toBe(401);
  const bus = new WebSocket(`ws://127.0.0.1:${house.port()}/api/v1/bus/builder/stream`, offered, {
    headers: { cookie, origin: own },
  });
  expect(await refused(bus)).toBe(401);
  const socket = open(offered, { cookie, origin: own });
  const hello = await new Promise<string>((resolve) => socket.on('message', (data) => resolve(String(data))));
  expect([socket.protocol, JSON.parse(hello).event]).toEqual(['coord.v1', 'hello']);
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  const { renewApiToken } = await import('../../../src/system/fleet/api-files.ts');
  renewApiToken(house.folder);
  expect(await closed).toBe(1008);
});
