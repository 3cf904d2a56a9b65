// O14: calls, with a real program that listens, the built-in caller under a real watchdog, and what people read of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { bootId, identityOf } from '../../src/system/process/process-identity.ts';
import { createFleet, endFleets, type TestMachine, until } from './fleet.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  endFleets();
});

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A program of few words, and what it was asked. */
async function listening(): Promise<{ port: number; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, headers, body: Buffer.concat(pieces).toString() });
    switch (url) {
      case '/api/build':
        return response.setHeader('content-type', 'application/json').end('{\n  "version": 12345678901234567890\n}\n');
      case '/away':
        return response.writeHead(302, { location: 'http://example.com/' }).end();
      case '/picture':
        return response.setHeader('content-type', 'image/png').end(Buffer.from([1, 0, 2, 255]));
      case '/broken':
        response.writeHead(200, { 'content-length': '100' }).write('half');
        return setTimeout(() => response.destroy(), 50);
      case '/silent':
        return request.socket.destroy();
      case '/slow':
        return;
      default:
        return response.writeHead(500).end('no such\u001b[31m thing\n');
    }
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { port: (server.address() as AddressInfo).port, asked };
}

/** As a daemon leaves it that lives, and this process is one. */
function programs(machine: TestMachine, ...list: readonly object[]): void {
  const folder = join(machine.folder, '.coord', 'programs');
  mkdirSync(folder, { recursive: true });
  const rest = { state: 'ONLINE', since: '2026-11-20T22:00:00.000Z', pid: 1, specialties: [], capacity: 1 };
  const more = { managed: true, failures: 0, givenUp: false, detail: null };
  const by = { pid: process.pid, identity: identityOf(process.pid), boot: bootId() };
  const file = { programs: list.map((it) => ({ ...rest, ...more, ...it })), processes: {}, turns: {}, by };
  writeFileSync(join(folder, 'programs.json'), JSON.stringify(file));
}

test('O14 a request reaches the program with its token, its answer is in the result; failures say why', async () => {
  const fleet = createFleet();
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  const { port, asked } = await listening();
  const closed = await listening();
  await new Promise((done) => servers.pop()?.close(done));
  programs(pc, { name: 'builder', port, specialties: ['build'], capacity: 9 }, { name: 'gone', port: closed.port });
  const call = (id: string, path: string, more: object = {}) => ({ id, assign: 1, call: { instance: 'builder', path, ...more } });
  fleet.person().order([call('build', '/api/build')]);
  await pc.ok('sync');
  expect(fleet.status().orders.build).toMatchObject({ reason: 'not allowed; on pc: coord allow call' });
  expect(await pc.ok('allow', 'call')).toContain('anyone who can push to this repo can now send requests to the programs');
  await pc.ok('allow', 'env', 'SEED');

  const long = 'x'.repeat(300_000);
  fleet.person().order([
    {
      ...call('build', '/api/build', { body: { a: 1, long }, headers: { 'X-Mine': 'yes' } }),
      check: 'echo checked "$SEED"',
      env: { SEED: '7' },
    },
    {
      id: 'by-specialty',
      assign: 'any',
      call: { specialty: 'Build', path: '/api/build', method: 'DELETE', expect: [200, 404] },
    },
    call('no', '/nowhere'),
    { ...call('then', '/api/build', { method: 'OPTIONS' }), after: ['build'] },
    call('expected', '/nowhere', { expect: 500 }),
    call('away', '/away'),
    call('picture', '/picture'),
    call('broken', '/broken'),
    call('silent', '/silent'),
    { id: 'gone', assign: 1, call: { instance: 'gone', path: '/' } },
    { id: 'missing', assign: 1, call: { instance: 'writer', path: '/' } },
  ]);
  await pc.ok('sync', '--wait');

  const { orders } = fleet.status();
  const body = '{"version": 12345678901234567890}';
  expect(orders.build).toMatchObject({
    state: 'COMPLETED',
    exitCode: 0,
    outputs: { program: 'builder', status: '200', content_type: 'application/json', body },
  });
  expect(orders.build?.tail).toContain('"version": 12345678901234567890');
  expect(orders.build?.tail).toContain('checked 7');
  const first = asked.find(({ method }) => method === 'POST');
  expect(first).toMatchObject({ method: 'POST', url: '/api/build', body: JSON.stringify({ a: 1, long }) });
  expect(first?.headers).toMatchObject({
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    'x-mine': 'yes',
    'idempotency-key': 'build@1',
    'x-coord-order': 'build',
    'x-coord-generation': '1',
    'x-coord-attempt': '1',
  });
  const then = asked.find(({ method }) => method === 'OPTIONS');
  expect(then?.headers).toMatchObject({ 'x-coord-from-build-status': '200', 'x-coord-from-build-body': body });
  expect(orders['by-specialty']).toMatchObject({ state: 'COMPLETED', outputs: { program: 'builder', status: '200', body } });
  expect(orders.no).toMatchObject({
    state: 'FAILED',
    exitCode: 1,
    reason: 'builder answered 500 Internal Server Error: no such thing',
  });
  expect(orders.expected).toMatchObject({ state: 'COMPLETED', outputs: { status: '500' } });
  expect(orders.away).toMatchObject({
    state: 'FAILED',
    reason: 'builder answered 302 Found, to http://example.com/; a redirect is not followed',
  });
  expect(orders.picture).toMatchObject({ state: 'COMPLETED', tail: '(4 bytes of image/png, not shown)' });
  expect(orders.broken).toMatchObject({ exitCode: 2, tail: expect.stringMatching(/^half/) });
  expect(orders.broken?.reason).toMatch(/^builder broke off in the middle of its answer \(200, after 4 bytes\): /);
  expect(orders.silent).toMatchObject({ exitCode: 2, reason: 'builder broke off without an answer: ECONNRESET' });
  expect(orders.gone).toMatchObject({ exitCode: 2, reason: `gone does not answer on port ${closed.port}: ECONNREFUSED` });
  expect(orders.missing).toMatchObject({ state: 'BLOCKED', reason: expect.stringMatching(/^no program writer; on pc: /) });
  expect(asked.filter(({ url }) => url === '/silent')).toHaveLength(1);
});

test('O14, O9 a call outlives coord and ends with its order; a program that is busy takes no other', async () => {
  const fleet = createFleet();
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  const { port, asked } = await listening();
  programs(pc, { name: 'builder', port });
  await pc.ok('allow', 'call');
  writeFileSync(join(pc.coordHome, 'policy.yaml'), `fleets:\n  ${pc.folder}: { allow: [call], slots: 2 }\n`);
  const slow = { id: 'slow', assign: 1, call: { instance: 'builder', path: '/slow' } };
  const next = { id: 'next', assign: 1, call: { instance: 'builder', method: 'PUT', path: '/api/build', body: { a: 1 } } };
  fleet.person().order([slow]);
  const words = ['--for', '1', '--call', 'builder', '--path', '/api/build', '--method', 'put', '--body', '{"a":1}'];
  await pc.ok('order', 'add', 'next', ...words);
  await until('the program is asked', () => asked.length > 0);
  expect(fleet.status().orders).toMatchObject({
    slow: { state: 'IN_PROGRESS' },
    next: { state: 'ASSIGNED', reason: 'waits: builder is busy, 1 of 1 calls' },
  });
  fleet.person().order([{ ...slow, cancelled: true }, next]);
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders).toMatchObject({ slow: { state: 'CANCELLED' }, next: { state: 'COMPLETED' } });
  expect(asked.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual(['GET /slow ', 'PUT /api/build {"a":1}']);
});
