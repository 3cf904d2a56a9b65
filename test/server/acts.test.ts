// What is done through the local API: each act once, also at once with others, and offline; test/e2e/api.test.ts has one of each kind.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { pauseHere } from '../../src/operations/machine/pause.ts';
import { listSent } from '../../src/operations/messages/inbox.ts';
import { sendMessage } from '../../src/operations/messages/send.ts';
import { placeOrder } from '../../src/operations/orders/place-order.ts';
import { sync } from '../../src/operations/sync/sync.ts';
import { readView } from '../../src/operations/sync/view.ts';
import { takeLock } from '../../src/system/files/lock.ts';
import { createHome, endHome, type Home, type House, openHouse, somePorts } from './house.ts';

let pc: Home;
let mac: Home;
let house: House;
const hub = () => join(pc.folder.state, 'hub.git');

beforeAll(async () => {
  pc = await createHome();
  mac = await createHome({ url: hub(), name: 'mac' });
  await sync(pc.world, pc.folder);
  // A quick computer asks more in these tests than one client may.
  house = await openHouse(pc, somePorts(), { acts: [1_000, 1_000] });
});
afterAll(async () => {
  await house.end();
  for (const home of [pc, mac]) endHome(home);
});

test('D5, C7 many at once beside a sync: each is listed once', async () => {
  const ids = Array.from({ length: 10 }, (_, at) => `many-${at}`);
  const syncing = sync(pc.world, pc.folder);
  const answers = await Promise.all(ids.map((id) => house.ask('/api/v1/orders', { body: { id, assign: 1, run: 'true' } })));
  await syncing;
  expect(answers.map(({ status, json }) => [status, json.landed, json.trouble])).toEqual(ids.map(() => [201, true, null]));
  const text = readFileSync(join(pc.folder.projection, 'ORDERS.json'), 'utf8');
  for (const id of ids) expect(text.split(`"${id}"`).length, id).toBe(2);
  const again = await house.ask('/api/v1/orders', { body: { id: 'many-1', assign: 1, run: 'false' } });
  expect([again.status, again.json.error.code]).toEqual([409, 'FAILED']);
});

test('O18 an answer is asked for, and goes only to an order that waits for one', async () => {
  const answer = (id: string, body: object) => house.ask(`/api/v1/orders/${id}/answer`, { body });
  const [none, empty, unknown] = [
    await answer('nobody', { text: 'yes' }),
    await answer('nobody', { text: '' }),
    await answer('nobody', {}),
  ];
  expect([none.status, none.json.error.code]).toEqual([404, 'NOT_FOUND']);
  expect([empty.status, unknown.status]).toEqual([400, 400]);
});

test('M2 what is handed out is read once confirmed: a lost answer loses nothing; its sender hears of it', async () => {
  await sendMessage(mac.world, mac.folder, { to: 'pc', body: 'Hello', priority: 'normal' });
  await house.ask('/api/v1/sync', { body: {} });
  expect((await house.ask('/api/v1/inbox')).json).toMatchObject([{ from: 2, name: 'mac', body: 'Hello', taken: false }]);
  const take = async (body: object) => (await house.ask('/api/v1/inbox/take', { body })).json;
  const lost = await take({});
  expect(await take({})).toEqual(lost);
  expect(lost).toMatchObject({ messages: [{ body: 'Hello' }], landed: true });
  await sync(mac.world, mac.folder);
  expect(await listSent(mac.world, mac.folder)).toMatchObject([{ body: 'Hello', state: 'sent' }]);
  await sendMessage(mac.world, mac.folder, { to: 'pc', body: 'Hello again', priority: 'normal' });
  await house.ask('/api/v1/sync', { body: {} });
  const next = await take({ confirm: lost.cursor });
  expect(next).toMatchObject({ messages: [{ body: 'Hello again' }], landed: true });
  // Said again, it changes nothing; and nobody confirms what is not here yet.
  expect(await take({ confirm: lost.cursor })).toMatchObject({ messages: [{ body: 'Hello again' }] });
  const ahead = Object.fromEntries(Object.keys(next.cursor).map((source) => [source, 1_000]));
  expect(await take({ confirm: ahead })).toMatchObject({ messages: [], cursor: {} });
  await sendMessage(mac.world, mac.folder, { to: 'pc', body: 'A third', priority: 'normal' });
  await house.ask('/api/v1/sync', { body: {} });
  expect((await take({ confirm: next.cursor })).messages).toMatchObject([{ body: 'A third' }]);
  await take({ confirm: (await take({})).cursor });
  expect((await house.ask('/api/v1/inbox')).json).toEqual([]);
  expect((await house.ask('/api/v1/inbox?all=true')).json).toMatchObject([
    { body: 'Hello', taken: true },
    { body: 'Hello again', taken: true },
    { body: 'A third', taken: true },
  ]);
  await sync(mac.world, mac.folder);
  expect((await listSent(mac.world, mac.folder)).map(({ state }) => state)).toEqual(['read', 'read', 'read']);
});

test('M8 a box that cannot be used: the sync goes on, and people have what was for the program', async () => {
  const box = join(pc.folder.state, 'bus', 'builder');
  mkdirSync(box, { recursive: true });
  writeFileSync(join(box, 'waiting'), 'no folder');
  await sendMessage(mac.world, mac.folder, { to: 'pc', body: '@builder\n\nBuild main', priority: 'normal' });
  expect((await house.ask('/api/v1/sync', { body: {} })).status).toBe(200);
  expect((await house.ask('/api/v1/inbox')).json).toMatchObject([
    { program: 'builder', body: expect.stringContaining('Build main') },
  ]);
  expect((await house.ask('/api/v1/bus')).json).toMatchObject([{ program: 'builder', trouble: expect.any(String) }]);
});

test('D5 another machine, and the fleet, are paused in fleet.yaml', async () => {
  const fleet = () => readFileSync(join(pc.folder.projection, 'fleet.yaml'), 'utf8');
  expect((await house.ask('/api/v1/pause', { body: { machine: 'mac', for: '2h' } })).json).toMatchObject({
    who: '2 mac',
    landed: true,
  });
  expect((await house.ask('/api/v1/pause', { body: { fleet: true, note: 'moving' } })).json.who).toBe('the fleet');
  expect(fleet()).toContain('moving');
  for (const body of [{ machine: 2 }, { fleet: true }])
    expect((await house.ask('/api/v1/resume', { body })).json).toMatchObject({ landed: true });
  expect(fleet()).not.toContain('moving');
  expect((await house.ask('/api/v1/pause', { body: { machine: 7 } })).status).toBe(404);
});

test('P1 a resume says what pauses the machine still, in the words of the command', async () => {
  await pauseHere(mac.world, mac.folder, { forMs: null, note: '' });
  await house.ask('/api/v1/sync', { body: {} });
  const resume = async (body: object) => (await house.ask('/api/v1/resume', { body })).json;
  expect(await resume({ machine: 2 })).toMatchObject({
    who: '2 mac',
    landed: true,
    wasPaused: false,
    stillBy: ['owner'],
    warnings: [
      'fleet.yaml does not pause 2 mac: nothing to take out',
      'still paused, because its owner paused it: run coord resume there',
    ],
  });
  await pauseHere(mac.world, mac.folder, null);
  await house.ask('/api/v1/pause', { body: { fleet: true } });
  expect((await resume({ machine: 2 })).stillBy).toEqual(['fleet']);
  expect(await resume({})).toMatchObject({
    already: true,
    stillBy: ['people'],
    warnings: ['1 pc was not paused here', 'still paused, by fleet.yaml: coord resume 1, or coord resume --fleet'],
  });
  expect(await resume({ fleet: true })).toMatchObject({ wasPaused: true, stillBy: [], warnings: [] });
});

test('S5, D5 offline: recorded, said, shown as unsynced, and sent once later', async () => {
  // With acts of its own: those of the tests before it would count against the same turn (429).
  await house.end();
  house = await openHouse(pc, somePorts());
  renameSync(hub(), `${hub()}.away`);
  try {
    const sent = await house.ask('/api/v1/messages', { body: { to: 'mac', body: 'later' } });
    expect([sent.status, sent.json.state, sent.json.landed]).toEqual([201, 'waiting', false]);
    expect(sent.json.trouble).toEqual(expect.any(String));
    const order = await house.ask('/api/v1/orders', { body: { id: 'later', assign: 1, run: 'true' } });
    expect(order.json).toMatchObject({ id: 'later', landed: false, order: { state: 'QUEUED' } });
    expect((await house.ask('/api/v1/fleet')).json.sync.unsyncedSince).toEqual(expect.any(String));
    const answer = await house.ask('/api/v1/sync', { body: {} });
    expect([answer.status, answer.json.error.code]).toEqual([502, 'UNREACHABLE']);
  } finally {
    if (existsSync(`${hub()}.away`)) renameSync(`${hub()}.away`, hub());
  }
  expect((await house.ask('/api/v1/sync', { body: {} })).status).toBe(200);
  expect((await house.ask('/api/v1/orders/later')).status).toBe(200);
  const messages = (await house.ask('/api/v1/sent')).json;
  expect(messages).toMatchObject([{ body: 'later', number: 1 }]);
  expect((await house.ask('/api/v1/fleet')).json.sync.unsyncedSince).toBe(null);
});

test('S5 a remote that hangs: what is recorded is answered in time, its turn goes on, and it is sent once', async () => {
  await house.end();
  let letThrough = () => {};
  const hanging = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  // The lock of the cycle is what a sync that hangs in git holds.
  const lock = await takeLock(pc.folder.lock, 1_000);
  void hanging.then(() => lock.release());
  house = await openHouse(pc, somePorts(), { actMs: 200 });
  const sent = await house.ask('/api/v1/messages', { body: { to: 'mac', body: 'in time' } });
  expect([sent.status, sent.json]).toEqual([
    202,
    { id: expect.any(String), to: 'mac', number: null, state: 'waiting', landed: false, trouble: expect.any(String) },
  ]);
  const order = await house.ask('/api/v1/orders', { body: { id: 'in-time', assign: 1, run: 'true' } });
  expect([order.status, order.json]).toEqual([202, { id: 'in-time', landed: false, trouble: expect.any(String) }]);
  expect((await house.ask('/api/v1/sent')).json).toContainEqual(expect.objectContaining({ id: sent.json.id, state: 'waiting' }));
  letThrough();
  expect((await house.ask('/api/v1/sync', { body: {} })).status).toBe(200);
  const listed = (await house.ask('/api/v1/sent')).json.filter(({ body }: { body: string }) => body === 'in time');
  expect(listed).toMatchObject([{ id: sent.json.id, state: 'sent' }]);
  expect((await house.ask('/api/v1/orders/in-time')).status).toBe(200);
});

test('D5.6 what main refuses after "recorded here" was answered is told by the next status', async () => {
  await house.end();
  const lock = await takeLock(pc.folder.lock, 1_000);
  house = await openHouse(pc, somePorts(), { actMs: 200 });
  const answer = await house.ask('/api/v1/orders', { body: { id: 'same', assign: 1, run: 'true' } });
  expect([answer.status, answer.json.landed]).toEqual([202, false]);
  await placeOrder(mac.world, mac.folder, { id: 'same', assign: 2, run: 'false' });
  await lock.release();
  await vi.waitFor(() => expect(house.log.join()).toContain('after it was answered'), { timeout: 60_000, interval: 50 });
  expect(readView(pc.folder)?.sync.lostEdits).toMatchObject([{ edit: { kind: 'add', order: { id: 'same' } } }]);
  // Whoever waits for the answer is told by it, and once.
  await house.end();
  house = await openHouse(pc, somePorts());
  expect((await house.ask('/api/v1/orders', { body: { id: 'same', assign: 1, run: 'true' } })).status).toBe(409);
  expect(readView(pc.folder)?.sync.lostEdits).toHaveLength(1);
});

test('F4 where the host refuses main, each edit says why it waits', async () => {
  const home = await createHome();
  const own = await openHouse(home, somePorts());
  await sync(home.world, home.folder);
  const hook = join(home.folder.state, 'hub.git', 'hooks', 'pre-receive');
  mkdirSync(join(hook, '..'), { recursive: true });
  writeFileSync(
    hook,
    '#!/bin/sh\nwhile read -r old new ref; do [ "$ref" = refs/heads/main ] && { echo "main is protected"; exit 1; }; done; exit 0\n',
    {
      mode: 0o755,
    },
  );
  const why = { landed: false, trouble: expect.stringContaining('hook declined') };
  try {
    expect((await own.ask('/api/v1/orders', { body: { id: 'kept', assign: 9, run: 'true' } })).json).toMatchObject(why);
    expect((await own.ask('/api/v1/orders/kept/cancel', { body: {} })).json).toMatchObject(why);
    expect((await own.ask('/api/v1/pause', { body: { fleet: true } })).json).toMatchObject(why);
  } finally {
    await own.end();
    endHome(home);
  }
});
