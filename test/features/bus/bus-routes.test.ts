// The bus over HTTP and as a stream, on real sockets (M8).
import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { knownPrograms } from '../../../src/features/bus/operations/boxes.ts';
import { busRoutes } from '../../../src/features/bus/server/bus-routes.ts';
import type { ApiDeps, Env } from '../../../src/server/api.ts';
import { renewApiToken } from '../../../src/system/fleet/api-files.ts';
import { until } from '../../e2e/fleet.ts';
import { createHome, endHome, type Home, type House, openHouse } from '../../server/house.ts';

let home: Home;
let house: House;
beforeAll(async () => {
  home = await createHome();
  house = await openHouse(home, 18_600);
});
afterAll(async () => {
  await house.end();
  endHome(home);
});

interface Letter {
  readonly id: string;
  readonly body: string;
}

interface Frame {
  readonly message?: Letter;
  readonly acked?: string;
  readonly sent?: { readonly id: string };
  readonly error?: { readonly code: string };
  readonly ref?: number;
}

const post = (path: string, body: object) => house.ask(`/api/v1/bus${path}`, { body });
const get = (path: string) => house.ask(`/api/v1/bus${path}`);

async function send(to: string, body: string, priority = 'normal'): Promise<string> {
  const { status, json } = await post('/messages', { to, from: 'araya', body, priority });
  expect(status, JSON.stringify(json)).toBe(201);
  return json.id;
}

/** A program's stream. */
function open(program: string, query = '', headers: Record<string, string> = { authorization: `Bearer ${house.token()}` }) {
  const socket = new WebSocket(`ws://127.0.0.1:${house.port()}/api/v1/bus/${program}/stream?${query}`, { headers });
  const frames: Frame[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data)) as Frame));
  socket.on('error', () => {});
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  const status = new Promise<number>((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => resolve(101));
  });
  return {
    frames,
    status,
    closed,
    messages: () => frames.flatMap(({ message }) => (message === undefined ? [] : [message])),
    bodies: () => frames.flatMap(({ message }) => message?.body ?? []),
    say: (frame: object | string) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    async cut() {
      socket.terminate();
      await closed;
    },
  };
}

const last = <T>(items: readonly T[]) => items.at(-1);

test('M8 sent, looked at, taken and confirmed; a look makes nobody known', async () => {
  expect(await get('/poster/messages')).toMatchObject({ status: 200, json: [] });
  const unknown = await post('/messages', { to: 'poster', body: 'x' });
  expect(unknown).toMatchObject({ status: 404, json: { error: { code: 'NOT_FOUND' } } });
  expect((await post('/poster/take', {})).json).toEqual({ message: null });
  const low = await send('poster', 'low', 'low');
  const urgent = await send('poster', 'urgent', 'urgent');
  expect((await get('/poster/messages')).json).toMatchObject([
    { id: urgent, from: 'araya', to: 'poster', body: 'urgent', state: 'waiting' },
    { id: low },
  ]);
  expect((await get('/poster/messages?limit=1')).json).toHaveLength(1);
  expect((await post('/poster/take', {})).json.message).toMatchObject({ id: urgent });
  expect((await get(`/messages/${urgent}`)).json).toMatchObject({ state: 'handed', takenAt: null });
  expect((await post('/poster/ack', { id: urgent })).json).toEqual({ id: urgent, state: 'taken' });
  expect((await get(`/messages/${urgent}`)).json).toMatchObject({ state: 'taken', takenAt: expect.any(String) });
  expect((await post('/poster/ack', { id: 'poster.nothing' })).status).toBe(404);
  expect((await post('/other/ack', { id: low })).status).toBe(404);
  expect((await get('')).json).toMatchObject([{ program: 'poster', waiting: 1, handed: 0 }]);
});

test('M8 what is wrong is said, and nothing of it is kept', async () => {
  await post('/poster/take', {});
  for (const [body, found] of [
    [{ to: 'Poster', body: 'x' }, /no name of a program/],
    [{ to: 'poster', body: ' ' }, /empty/],
    [{ to: 'poster', body: 'x'.repeat(70_000) }, /too long/],
    [{ to: 'poster', body: 'x', from: 'all' }, /no name of a program/],
    [{ to: 'poster', body: 'x', urgent: true }, /unknown field "urgent"/],
    [{ to: '0/poster', body: 'x' }, /people have no programs/],
  ] as const) {
    const { status, json } = await post('/messages', body);
    expect([status, json.error.message]).toEqual([400, expect.stringMatching(found)]);
  }
  for (const to of ['7/poster', '7']) expect((await post('/messages', { to, body: 'x' })).status).toBe(404);
  expect((await post('/..%2fup/take', {})).status).toBe(400);
  expect((await get('/messages/poster.')).status).toBe(404);
});

test('M8 to all, and to one that will come', async () => {
  await post('/poster/take', {});
  expect((await post('/messages', { to: 'later', body: 'x', keep: true })).status).toBe(201);
  const { json } = await post('/messages', { to: 'all', from: 'poster', body: 'x' });
  expect(json).toMatchObject({ sent: [{ to: 'later', state: 'waiting' }], refused: [] });
});

test('M8 where a message came from is where an answer goes: people and machines too, by program’s name', async () => {
  const { status, json } = await post('/messages', { to: '0', from: 'poster', body: 'May I?' });
  expect([status, json]).toEqual([201, { id: expect.any(String), to: '0', state: 'waiting' }]);
  expect((await house.ask('/api/v1/sent')).json).toMatchObject([{ id: json.id, body: 'From 1/poster:\n\nMay I?' }]);
  expect((await get(`/messages/${json.id}`)).json).toMatchObject({ to: '0', state: 'waiting', takenAt: null });
});

test('M8 a reader without a stream waits for the next one', async () => {
  const waiting = post('/waiter/take', { wait: 30 });
  await until('it is known', () => knownPrograms(house.folder).includes('waiter'));
  const id = await send('waiter', 'here you are');
  expect((await waiting).json.message).toMatchObject({ id, body: 'here you are' });
  expect((await post('/waiter/take', { wait: 0.05 })).json).toEqual({ message: null });
});

test('M8 a reader that is gone by the time it is heard takes nothing', async () => {
  await post('/left/take', {});
  const id = await send('left', 'for the next one');
  const app = new Hono<Env>();
  busRoutes(app, { ...house, isToken: () => true } as unknown as ApiDeps, () => Promise.reject(new Error('not in this test')));
  for (const wait of [0, 30]) {
    const body = JSON.stringify({ wait });
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    const incoming = Object.assign(Readable.from([Buffer.from(body)]), { headers });
    const outgoing = Object.assign(new EventEmitter(), { destroyed: true });
    const answer = await app.request('/api/v1/bus/left/take', { method: 'POST' }, {
      incoming,
      outgoing,
    } as unknown as Env['Bindings']);
    expect(await answer.json(), `wait ${wait}`).toEqual({ message: null });
    expect((await get(`/messages/${id}`)).json, `wait ${wait}`).toMatchObject({ state: 'waiting' });
  }
});

test('M8 a stream gets what waits, urgent first, one after the other as it confirms', async () => {
  await post('/queue/take', {});
  await send('queue', 'low', 'low');
  await send('queue', 'normal');
  const stream = open('queue');
  await until('the first', () => stream.messages().length === 1);
  await send('queue', 'urgent', 'urgent');
  await send('queue', 'high', 'high');
  for (let count = 1; count <= 4; count += 1) {
    await until(`message ${count}`, () => stream.messages().length === count);
    const id = last(stream.messages())?.id;
    stream.say({ ack: id });
    await until('it is confirmed', () => stream.frames.some(({ acked }) => acked === id));
  }
  expect(stream.bodies()).toEqual(['normal', 'urgent', 'high', 'low']);
  await stream.cut();
});

test('M8 what is not confirmed in its time comes again, under the same id', async () => {
  const stream = open('slow', 'confirm=0.2');
  await stream.status;
  const id = await send('slow', 'x');
  await until('it comes twice', () => stream.messages().length === 2);
  expect(stream.messages().map((message) => message.id)).toEqual([id, id]);
  stream.say({ ack: id });
  await until('it is confirmed', () => stream.frames.some(({ acked }) => acked === id));
  await stream.cut();
});

test('M8 of two streams of a program each message reaches one; what one had at its end goes to the other', async () => {
  const one = open('pair', 'window=2');
  const two = open('pair', 'window=2');
  await Promise.all([one.status, two.status]);
  const all = ['a', 'b', 'c', 'd'];
  for (const body of all) await send('pair', body);
  await until('they have all', () => one.messages().length + two.messages().length === 4);
  expect([...one.bodies(), ...two.bodies()].sort()).toEqual(all);
  expect(one.bodies()).toHaveLength(2);
  const lost = one.bodies();
  await one.cut();
  for (const { id } of two.messages()) two.say({ ack: id });
  await until('the other has them', () => two.messages().length === 4);
  expect(two.bodies().slice(2).sort()).toEqual(lost.sort());
  await two.cut();
});

test('M8 a program sends over its stream as itself; a wrong frame is said, and the stream lives', async () => {
  const stream = open('talker');
  await stream.status;
  await post('/hearer/take', {});
  stream.say('{');
  stream.say({ shout: true });
  stream.say({ ack: 'talker.nothing' });
  stream.say({ send: { to: 'nobody', body: 'x' }, ref: 1 });
  stream.say({ send: { to: 'hearer', body: 'hello' }, ref: 2 });
  await until('all is answered', () => stream.frames.length === 5);
  expect(stream.frames.map(({ error, ref }) => [error?.code, ref])).toEqual([
    ['BAD_REQUEST', undefined],
    ['BAD_REQUEST', undefined],
    ['NOT_FOUND', undefined],
    ['NOT_FOUND', 1],
    [undefined, 2],
  ]);
  expect((await post('/hearer/take', {})).json.message).toMatchObject({ from: 'talker', body: 'hello' });
  await stream.cut();
});

test('M8 a stream whose next message cannot be read says so once, rests, and has it when it can be read', async () => {
  await post('/ill/take', {});
  await send('ill', 'one');
  const waiting = join(dirname(house.folder.identity), 'bus', 'ill', 'waiting');
  const path = join(waiting, readdirSync(waiting).find((name) => !name.startsWith('.')) ?? '');
  const text = readFileSync(path);
  rmSync(path);
  // Reading it fails (ELOOP), moving it does not: as with a disk that fails.
  const loop = join(home.root, 'loop');
  symlinkSync(loop, loop);
  symlinkSync(loop, path);
  const stream = open('ill');
  await until('it is said', () => stream.frames.length > 0);
  for (const body of ['two', 'three', 'four']) await send('ill', body);
  expect(stream.frames.length).toBe(1);
  rmSync(path, { force: true });
  writeFileSync(path, text);
  await until('it is there', () => stream.bodies().includes('one'));
  expect(stream.bodies()).toEqual(['one']);
  await stream.cut();
});

test('M8 a stream is for those with the token, of no other origin, under a name that may be one', async () => {
  const token = { authorization: `Bearer ${house.token()}` };
  expect(await open('guest', '', {}).status).toBe(401);
  expect(await open('guest', '', { ...token, origin: 'http://example.com' }).status).toBe(403);
  expect(await open('Guest').status).toBe(400);
  expect(await open('guest', 'window=0').status).toBe(400);
  expect(knownPrograms(house.folder).filter((name) => name.toLowerCase() === 'guest')).toEqual([]);
  const stream = open('guest');
  expect(await stream.status).toBe(101);
  renewApiToken(house.folder);
  expect(await stream.closed).toBe(1008);
});
