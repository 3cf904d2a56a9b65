// The rules of the local API on real sockets, each broken by a client that would like to.
import { type Dirent, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { editOrders } from '../../src/operations/orders/edit-orders.ts';
import type { Limits } from '../../src/server/guard/limits.ts';
import { apiPaths, renewApiToken } from '../../src/system/fleet/api-files.ts';
import { until } from '../e2e/fleet.ts';
import { createHome, endHome, type Home, type House, openHouse, somePorts } from './house.ts';

const FIRST = somePorts();
let home: Home;
let house: House | null = null;

beforeAll(async () => {
  home = await createHome();
  const { world, folder } = home;
  await editOrders(world, folder, [{ kind: 'add', order: { id: 'hello', assign: 1, run: 'echo hello' } }]);
  mkdirSync(join(folder.runs, 'hello-1.1-ab'), { recursive: true });
  writeFileSync(join(folder.runs, 'hello-1.1-ab', 'output.log'), 'hello\n');
});
afterEach(async () => {
  await house?.end();
  house = null;
});
afterAll(() => endHome(home));

async function opened(limits: Partial<Limits> = {}): Promise<House> {
  house = await openHouse(home, FIRST, limits);
  return house;
}

/** What a server sends to a client that sends this, until it is cut off. */
async function raw(port: number, text: string): Promise<{ readonly said: string; readonly ms: number }> {
  const socket = connect(port, '127.0.0.1');
  const startedMs = performance.now();
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk;
  });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()).on('error', () => resolve()));
  socket.write(text);
  await closed;
  return { said, ms: performance.now() - startedMs };
}

const canConnect = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, host);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

test('it listens on the loopback addresses, and on no other', async () => {
  const { port } = await opened();
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  expect(await canConnect('127.0.0.1', port())).toBe(true);
  expect(await canConnect('::1', port())).toBe(addresses.some(({ address }) => address === '::1'));
  for (const { address, internal } of addresses)
    if (!internal && !address.startsWith('fe80:')) expect(await canConnect(address, port()), address).toBe(false);
});

test('Host: only our own, else 421', async () => {
  const { ask, port } = await opened();
  for (const host of ['evil.example', `evil.example:${port()}`, '127.0.0.1', `127.0.0.1:${port() + 1}`])
    expect((await ask('/api/v1/health', { headers: { host } })).status, host).toBe(421);
  for (const host of ['127.0.0.1', 'localhost', '[::1]'])
    expect((await ask('/api/v1/health', { headers: { host: `${host}:${port()}` } })).status, host).toBe(200);
});

test('Origin: only our own, also with a good token; a browser must name it to change anything', async () => {
  const { ask, port } = await opened();
  const foreign = { origin: 'http://evil.example' };
  expect((await ask('/api/v1/orders', { headers: foreign })).status).toBe(403);
  expect((await ask('/api/v1/health', { headers: foreign, token: null })).status).toBe(403);
  expect((await ask('/api/v1/sync', { headers: foreign, body: {} })).status).toBe(403);
  expect((await ask('/api/v1/sync', { headers: { 'sec-fetch-site': 'same-origin' }, body: {} })).status).toBe(403);
  const own = { origin: `http://localhost:${port()}`, 'sec-fetch-site': 'same-origin' };
  expect((await ask('/api/v1/orders/nothing/cancel', { headers: own, body: {} })).status).toBe(404);
});

test('the token: 401 without it, health says only that it lives; a new one counts at once, file private', async () => {
  const { ask, token, folder } = await opened();
  for (const path of ['/api/v1/orders', '/api/v1/nothing', '/']) {
    const answer = await ask(path, { token: null });
    expect(answer.status).toBe(401);
    expect(answer.json.error).toMatchObject({ code: 'UNAUTHORIZED', hint: 'coord api' });
  }
  expect((await ask('/api/v1/health', { token: null })).text).toBe('{"ok":true}');
  expect((await ask('/api/v1/health')).json).toMatchObject({ ok: true, version: '0.0.0-test' });
  expect((await ask(`/api/v1/orders?token=${token()}`)).status).toBe(400);
  const before = token();
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(statSync(apiPaths(folder).token).mode & 0o777).toBe(0o600);
  expect(statSync(apiPaths(folder).record).mode & 0o777).toBe(0o600);
  renewApiToken(folder);
  expect(token()).not.toBe(before);
  expect((await ask('/api/v1/orders', { token: before })).status).toBe(401);
  expect((await ask('/api/v1/orders')).status).toBe(200);
  expect(statSync(apiPaths(folder).token).mode & 0o777).toBe(0o600);
});

const READS = [
  'health',
  'fleet',
  'machines',
  'machines/1',
  'machines/PC',
  'orders',
  'orders/hello',
  'orders/hello/log',
  'inbox',
  'inbox?all=true',
  'sent',
  'instances',
  'needs-you',
  'timeline?limit=5&since=1h&order=hello',
];

test('GET changes nothing: no file, and nothing on the remote', async () => {
  const { ask, folder } = await opened();
  const files = () =>
    (readdirSync(folder.root, { recursive: true, withFileTypes: true }) as Dirent[])
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => `${path} ${statSync(path).mtimeMs} ${statSync(path).size}`);
  const before = files();
  for (const path of READS) {
    const answer = await ask(`/api/v1/${path}`);
    expect(answer.status, `${path} ${answer.text}`).toBe(200);
    expect((await ask(`/api/v1/${path}`, { method: 'HEAD' })).text).toBe('');
  }
  expect(files()).toEqual(before);
});

test('O9 the log of an order says of which run it is, and machines with output come first', async () => {
  const { ask, folder } = await opened();
  const view = readFileSync(folder.view, 'utf8');
  const quiet = join(folder.runs, 'quiet-1.2-abc');
  const told = (tail: string, attempt: number) => ({ state: 'FAILED', attempt, tail });
  const orders = {
    quiet: { state: 'FAILED', generation: 2, attempt: 1, machine: 1, tail: '' },
    each: { state: 'FAILED', generation: 3, machines: { 1: told('', 1), 2: told('said', 2) } },
  };
  writeFileSync(folder.view, JSON.stringify({ ...JSON.parse(view), orders }));
  mkdirSync(quiet, { recursive: true });
  writeFileSync(join(quiet, 'output.log'), 'before');
  try {
    const log = async (id: string) => (await ask(`/api/v1/orders/${id}/log`)).json;
    expect(await log('quiet')).toMatchObject({ machine: 1, generation: 1, attempt: 2, text: 'before' });
    expect(await log('each')).toMatchObject({ machine: 2, generation: 3, attempt: 2, text: 'said' });
  } finally {
    writeFileSync(folder.view, view);
    rmSync(quiet, { recursive: true });
  }
});

test('no answer lets a page of another origin read it, frame it or guess at it', async () => {
  const { ask } = await opened();
  const preflight = { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } };
  const answers = [
    await ask('/api/v1/fleet'),
    await ask('/api/v1/health', { token: null }),
    await ask('/api/v1/orders', { token: null }),
    await ask('/nothing'),
    await ask('/api/v1/orders', preflight),
    await ask('/api/v1/orders', { ...preflight, headers: { ...preflight.headers, origin: 'http://evil.example' } }),
    await ask('/api/v1/orders', { body: '{' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 404, 405, 403, 400]);
  for (const { headers } of answers) {
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers['content-type']).toBe('application/json');
  }
});

test('an unknown path is 404, a wrong method 405 with the right ones; errors have code, message and hint', async () => {
  const { ask } = await opened();
  expect((await ask('/api/v1/nothing')).json).toEqual({
    error: { code: 'NOT_FOUND', message: 'no such path: "/api/v1/nothing"', hint: null },
  });
  for (const [path, method, allow] of [
    ['/api/v1/orders', 'DELETE', 'GET, POST'],
    ['/api/v1/sync', 'GET', 'POST'],
    ['/api/v1/orders/hello/cancel', 'GET', 'POST'],
    ['/api/v1/fleet', 'POST', 'GET'],
  ] as const) {
    const answer = await ask(path, { method });
    expect([answer.status, answer.headers.allow], path).toEqual([405, allow]);
  }
  expect((await ask('/api/v1/orders/nothing')).json.error).toEqual({
    code: 'NOT_FOUND',
    message: 'no order "nothing" in ORDERS.json, as of the last sync',
    hint: 'coord sync',
  });
  expect((await ask('/api/v1/machines/7')).status).toBe(404);
  expect((await ask('/api/v1/orders/%2e%2e')).status).toBe(400);
  expect((await ask('/api/v1/orders/__proto__')).status).toBe(404);
  expect((await ask('/api/v1/orders/constructor')).status).toBe(404);
  expect((await ask('/api/v1/timeline?limit=none')).json.error.message).toMatch(/^"limit": expected a whole number/);
  expect((await ask('/api/v1/timeline?limit=1&limit=2')).status).toBe(400);
  expect((await ask('/api/v1/stream')).status).toBe(426);
});

test('what comes must be JSON, and so much of it: 415, 400 with the place or the field, 413', async () => {
  const { ask } = await opened({ acts: [1000, 1000] });
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json; charset=latin1',
    '',
  ])
    expect((await ask('/api/v1/messages', { body: '{}', headers: { 'content-type': type } })).status, type).toBe(415);
  expect((await ask('/api/v1/messages', { body: '{}', headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
  for (const [body, words] of [
    ['{', 'the request line 1'],
    ['[]', 'expected {"to": 2, "body": "Hello"}'],
    ['{"to": 2, "to": 3, "body": "x"}', 'expected each name once, found "to" a second time'],
    ['{"__proto__": {}, "to": 2, "body": "x"}', 'expected a name that is allowed'],
    ['{"to": 2, "body": "x"} // so', 'expected no comment'],
    ['{"to": 2}', '"body": expected text'],
    ['{"to": {}, "body": "x"}', '"to": expected the number or the name of a machine'],
    ['{"to": 2, "body": "x", "priority": "now"}', '"priority": expected low, normal, high, urgent'],
    ['{"to": 2, "body": "x", "colour": 1}', 'unknown field "colour"'],
  ] as const) {
    const answer = await ask('/api/v1/messages', { body });
    expect([answer.status, answer.json.error.message], body).toEqual([400, expect.stringContaining(words)]);
  }
  expect((await ask('/api/v1/orders', { body: { id: 'x', run: 'true', attempts: 'many' } })).json.error).toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('"attempts"'),
  });
  expect((await ask('/api/v1/pause', { body: { for: 'long' } })).json.error.message).toMatch(/^"for": expected a length/);
  expect((await ask('/api/v1/pause', { body: { machine: 1, fleet: true } })).status).toBe(400);
  expect((await ask('/api/v1/orders/hello/resolve', { body: { as: 'gone' } })).json.error.message).toMatch(/^"as": expected/);
  const large = JSON.stringify({ to: 2, body: 'x'.repeat(1024 * 1024) });
  expect((await ask('/api/v1/messages', { body: large })).status).toBe(413);
  const chunked = { 'transfer-encoding': 'chunked', 'content-length': null };
  expect((await ask('/api/v1/messages', { body: large, headers: chunked })).status).toBe(413);
  expect((await ask('/api/v1/orders/nothing/cancel', { method: 'POST' })).status).toBe(404);
});

test('who sends slowly is cut off; the others do not wait', async () => {
  const { ask, port, token } = await opened({ headersMs: 300, requestMs: 600 });
  const host = `Host: 127.0.0.1:${port()}\r\nAuthorization: Bearer ${token()}\r\n`;
  const headers = raw(port(), 'GET /api/v1/health HTTP/1.1\r\nHost:');
  const body = raw(port(), `POST /api/v1/sync HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{`);
  expect((await ask('/api/v1/health')).status).toBe(200);
  for (const { said, ms } of await Promise.all([headers, body])) {
    expect(said).toMatch(/^HTTP\/1.1 408 /);
    expect(ms).toBeLessThan(10_000);
  }
});

test('who hangs up in the midst of a body fills no log with bugs', async () => {
  const { port, token, log, ask } = await opened();
  const host = `Host: 127.0.0.1:${port()}\r\nAuthorization: Bearer ${token()}\r\n`;
  for (let at = 0; at < 5; at += 1) {
    const socket = connect(port(), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`POST /api/v1/sync HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{`);
    await delay(50);
    socket.destroy();
  }
  expect((await ask('/api/v1/health')).status).toBe(200);
  await delay(100);
  expect(log.filter((line) => line.includes('bug'))).toEqual([]);
});

test('who says nothing, and who shows no token, keeps no connection', async () => {
  const { port } = await opened({ headersMs: 300, idleMs: 60_000 });
  const health = `GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1:${port()}\r\n\r\n`;
  for (const { ms } of await Promise.all([raw(port(), ''), raw(port(), health)])) expect(ms).toBeLessThan(30_000);
});

test('who does not take an answer loses it', async () => {
  const { port, token, folder } = await opened({ answerMs: 200 });
  // More than the system takes for a client that is away.
  const bytesMin = 24 * 1024 * 1024;
  const view = readFileSync(folder.view, 'utf8');
  writeFileSync(folder.view, JSON.stringify({ ...JSON.parse(view), orders: { big: { tail: 'x'.repeat(bytesMin) } } }));
  const deaf = connect(port(), '127.0.0.1');
  try {
    let bytes = 0;
    deaf.on('error', () => {});
    const cut = new Promise<void>((resolve) => deaf.on('close', () => resolve()));
    deaf.write(`GET /api/v1/orders HTTP/1.1\r\nHost: 127.0.0.1:${port()}\r\nAuthorization: Bearer ${token()}\r\n\r\n`);
    deaf.on('data', (chunk) => {
      bytes += chunk.length;
    });
    // In this process it could read all of it before anybody looked.
    await new Promise<void>((resolve) => deaf.once('data', () => resolve(void deaf.pause())));
    await delay(600);
    deaf.resume();
    await cut;
    expect(bytes).toBeLessThan(bytesMin);
  } finally {
    deaf.destroy();
    writeFileSync(folder.view, view);
  }
});

test('so many connections and no more; so many requests at once on each', async () => {
  const { port, token, ask } = await opened({ connectionsMax: 3, idleMs: 60_000 });
  const hello = `GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1:${port()}\r\nAuthorization: Bearer ${token()}\r\n\r\n`;
  const idle = Array.from({ length: 3 }, () => connect(port(), '127.0.0.1'));
  await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('data', resolve).write(hello))));
  await expect(ask('/api/v1/health')).rejects.toThrow();
  for (const socket of idle) socket.destroy();
  await expect.poll(() => ask('/api/v1/health').then(({ status }) => status, String), { timeout: 60_000 }).toBe(200);
  const one = `GET /api/v1/timeline HTTP/1.1\r\nHost: 127.0.0.1:${port()}\r\nAuthorization: Bearer ${token()}\r\n\r\n`;
  expect((await raw(port(), one.repeat(50))).ms).toBeLessThan(10_000);
});

test('too many requests a second: 429, with when to come again; strangers use up nobody else’s', async () => {
  const { ask } = await opened({ reads: [0.2, 3], acts: [0.01, 2], strangers: [0.01, 2], open: [0.01, 2], tooOftenMs: 100 });
  const statuses = async (count: number, path: string, asking = {}) => {
    const answers = [];
    for (let at = 0; at < count; at += 1) answers.push(await ask(path, asking));
    return answers;
  };
  const strangers = await statuses(4, '/api/v1/orders', { token: null });
  expect(strangers.map(({ status }) => status)).toEqual([401, 401, 429, 429]);
  const startedMs = performance.now();
  expect((await ask('/api/v1/orders', { token: null })).status).toBe(429);
  expect(performance.now() - startedMs).toBeGreaterThan(90);
  const open = await statuses(3, '/api/v1/health', { token: null });
  expect(open.map(({ status }) => status)).toEqual([200, 200, 429]);
  const acts = await statuses(3, '/api/v1/orders/nothing/cancel', { body: '{' });
  expect(acts.map(({ status }) => status)).toEqual([400, 400, 429]);
  const reads = await statuses(5, '/api/v1/orders');
  expect(reads.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
  expect(reads[4]?.headers['retry-after']).toBe('5');
  expect(reads[4]?.json.error).toMatchObject({ code: 'TOO_MANY' });
  await expect.poll(async () => (await ask('/api/v1/orders')).status, { timeout: 60_000, interval: 250 }).toBe(200);
});

test('a token that cannot be read is nobody’s, and one that was taken away is made anew', async () => {
  const { ask, token, folder, log } = await opened({ lookMs: 50 });
  const before = token();
  rmSync(apiPaths(folder).token);
  mkdirSync(apiPaths(folder).token);
  expect((await ask('/api/v1/orders', { token: before })).status).toBe(401);
  await until('it is said', () => log.some((line) => line.includes('EISDIR')));
  rmSync(apiPaths(folder).token, { recursive: true });
  expect((await ask('/api/v1/orders', { token: '' })).status).toBe(401);
  await until('there is one', () => token() !== '');
  expect(token()).not.toBe(before);
  expect((await ask('/api/v1/orders')).status).toBe(200);
});

test('the secret stands in no log and in no answer', async () => {
  const { ask, token, log, folder } = await opened();
  for (const path of READS) expect((await ask(`/api/v1/${path}`)).text).not.toContain(token());
  expect(log.join('\n')).not.toContain(token());
  expect(readFileSync(apiPaths(folder).record, 'utf8')).not.toContain(token());
});
