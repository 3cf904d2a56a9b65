// Guests of a real hub, over HTTP, with a real repo behind it: what they say lands in the repo, and a hub that is killed has lost nothing.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { guest, type Hub, startHub } from './hub-world.ts';

let fleet: Fleet;
let pc: TestMachine;
let mac: TestMachine;
let hub: Hub;
let token = '';

beforeAll(async () => {
  fleet = createFleet();
  [pc, mac] = (await fleet.calm('pc', 'mac')) as [TestMachine, TestMachine];
  token = await guest(pc, 'kitchen', 'report,instructions,done,send,computers');
  hub = await startHub(pc);
});

afterAll(async () => {
  await hub.end();
  endFleets();
});

test('a token is shown once, and kept as a hash in a file of its owner alone', async () => {
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  const path = join(pc.folder, '.coord', 'hub', 'guests.json');
  expect(readFileSync(path, 'utf8')).not.toContain(token);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await pc.json('guest', 'list')).toMatchObject([{ id: 'kitchen', may: expect.arrayContaining(['send']) }]);
  expect(await pc.coord(['guest', 'add', 'kitchen'])).toMatchObject({ code: 5 });
  expect(await pc.coord(['guest', 'add', '../kitchen'])).toMatchObject({ code: 2 });
  expect(await pc.coord(['guest', 'add', 'hall', '--may', 'fly'])).toMatchObject({ code: 2 });
  expect(await pc.coord(['guest', 'add', 'hall', '--may', ''])).toMatchObject({ code: 2 });
});

test('without --may a guest may what help says', async () => {
  await guest(pc, 'shed');
  const list = (await pc.json('guest', 'list')) as readonly { readonly id: string; readonly may: readonly string[] }[];
  expect(list.find(({ id }) => id === 'shed')?.may).toEqual(['report', 'instructions', 'done']);
  await pc.ok('guest', 'remove', 'shed');
});

test('a report stands in the document of the machine that hosts the hub, and says that it landed', async () => {
  const body = { type: 'status', from: 'kitchen', content: '21 degrees', timestamp: '2026-11-23T09:00:00Z' };
  const { status, json } = await hub.ask('/report', { token, body });
  expect({ status, json }).toEqual({ status: 200, json: { id: 'kitchen', landed: true, trouble: null } });
  expect(fleet.board('COMPUTER_1.md')).toMatch(/guest_kitchen: .*since 2\S+ · 21 degrees/);
  const again = performance.now();
  expect((await hub.ask('/report', { token, body })).json.landed).toBe(true);
  // One that has to wait for its turn waits for ten seconds.
  expect(performance.now() - again).toBeLessThan(8_000);
});

test('a task of another machine waits until the guest says that it is done, and its sender hears of it', async () => {
  await mac.ok('send', '1/kitchen', 'Turn the oven off');
  await pc.ok('sync');
  const ask = () => hub.ask('/instructions/kitchen', { token });
  const { tasks } = (await ask()).json;
  expect(tasks).toMatchObject([{ type: 'task', from: '2', content: 'Turn the oven off', priority: 'normal' }]);
  expect((await ask()).json.tasks).toEqual(tasks);
  expect((await hub.ask('/instructions/kitchen?limit=1', { token })).json.tasks).toEqual(tasks);
  for (const query of ['limit=0', 'limit=51', 'limit=x', 'all=1'])
    expect((await hub.ask(`/instructions/kitchen?${query}`, { token })).status, query).toBe(400);
  const [{ id }] = tasks;
  const done = await hub.ask(`/done/${id}`, { token, body: { content: 'it is cold' } });
  expect(done).toMatchObject({ status: 200, json: { id, landed: true, trouble: null } });
  expect((await ask()).json).toEqual({ tasks: [] });
  expect(fleet.board('messages/1_TO_2.md')).toContain('From 1/kitchen:\n\ndone: Turn the oven off\n\nit is cold');
  expect((await hub.ask(`/done/${id}`, { token, body: {} })).json).toMatchObject({ landed: true });
  expect(fleet.board('messages/1_TO_2.md').match(/done: /g)).toHaveLength(1);
  expect((await hub.ask('/done/kitchen.nothing', { token, body: {} })).status).toBe(404);
});

test('a person at the machine of the hub writes to a guest, and has its answer on the board', async () => {
  await pc.ok('send', 'kitchen', 'Lights on');
  const [{ id }] = (await hub.ask('/instructions/kitchen', { token })).json.tasks;
  expect((await hub.ask(`/done/${id}`, { token, method: 'POST', body: { outcome: 'failed' } })).json.landed).toBe(true);
  expect(fleet.board('messages/1_TO_0.md')).toContain('failed: Lights on');
});

test('G1.2: a task is done also where its sender cannot be told: people hear of it', async () => {
  const porch = await guest(pc, 'porch', 'instructions,done');
  const finish = async (body: object = {}) => {
    const [{ id }] = (await hub.ask('/instructions/porch', { token: porch })).json.tasks;
    expect(await hub.ask(`/done/${id}`, { token: porch, body })).toMatchObject({ status: 200, json: { id } });
    expect((await hub.ask('/instructions/porch', { token: porch })).json).toEqual({ tasks: [] });
  };
  await pc.ok('send', 'porch', 'Lights on', '--from', 'cron');
  await finish();
  expect(fleet.board('messages/1_TO_0.md')).toMatch(/done: a task of cron, which has no box here with room/);
  expect(fleet.board('messages/1_TO_0.md')).not.toContain('Lights on\n\nFor cron');
  const long = `${'🔔'.repeat(10_000)}\nRing`;
  await pc.ok('send', 'porch', long);
  await finish({ content: 'x'.repeat(60_000) });
  expect(fleet.board('messages/1_TO_0.md')).toMatch(/done: (🔔){199}…\n\nx{60000}/u);
  // A program that is called as a machine is.
  await pc.ok('send', '--keep', '1/mac', 'What is said here is for the program');
  await pc.ok('send', 'porch', 'Door shut', '--from', 'mac');
  await finish();
  expect(await pc.ok('bus', 'take', 'mac', '--peek')).toContain('done: Door shut');
  expect(fleet.board('messages/1_TO_2.md')).not.toContain('Door shut');
  // What a guest says became of its task is not answered: the other one would answer that.
  await pc.ok('send', 'porch', 'done: Door shut', '--from', 'mac');
  await finish();
  expect(await pc.ok('bus', 'take', 'mac', '--peek')).not.toContain('done: done: Door shut');
  await pc.ok('guest', 'remove', 'porch');
});

test('a message goes to a machine and an alert to people, in the name of the guest', async () => {
  const message = await hub.ask('/send', { token, body: { type: 'message', to: 'mac', content: 'It smells burnt' } });
  expect(message).toMatchObject({ status: 201, json: { to: 'mac', landed: true } });
  expect(fleet.board('messages/1_TO_2.md')).toContain('From 1/kitchen:\n\nIt smells burnt');
  const alert = await hub.ask('/send', { token, body: { type: 'alert', content: 'Smoke' } });
  expect(alert).toMatchObject({ status: 201, json: { landed: true } });
  expect(fleet.board('messages/1_TO_0.md')).toMatch(/· high\n+From 1\/kitchen:\n\nSmoke/);
  expect((await hub.ask('/send', { token, body: { to: 'nobody', content: 'x' } })).status).toBe(404);
});

test('a guest sees the machines, without the loads of the daemon', async () => {
  const { json } = await hub.ask('/api/computers', { token });
  expect(json.computers).toMatchObject([
    { number: 1, name: 'pc' },
    { number: 2, name: 'mac' },
  ]);
  expect(json.guests).toMatchObject([{ id: 'kitchen', status: '21 degrees' }]);
});

test('a guest may do what its token names, and nothing of others', async () => {
  const hall = await guest(pc, 'hall', 'instructions');
  expect(await hub.ask('/report', { token: hall, body: { content: 'x' } })).toMatchObject({
    status: 403,
    json: { error: { message: expect.stringContaining('its token is for instructions') } },
  });
  expect((await hub.ask('/instructions/kitchen', { token: hall })).status).toBe(403);
  expect((await hub.ask('/report', { token, body: { from: 'hall', content: 'x' } })).status).toBe(403);
  expect((await hub.ask('/instructions/hall', { token: hall })).json).toEqual({ tasks: [] });
  await pc.ok('guest', 'remove', 'hall');
  expect((await hub.ask('/instructions/hall', { token: hall })).status).toBe(401);
});

test('what a machine says of a guest goes with that guest', async () => {
  const attic = await guest(pc, 'attic', 'report');
  expect((await hub.ask('/report', { token: attic, body: { content: 'warm' } })).json.landed).toBe(true);
  expect(fleet.board('COMPUTER_1.md')).toContain('guest_attic');
  await pc.ok('guest', 'remove', 'attic');
  await pc.ok('sync');
  expect(fleet.board('COMPUTER_1.md')).not.toContain('guest_attic');
});

test('kill -9 of the hub: what it was told is there, and the next one goes on', async () => {
  // One of its own: what others have asked before counts against nobody else (429).
  const shed = await guest(pc, 'shed', 'report,instructions,done');
  await mac.ok('send', '1/shed', 'Water the plants');
  await pc.ok('sync');
  const [{ id }] = (await hub.ask('/instructions/shed', { token: shed })).json.tasks;
  fleet.away(true);
  const report = hub.ask('/report', { token: shed, body: { content: 'dry' } });
  const done = hub.ask(`/done/${id}`, { token: shed, body: {} });
  expect((await done).json).toMatchObject({ landed: false, trouble: expect.any(String) });
  expect((await report).json).toMatchObject({ landed: false });
  await hub.end('SIGKILL');
  fleet.away(false);
  hub = await startHub(pc);
  expect((await hub.ask('/instructions/shed', { token: shed })).json).toEqual({ tasks: [] });
  expect((await hub.ask('/report', { token: shed, body: { content: 'dry' } })).json.landed).toBe(true);
  expect(fleet.board('COMPUTER_1.md')).toContain('dry');
  expect(fleet.board('messages/1_TO_2.md').match(/done: Water the plants/g)).toHaveLength(1);
});

test('two hubs of one folder: the second one says who is there', async () => {
  const second = await pc.coord(['hub', '--http', '0']);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`a hub runs here already: pid ${hub.going.pid}`);
  expect(await pc.json('hub', 'status')).toMatchObject({ hub: { pid: hub.going.pid, isOpen: false } });
});

test('G1.4 a request without a token is refused and noted, and blocks no address: it is no wrong token', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.20' };
  for (let times = 1; times <= 10; times += 1) expect((await hub.ask('/favicon.ico', { headers })).status).toBe(401);
  expect((await hub.ask('/api/computers', { token, headers })).status).toBe(200);
});

test('O10.14 known secrets are hidden in what a guest sends; while they cannot be told it is refused', async () => {
  const keys = join(pc.coordHome, 'keys.env');
  writeFileSync(keys, 'TOKEN=correct-horse-battery\n');
  const policy = join(pc.coordHome, 'policy.yaml');
  writeFileSync(policy, readFileSync(policy, 'utf8').replace(/^( +)slots:/m, `$1secrets: [${keys}]\n$1slots:`));
  await mac.ok('send', '1/kitchen', 'Say the word');
  await pc.ok('sync');
  const [{ id }] = (await hub.ask('/instructions/kitchen', { token })).json.tasks;
  const said = 'it is correct-horse-battery';
  const told = { to: '2', content: said, priority: 'normal' };
  rmSync(keys);
  expect((await hub.ask(`/done/${id}`, { token, body: { content: said } })).status).not.toBe(200);
  expect((await hub.ask('/send', { token, body: told })).status).not.toBe(200);
  writeFileSync(keys, 'TOKEN=correct-horse-battery\n');
  expect((await hub.ask(`/done/${id}`, { token, body: { content: said } })).status).toBe(200);
  expect((await hub.ask('/send', { token, body: told })).status).toBe(201);
  expect(fleet.board('messages/1_TO_2.md').match(/it is \[redacted\]/g)).toHaveLength(2);
  expect(fleet.git('log', '--all', '--patch')).not.toContain('correct-horse-battery');
});
