// Who is kept out of a hub, and what one that means it badly may cost: over real sockets.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine, until } from '../../e2e/fleet.ts';
import { hasProgram } from '../../programs.ts';
import { guest, type Hub, startHub } from './hub-world.ts';

let fleet: Fleet;
let pc: TestMachine;
let hub: Hub;
let token = '';
let odd = '';
const hasTls = hasProgram('openssl');
const outside = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

beforeAll(async () => {
  fleet = createFleet();
  [pc] = (await fleet.calm('pc')) as [TestMachine];
  token = await guest(pc, 'kitchen', 'report,instructions,done,send,computers');
  hub = await startHub(pc);
});

afterAll(async () => {
  await hub.end();
  endFleets();
});

/** As from another computer: the hub trusts a proxy on this one. */
const from = (address: string) => ({ 'x-forwarded-for': address });
/** What comes on a socket until it is closed. */
const heard = (socket: Socket) =>
  new Promise<string>((resolve) => {
    let got = '';
    socket.on('data', (chunk) => {
      got += String(chunk);
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(got));
  });

test('whether it lives is answered to anybody on this computer, and nothing else without a token', async () => {
  expect(await hub.ask('/health')).toMatchObject({ status: 200, json: { ok: true } });
  for (const path of ['/', '/report', '/instructions/kitchen', '/api/computers', '/api/v1/fleet'])
    expect((await hub.ask(path, { headers: from('192.0.2.1') })).status, path).toBe(401);
  expect((await hub.ask('/report', { token, headers: { origin: 'http://127.0.0.1' } })).status).toBe(403);
  expect((await hub.ask(`/api/computers?token=${token}`)).status).toBe(400);
  expect((await hub.ask('/nothing', { token })).status).toBe(404);
  expect(await hub.ask('/report', { token })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
});

test('ten wrong tokens in a minute block an address, also for the right one, and others come in as before', async () => {
  const headers = from('203.0.113.9');
  for (let times = 1; times <= 10; times += 1)
    expect((await hub.ask('/api/computers', { token: 'f'.repeat(64), headers })).status).toBe(401);
  const blocked = await hub.ask('/api/computers', { token, headers });
  expect(blocked).toMatchObject({ status: 429, json: { error: { code: 'TOO_MANY' } } });
  expect(Number(blocked.headers['retry-after'])).toBeGreaterThan(50);
  expect((await hub.ask('/api/computers', { token, headers: from('203.0.113.10') })).status).toBe(200);
  const path = join(pc.folder, '.coord', 'hub', 'knocks.json');
  const knocks = () => JSON.parse(readFileSync(path, 'utf8')) as { address: string; refused: number }[];
  // It is written now and then: an earlier one may tell of the first of them alone.
  const known = (): boolean => {
    try {
      return knocks().some(({ address, refused }) => address === '203.0.113.9' && refused >= 10);
    } catch {
      return false;
    }
  };
  await until('it is noted', known);
  const { stdout } = await pc.coord(['hub', 'status']);
  expect(stdout).toMatch(/203\.0\.113\.9 +10 .* 20\d\d-/);
  expect(stdout).toContain('guest kitchen · may report, instructions, done, send, computers');
});

test('a block outlives the hub', async () => {
  await hub.end('SIGKILL');
  hub = await startHub(pc);
  expect((await hub.ask('/api/computers', { token, headers: from('203.0.113.9') })).status).toBe(429);
});

test('bodies that are too large, no JSON, bombs, or of another shape are refused', async () => {
  const send = (body: unknown) => hub.ask('/send', { token, body });
  expect((await send({ to: '0', content: 'x'.repeat(100_000) })).status).toBe(413);
  expect((await send('{"to":')).status).toBe(400);
  expect((await send(`{"to":"0","content":${'['.repeat(40_000)}`)).status).toBe(400);
  expect(await send({ to: '0', content: 7 })).toMatchObject({
    status: 400,
    json: { error: { message: '"content": expected text' } },
  });
  expect((await send({ to: '0', content: 'x', colour: 'red' })).status).toBe(400);
  expect((await send({ content: 'x' })).json.error.message).toContain('"to"');
  expect((await hub.ask('/send', { token, body: 'x', headers: { 'content-type': 'text/plain' } })).status).toBe(415);
});

test.each<[what: string, id: string]>([
  ['slashes that are written otherwise', '..%2f..%2fetc'],
  ['dots that are written otherwise', '%2e%2e'],
  ['a zero byte', 'kitchen%00'],
  ['letters of no name', 'k%C3%BCche'],
  ['bytes that are no text', '%ff'],
  ['5,000 characters', 'a'.repeat(5_000)],
  ['a path', 'kitchen/../hall'],
  ['an option', '-rf'],
  ['a name of the language', '__proto__'],
])('an odd id does nothing: %s', async (_what, id) => {
  odd = odd === '' ? await guest(pc, 'odd') : odd;
  const got = await hub.ask(`/done/${id}`, { token: odd, body: {} });
  expect([400, 404]).toContain(got.status);
  expect(got.json.error.code).not.toBe('BUG');
});

test('a body that comes a byte a second ends with its time, and keeps nobody waiting', async () => {
  const slowly = await guest(pc, 'slow', 'send');
  const socket = connect(hub.port, '127.0.0.1');
  const head = `POST /send HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${slowly}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`;
  socket.write(head);
  const slow = setInterval(() => socket.write(' '), 1_000);
  expect((await hub.ask('/health')).status).toBe(200);
  expect(await heard(socket)).toMatch(/^(HTTP\/1\.1 408|$)/);
  clearInterval(slow);
});

test('eighty sockets that say nothing: a guest comes in all the same', async () => {
  const sockets = Array.from({ length: 80 }, () => connect(hub.port, '127.0.0.1'));
  for (const socket of sockets) socket.on('error', () => {}).write('GET / HTTP/1.1\r\nHo');
  expect((await hub.ask('/api/computers', { token })).status).toBe(200);
  expect((await hub.ask('/health')).status).toBe(200);
  for (const socket of sockets) socket.destroy();
});

test('a guest that asks without a rest is told when to come again, and others are not', async () => {
  const hall = await guest(pc, 'hall', 'instructions');
  const all = await Promise.all(Array.from({ length: 40 }, () => hub.ask('/instructions/hall', { token: hall })));
  const refused = all.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(5);
  expect(refused[0]?.headers['retry-after']).toBe('1');
  expect((await hub.ask('/api/computers', { token })).status).toBe(200);
});

test.runIf(outside !== undefined)('other computers reach it with --insecure alone, or by TLS', async () => {
  const port = hub.port;
  await expect(fetch(`http://${outside}:${port}/health`)).rejects.toThrow();
  await hub.end();
  hub = await startHub(pc, '--insecure');
  expect(await (await fetch(`http://${outside}:${hub.port}/health`)).json()).toEqual({ ok: true });
  const { stdout } = await pc.coord(['hub', 'status']);
  expect(stdout).toContain('! other computers reach it unencrypted');
});

test.runIf(hasTls)('with a certificate it speaks TLS', async () => {
  await hub.end();
  const [cert, key] = [join(fleet.root, 'cert.pem'), join(fleet.root, 'key.pem')];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', [...made, '-subj', '/CN=localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  expect(await pc.coord(['hub', '--http', '0', '--cert', cert])).toMatchObject({ code: 2 });
  hub = await startHub(pc, '--cert', cert, '--key', key);
  expect(hub.record().url).toMatch(/^https:/);
  const status = await new Promise((resolve, reject) => {
    const options = { headers: { authorization: `Bearer ${token}` }, ca: readFileSync(cert), servername: 'localhost' };
    get(`https://127.0.0.1:${hub.port}/api/computers`, options, ({ statusCode }) => resolve(statusCode)).on('error', reject);
  });
  expect(status).toBe(200);
});
