// The bus with real processes: many that send and take at once, a reader that is killed, and the daemon's local API with its stream.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { createFleet, endFleets, type Fleet, type TestMachine, until } from './fleet.ts';

let fleet: Fleet;
let one: TestMachine;
let two: TestMachine;
beforeAll(async () => {
  fleet = createFleet();
  [one, two] = (await fleet.joined('one', 'two')) as [TestMachine, TestMachine];
  fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\n' });
  await one.ok('sync');
});
afterAll(async () => {
  await two.coord(['daemon', 'stop', '--runs']);
  endFleets();
});

interface Letter {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
}

interface Frame {
  readonly message?: Letter;
  readonly sent?: { readonly id: string };
  readonly ref?: number;
}

test('M8 many that send and take at once: each message to one of them, none lost; nothing of it is in git', async () => {
  expect((await one.coord(['send', 'builder', 'Hello'])).stderr).toContain('no program is known here');
  await one.coord(['bus', 'take', 'builder']);
  const heads = fleet.git('for-each-ref');
  const sends = Array.from({ length: 5 }, (_, at) => one.coord(['send', '1/builder', `message ${at}`, '--from', 'araya']));
  expect((await Promise.all(sends)).map(({ code }) => code)).toEqual(Array(5).fill(0));
  await one.ok('send', 'builder', 'now', '--priority', 'urgent');
  expect((await one.ok('bus', 'take', 'builder')).split('\n')).toEqual([
    expect.stringMatching(/^from 1 · .* · urgent · builder\./),
    '  | now',
    '',
  ]);
  const taken = await Promise.all(Array.from({ length: 7 }, () => one.coord(['bus', 'take', 'builder', '--json'])));
  const letters = taken.filter(({ code }) => code === 0).map(({ stdout }) => JSON.parse(stdout) as Letter);
  expect(letters.map(({ body }) => body).sort()).toEqual(Array.from({ length: 5 }, (_, at) => `message ${at}`));
  expect(new Set(letters.map(({ from }) => from))).toEqual(new Set(['araya']));
  expect(await one.ok('bus', 'state', letters[0]?.id ?? '')).toMatch(/^taken /);
  expect(fleet.git('for-each-ref')).toBe(heads);
  await one.ok('sync');
  expect(fleet.git('log', '--all', '-S', 'message 3', '--format=%H')).toBe('');
});

test('M8 a sender killed once it is written, and a reader before it confirms: the message is there', async () => {
  const killed = (step: string, ...args: string[]) => one.coord(args, { env: { COORD_CRASH_AT: step } });
  expect(await killed('bus-written', 'send', '1/codex', 'x', '--keep')).toMatchObject({ code: null, stdout: '' });
  const taken = await killed('bus-printed', 'bus', 'take', 'codex', '--json');
  expect(taken).toMatchObject({ code: null });
  const { id, body } = JSON.parse(taken.stdout) as Letter;
  expect([body, await one.ok('bus', 'state', id)]).toEqual(['x', 'handed\n']);
  expect(JSON.parse(await one.ok('bus', 'take', 'codex', '--peek', '--json'))).toMatchObject({ id });
});

test.each([
  'boxes-filled',
  'boxes-journaled',
])('M8 killed at %s: in the box once, also when it was taken before the next sync', async (step) => {
  await two.coord(['bus', 'take', 'codex']);
  await one.ok('send', '2/codex', `before ${step}`);
  expect(await two.coord(['sync'], { env: { COORD_CRASH_AT: step } })).toMatchObject({ code: null });
  expect(await two.ok('bus', 'take', 'codex')).toContain(`  | before ${step}\n`);
  await two.ok('sync');
  expect((await two.coord(['bus', 'take', 'codex'])).stderr).toBe('nothing waits for codex\n');
  expect(await two.ok('inbox')).toBe('no unread messages\n');
});

test('M8 2/builder reaches the program on the other machine by its stream, and its answer comes back', async () => {
  const api = await apiOf(two, '39210');
  const builder = api.stream('builder');
  await builder.open;
  await one.ok('send', '2/builder', 'over the ledger', '--from', 'araya');
  await until('it came over the ledger', () => builder.messages().some(({ body }) => body === 'over the ledger'));
  const far = builder.messages().at(-1);
  expect(far).toMatchObject({ from: '1/araya', to: 'builder', id: 'builder.2-1-3' });
  builder.say({ ack: far?.id, send: { to: far?.from, body: 'thank you' }, ref: 8 });
  await until('it is recorded', () => builder.frames.some(({ sent, ref }) => sent !== undefined && ref === 8));
  await one.coord(['bus', 'take', 'araya']);
  const lane = () => fleet.git('ls-tree', '-r', '--name-only', 'refs/coord/machines/2');
  await until('the answer is on the remote', () => lane().includes('2_TO_1.md'));
  await one.ok('sync');
  expect(JSON.parse(await one.ok('bus', 'take', 'araya', '--json'))).toMatchObject({ from: '2/builder', body: 'thank you' });
  expect(await one.ok('sent')).toContain('read');
  builder.cut();
});

test('M6, M8 an emergency that a program sends to all reaches the other programs here, and says its words', async () => {
  await one.coord(['bus', 'take', 'builder']);
  await one.ok('send', 'all', 'The dome is open', '--priority', 'urgent', '--from', 'araya');
  expect(JSON.parse(await one.ok('bus', 'take', 'builder', '--json'))).toMatchObject({
    priority: 'urgent',
    body: 'The dome is open',
  });
  expect((await one.coord(['bus', 'take', 'araya'])).stderr).toBe('nothing waits for araya\n');
  expect(JSON.parse(await one.ok('status', '--json')).machines['1'].emergency).toBe('1/araya: The dome is open');
  await one.ok('resolve');
});

/** Starts the daemon there, which looks often, and speaks to its API. */
async function apiOf(machine: TestMachine, firstPort: string) {
  const env = { COORD_LOOK_MS: '300', COORD_API_FIRST_PORT: firstPort };
  const daemon = machine.start(['daemon', 'run'], { env });
  await until('the API answers', () => daemon.said().includes('the local API answers on'));
  const { url } = JSON.parse(readFileSync(join(machine.folder, '.coord', 'api.json'), 'utf8')) as { url: string };
  const token = readFileSync(join(machine.folder, '.coord', 'api-token'), 'utf8').trim();
  return {
    stream(program: string) {
      const headers = { Authorization: `Bearer ${token}` };
      const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/bus/${program}/stream`, { headers });
      const frames: Frame[] = [];
      socket.on('message', (data) => frames.push(JSON.parse(String(data)) as Frame));
      return {
        frames,
        open: new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject)),
        messages: () => frames.flatMap(({ message }) => (message === undefined ? [] : [message])),
        say: (frame: object) => socket.send(JSON.stringify(frame)),
        cut: () => socket.terminate(),
      };
    },
  };
}
