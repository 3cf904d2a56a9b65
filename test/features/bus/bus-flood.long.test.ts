// The bus where somebody means it badly, or his disk does: on real sockets (M8).
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { peek, sendOnBus, takeNext } from '../../../src/features/bus/operations/bus.ts';
import type { Limits } from '../../../src/server/guard/limits.ts';
import { renewApiToken } from '../../../src/system/fleet/api-files.ts';
import { until } from '../../e2e/fleet.ts';
import { createHome, endHome, type Home, type House, openHouse, somePorts } from '../../server/house.ts';

const FIRST = somePorts();
let home: Home;
let house: House;
beforeAll(async () => {
  home = await createHome();
});
afterEach(async () => {
  await house.end();
  rmSync(at(), { recursive: true, force: true });
});
afterAll(() => endHome(home));

const at = (...path: string[]) => join(home.folder.state, 'bus', ...path);
const post = (path: string, body: object) => house.ask(`/api/v1/bus${path}`, { body });
const send = (to: string, body: string) =>
  sendOnBus(home.world, home.folder, { to, from: 'poster', body, priority: 'normal', keep: true }).messages[0]?.id;
const waiting = (program: string) => peek(home.folder, program, 100).map(({ message, state }) => `${message.body} ${state}`);

async function opened(limits: Partial<Limits> = {}): Promise<void> {
  house = await openHouse(home, FIRST, limits);
}

async function open(program: string, query = '') {
  const headers = { authorization: `Bearer ${house.token()}` };
  const socket = new WebSocket(`ws://127.0.0.1:${house.port()}/api/v1/bus/${program}/stream?${query}`, { headers });
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect.
  const frames: any[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data))));
  socket.on('error', () => {});
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve) => socket.on('open', resolve));
  return { socket, frames, closed, say: (frame: object) => socket.send(JSON.stringify(frame)) };
}

test('M8 a flood on a stream waits for its turn, and takes from what all others may do', async () => {
  await opened({ bus: [0.001, 5] });
  const { socket, frames, say } = await open('flood');
  for (let count = 0; count < 100; count += 1) say({ ack: `flood.${count}` });
  await until('the first are answered', () => frames.length >= 5);
  expect((await house.ask('/api/v1/health')).status).toBe(200);
  expect((await post('/other/take', {})).status).toBe(429);
  await delay(100);
  expect(frames).toHaveLength(5);
  socket.terminate();
});

test('M8 who says more than can wait is cut off, and nobody else', async () => {
  await opened({ bus: [0.001, 5], busFramesMax: 50, pingMs: 600_000 });
  const other = await open('other');
  const { closed, say } = await open('flood');
  for (let count = 0; count < 5_000; count += 1) say({ ack: 'flood.x' });
  await closed;
  expect(other.socket.readyState).toBe(WebSocket.OPEN);
  expect((await house.ask('/api/v1/health')).status).toBe(200);
  other.socket.terminate();
});

test('M8 who confirms and goes has confirmed', async () => {
  await opened({ bus: [5, 1] });
  send('worker', 'a');
  const { socket, frames, closed, say } = await open('worker');
  await until('it has it', () => frames.length === 1);
  say({ ack: 'worker.nothing' });
  say({ ack: frames[0].message.id });
  socket.close();
  await closed;
  await until('it is taken', () => waiting('worker').length === 0);
});

test('M8 a file that cannot be moved back ends no daemon: it is said, and the rest comes again', async () => {
  await opened();
  for (const body of ['a', 'b']) send('worker', body);
  const { socket, frames, closed } = await open('worker', 'window=2&confirm=0.3');
  await until('it has both', () => frames.length === 2);
  renameSync(at('worker', 'handed'), at('worker', 'away'));
  writeFileSync(at('worker', 'handed'), 'no folder');
  const told = () => house.log.filter((line) => line.includes('a message of worker that was not confirmed'));
  await until('its time is over', () => told().length === 2);
  rmSync(at('worker', 'handed'));
  renameSync(at('worker', 'away'), at('worker', 'handed'));
  await until('they come again', () => frames.filter(({ message }) => message !== undefined).length >= 4);
  renameSync(at('worker', 'handed'), at('worker', 'away'));
  writeFileSync(at('worker', 'handed'), 'no folder');
  socket.terminate();
  await closed;
  await until('it is said', () => told().length >= 4);
  expect((await house.ask('/api/v1/health')).status).toBe(200);
});

test('M8 with a token that was changed nothing is done any more, also while the stream is being closed', async () => {
  await opened();
  takeNext(home.world, home.folder, 'hearer');
  const raw = connect(house.port(), '127.0.0.1');
  const said: Buffer[] = [];
  raw.on('data', (chunk) => said.push(chunk));
  const closed = new Promise<void>((resolve) => raw.on('close', () => resolve()));
  const key = Buffer.alloc(16).toString('base64');
  raw.write(
    `GET /api/v1/bus/guest/stream HTTP/1.1\r\nHost: 127.0.0.1:${house.port()}\r\nAuthorization: Bearer ${house.token()}\r\n` +
      `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  await until('it is open', () => String(Buffer.concat(said)).includes('101'));
  said.length = 0;
  renewApiToken(home.folder);
  await until('it says good-bye', () => Buffer.concat(said)[0] === 0x88);
  raw.write(frame(0x81, JSON.stringify({ send: { to: 'hearer', body: 'still here' } })));
  raw.write(frame(0x88, ''));
  await closed;
  expect(waiting('hearer')).toEqual([]);
});

test('M8 with a token that was changed nobody waits for the next message', async () => {
  await opened();
  const taking = post('/guest/take', { wait: 30 });
  await until('it waits', () => existsSync(at('guest', 'broken')));
  renewApiToken(home.folder);
  send('guest', 'not for you');
  expect((await taking).status).toBe(401);
  expect(waiting('guest')).toEqual(['not for you waiting']);
});

test('M8 what goes to other machines and people is counted with all acts, over HTTP and on a stream', async () => {
  await opened({ acts: [0.001, 1] });
  const letter = { to: '0', body: 'May I?' };
  expect((await post('/messages', { ...letter, from: 'poster' })).status).toBe(201);
  const refused = await post('/messages', { ...letter, from: 'poster' });
  expect([refused.status, refused.json.error.code]).toEqual([429, 'TOO_MANY']);
  const { socket, frames, say } = await open('talker');
  say({ send: letter, ref: 1 });
  await until('it is answered', () => frames.length === 1);
  expect(frames).toMatchObject([{ error: { code: 'TOO_MANY' }, ref: 1 }]);
  say({ send: { to: 'talker', body: 'to myself' } });
  await until('it is here', () => frames.length === 3);
  socket.terminate();
});

/** As a client sends it, masked with nothing. */
function frame(first: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([first, 0x80 | Buffer.byteLength(text), 0, 0, 0, 0]), Buffer.from(text)]);
}
