// The stream of the local API: what it tells, to whom, and what becomes of clients that do it harm.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { setApi } from '../../src/operations/api/api-status.ts';
import { sendMessage } from '../../src/operations/messages/send.ts';
import { LIMITS, type Limits } from '../../src/server/guard/limits.ts';
import { createStream } from '../../src/server/stream/stream.ts';
import type { Sight } from '../../src/server/stream/stream-state.ts';
import { renewApiToken } from '../../src/system/fleet/api-files.ts';
import { servicesPath } from '../../src/system/fleet/local-services.ts';
import { bootId, identityOf } from '../../src/system/process/process-identity.ts';
import { until } from '../e2e/fleet.ts';
import { createHome, endHome, type Home, type House, openHouse, somePorts } from './house.ts';

const FIRST = somePorts();

interface Listener {
  readonly socket: WebSocket;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect.
  readonly events: any[];
  /** Once it has ended: with what code. */
  readonly closed: Promise<number>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect.
  next(event: string): Promise<any>;
}

function listenTo(socket: WebSocket): Listener {
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect.
  const events: any[] = [];
  const taken: Record<string, number> = {};
  socket.on('message', (data) => events.push(JSON.parse(String(data))));
  socket.on('error', () => {});
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  return {
    socket,
    events,
    closed,
    async next(event) {
      const seen = taken[event] ?? 0;
      taken[event] = seen + 1;
      const those = () => events.filter((one) => one.event === event);
      await until(`an event ${event}`, () => those().length > seen);
      return those()[seen];
    },
  };
}

/** What it is refused with; 101 = it is not. */
function statusOf(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => resolve(101));
    socket.on('error', () => {});
  });
}

describe('of a real machine', () => {
  let home: Home;
  let house: House;
  beforeAll(async () => {
    home = await createHome();
    house = await openHouse(home, FIRST);
  });
  afterAll(async () => {
    await house.end();
    endHome(home);
  });

  test('hello first, then each change whole, whoever made it; who was away learns that nothing was missed', async () => {
    const { connect, ask, folder } = house;
    const one = listenTo(connect());
    const hello = await one.next('hello');
    expect(hello).toMatchObject({ version: '0.0.0-test', digest: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(one.events[0]).toBe(hello);
    expect((await ask('/api/v1/fleet')).json.digest).toBe(hello.digest);
    // Through the API, by a command, and by a supervisor; of the last two only files tell.
    const order = { id: 'first', assign: 1, run: 'echo hello' };
    expect((await ask('/api/v1/orders', { body: order })).json).toMatchObject({ id: 'first', landed: true });
    expect(await one.next('orders')).toMatchObject({ changed: { first: { machine: 1 } }, removed: [] });
    await sendMessage(home.world, folder, { to: '0', body: 'Hello', priority: 'normal' });
    // On a busy computer a look falls between its record and its push.
    let sent: unknown[];
    do sent = Object.values((await one.next('sent')).changed);
    while (!JSON.stringify(sent).includes('"state":"sent"'));
    expect(sent).toMatchObject([{ to: '0', body: 'Hello', state: 'sent' }]);
    mkdirSync(dirname(servicesPath(folder)), { recursive: true });
    writeFileSync(
      servicesPath(folder),
      JSON.stringify({
        programs: [{ name: 'bot', state: 'ONLINE' }],
        processes: {},
        turns: {},
        by: { pid: process.pid, identity: identityOf(process.pid), boot: bootId() },
      }),
    );
    expect(await one.next('instances')).toMatchObject({ changed: { bot: { state: 'ONLINE' } }, removed: [] });
    const last = one.events.at(-1).digest;
    one.socket.close();
    await one.closed;
    const again = listenTo(connect());
    expect((await again.next('hello')).digest).toBe(last);
    expect((await ask('/api/v1/fleet')).json.digest).toBe(last);
    again.socket.close();
  });

  test('no token 401, another origin 403, another path 404; a browser offers the token as a protocol', async () => {
    const { connect, port, token } = house;
    const bearer = { authorization: `Bearer ${token()}` };
    expect(await statusOf(connect({ headers: {} }))).toBe(401);
    expect(await statusOf(connect({ headers: { authorization: 'Bearer wrong' } }))).toBe(401);
    expect(await statusOf(connect({ headers: { ...bearer, origin: 'http://evil.example' } }))).toBe(403);
    expect(await statusOf(connect({ headers: { ...bearer, host: 'evil.example' } }))).toBe(421);
    expect(await statusOf(new WebSocket(`ws://127.0.0.1:${port()}/api/v1/other`, { headers: bearer }))).toBe(404);
    const protocols = ['coord.v1', `coord.token.${token()}`];
    expect(await statusOf(connect({ protocols, headers: {} }))).toBe(403);
    expect(await statusOf(connect({ protocols, headers: { origin: 'http://evil.example' } }))).toBe(403);
    const browser = listenTo(connect({ protocols, headers: { origin: `http://localhost:${port()}` } }));
    await browser.next('hello');
    expect(browser.socket.protocol).toBe('coord.v1');
    browser.socket.close();
  });

  test('a token that was changed ends those that came with it, and the settings end all', async () => {
    const { connect, ask, folder } = house;
    const one = listenTo(connect());
    await one.next('hello');
    renewApiToken(folder);
    expect(await one.closed).toBe(1008);
    const other = listenTo(connect());
    await other.next('hello');
    await setApi(folder, 'enabled', false);
    await until('it is off', () => house.log.at(-1)?.startsWith('the local API is off') === true);
    expect(await other.closed).not.toBe(1000);
    await setApi(folder, 'enabled', true);
    await until('it is on', () => house.log.at(-1)?.startsWith('the local API answers on') === true);
    expect((await ask('/api/v1/health')).status).toBe(200);
  });
});

describe('of a sight that a test makes', () => {
  const NONE: Sight = {
    orders: {},
    machines: {},
    instances: {},
    inbox: {},
    sent: {},
    needsYou: [],
    unsyncedSince: null,
    fleet: {},
  };
  let end = () => {};
  afterEach(() => end());

  async function streamOf(sight: () => Sight, limits: Partial<Limits> = {}) {
    const source = { sight: async () => sight(), hello: () => ({}), log: () => {} };
    const stream = createStream(source, { ...LIMITS, ...limits });
    const server = createServer();
    server.on('upgrade', (request, socket, head) => {
      const refusal = stream.accept(request, socket, head, 'token');
      if (refusal !== null) socket.end(`HTTP/1.1 ${refusal.status} Refused\r\n\r\n`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    end = () => {
      stream.end();
      server.close();
    };
    const { port } = server.address() as AddressInfo;
    const connect = (options = {}) => listenTo(new WebSocket(`ws://127.0.0.1:${port}/`, options));
    return { stream, connect };
  }

  test('a client that does not read is dropped, and the others are told', async () => {
    let count = 0;
    const big = () => Object.fromEntries([['x', { count, text: 'x'.repeat(250_000) }]]);
    const all = () =>
      ({ ...NONE, orders: big(), machines: big(), instances: big(), inbox: big(), sent: big() }) as unknown as Sight;
    const { stream, connect } = await streamOf(all, { streamBytesMax: 300_000 });
    const [good, deaf] = [connect(), connect()];
    await Promise.all([good.next('hello'), deaf.next('hello')]);
    deaf.socket.pause();
    let isGone = false;
    void deaf.closed.then(() => {
      isGone = true;
    });
    // What the system takes for it is some megabytes.
    for (count = 1; count <= 12; count += 1) {
      stream.changed();
      expect((await good.next('sent')).changed.x.count).toBe(count);
    }
    expect(good.socket.readyState).toBe(WebSocket.OPEN);
    deaf.socket.resume();
    await until('it is gone', () => isGone);
    expect(deaf.events.filter(({ event }) => event === 'sent').length).toBeLessThan(12);
  });

  test('of what is too large only its name is told', async () => {
    let text = '';
    const { stream, connect } = await streamOf(() => ({ ...NONE, orders: { x: { state: 'QUEUED', assign: text } } }));
    const client = connect();
    await client.next('hello');
    text = 'x'.repeat(300_000);
    stream.changed();
    expect(await client.next('orders')).toEqual({ event: 'orders', tooLarge: true, digest: expect.any(String) });
  });

  test('a client that talks is cut off, in messages, in pings and in one that is too large', async () => {
    const { connect } = await streamOf(() => NONE);
    const floods: ((socket: WebSocket) => void)[] = [
      (socket) => socket.send('hello'),
      (socket) => socket.ping(),
      (socket) => socket.send('x'.repeat(5_000)),
    ];
    for (const flood of floods) {
      const client = connect();
      await client.next('hello');
      for (let at = 0; at < 100; at += 1) flood(client.socket);
      expect(await client.closed).toBeGreaterThan(1000);
    }
  });

  test('pings; who answers none is gone; so many clients and no more', async () => {
    const { connect } = await streamOf(() => NONE, { pingMs: 100, streamsMax: 2 });
    const [good, dead] = [connect(), connect({ autoPong: false })];
    await Promise.all([good.next('hello'), dead.next('hello')]);
    expect(await statusOf(connect().socket)).toBe(503);
    expect(await dead.closed).toBe(1006);
    await good.next('ping');
    expect(good.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('a sight that cannot be read ends the clients, who come again', async () => {
    let isBroken = false;
    const { stream, connect } = await streamOf(() => {
      if (isBroken) throw new Error('no disk');
      return NONE;
    });
    const client = connect();
    await client.next('hello');
    isBroken = true;
    stream.changed();
    expect(await client.closed).toBe(1011);
  });
});
