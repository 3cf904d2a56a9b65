// The process of `coord mcp`: what it does with rubbish, with a crowd, with clients of every kind, and at its end.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TOOLS } from '../../src/mcp/tools.ts';
import { createFleet, endFleets, type TestMachine, until } from './fleet.ts';
import { ask, connect, endClients, HELLO, raw } from './mcp-client.ts';

let pc: TestMachine;

beforeAll(async () => {
  const [first] = await createFleet().joined('pc', 'mac');
  if (first === undefined) throw new Error('two machines');
  pc = first;
  await pc.ok('order', 'add', 'never', '--for', 'mac', '--', 'true');
});

afterEach(endClients);
afterAll(endFleets);

test('rubbish, long lines, unknown methods and a crowd of calls do no harm; it ends with its input', async () => {
  const server = raw(pc);
  server.say('this is no JSON');
  server.say('[1,2');
  server.say({ jsonrpc: '2.0', id: {}, method: 5 });
  server.say('['.repeat(500_000));
  server.say(HELLO);
  server.say({ jsonrpc: '2.0', method: 'notifications/initialized' });
  const long = { body: 'x'.repeat(10_000_000), to: 2 };
  server.say({ method: 'tools/call', params: { name: 'send_message', arguments: long }, jsonrpc: '2.0', id: 2 });
  server.say({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'send_message', arguments: long } });
  server.say({ jsonrpc: '2.0', id: 4, method: 'no/such', params: {} });
  server.say({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'constructor', arguments: {} } });
  for (let id = 100; id < 160; id += 1)
    server.say({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name: id % 2 ? 'fleet_status' : 'send_message', arguments: id % 2 ? {} : { to: 2, body: `b${id}` } },
    });
  await until(
    'all are answered',
    () => server.answers().filter(({ id }) => typeof id === 'number' && id >= 2).length === 64,
    120_000,
  );
  const of = (id: number) => server.answers().filter((answer) => answer.id === id);
  expect(of(1)).toHaveLength(1);
  for (const id of [2, 3]) expect(of(id)).toMatchObject([{ error: { message: 'expected at most 1048576 bytes a line' } }]);
  for (const id of [4, 5]) expect(of(id)).toMatchObject([{ error: {} }]);
  const codes = Array.from(
    { length: 60 },
    (_, at) => (of(100 + at)[0]?.result as { structuredContent: { state?: string; error?: { code: string } } }).structuredContent,
  );
  expect(codes.filter(({ error }) => error !== undefined).every(({ error }) => error?.code === 'BUSY')).toBe(true);
  expect(codes.filter(({ state }) => state === 'sent').length).toBe(17);
  expect(server.errors()).toContain('a line was refused: expected at most 1048576 bytes a line');
  expect(server.errors()).not.toContain('MaxListeners');
  const refused = server.answers().filter(({ id, error }) => id === null && error !== undefined);
  expect(refused.map(({ error }) => error?.code)).toEqual([-32700, -32700, -32600, -32700]);
  server.child.stdin.end();
  expect(await server.ended).toBe(0);
});

test('a wait ends with the client; what was asked before is done, what was cancelled in the queue is not', async () => {
  const server = raw(pc);
  server.say(HELLO);
  server.say({
    jsonrpc: '2.0',
    id: 2,
    method: 'tools/call',
    params: { name: 'wait_for_order', arguments: { order: 'never', timeout_seconds: 600 } },
  });
  server.say({
    jsonrpc: '2.0',
    id: 3,
    method: 'tools/call',
    params: { name: 'send_message', arguments: { to: 2, body: 'last words' } },
  });
  server.say({
    jsonrpc: '2.0',
    id: 4,
    method: 'tools/call',
    params: { name: 'send_message', arguments: { to: 2, body: 'taken back' } },
  });
  server.say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 4 } });
  const outbox = join(pc.folder, '.coord', 'outbox');
  const isRecorded = () => existsSync(outbox) && readdirSync(outbox).length > 0;
  await until('it is recorded', () => isRecorded() || server.answers().some(({ id }) => id === 3));
  server.child.stdin.end();
  expect(await server.ended).toBe(0);
  expect(server.errors()).toBe('');
  const sent = await pc.ok('sent');
  expect(sent).toMatch(/sent .*last words/);
  expect(sent).not.toContain('taken back');
});

test('a client of the newest revision, and one that asks for it and then falls back, are served alike', async () => {
  const client = await connect(pc, { mode: 'auto' });
  expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
  expect((await client.listTools()).tools).toHaveLength(Object.keys(TOOLS).length);
  expect((await ask(client, 'fleet_status')).structured).toMatchObject({ self: { machine: 1 } });
  const progress: string[] = [];
  const onprogress = ({ message = '' }) => void progress.push(message);
  await ask(client, 'wait_for_order', { order: 'never', timeout_seconds: 1 }, { onprogress });
  expect(progress).toContain('never is QUEUED');
  const server = raw(pc);
  const names = { protocolVersion: '2026-07-28', clientCapabilities: {}, clientInfo: { name: 'raw', version: '1' } };
  const _meta = Object.fromEntries(Object.entries(names).map(([name, value]) => [`io.modelcontextprotocol/${name}`, value]));
  server.say({ jsonrpc: '2.0', id: 'probe', method: 'server/discover', params: { _meta } });
  await until('the probe is answered', () => server.answers().length === 1);
  expect(server.answers()[0]).toMatchObject({ id: 'probe', result: { capabilities: { tools: {} } } });
  server.say(HELLO);
  server.say({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
  await until('it goes on', () => server.answers().length === 3);
  expect(server.answers()[2]).toMatchObject({ id: 2, result: { tools: expect.any(Array) } });
  server.child.stdin.end();
  expect(await server.ended).toBe(0);
});

test('waits that are called off make room for others', async () => {
  const client = await connect(pc);
  const off = new AbortController();
  const words = { order: 'never', timeout_seconds: 600 };
  const seen: number[] = [];
  const options = { signal: off.signal, onprogress: () => void seen.push(1) };
  const waits = Array.from({ length: 4 }, () => ask(client, 'wait_for_order', words, options));
  const ended = Promise.allSettled(waits);
  await until('all wait', () => seen.length >= 4);
  off.abort();
  expect((await ended).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
  expect((await ask(client, 'wait_for_order', { ...words, timeout_seconds: 1 })).structured).toMatchObject({ ended: false });
});

test('what else prints in its process does not reach the protocol', async () => {
  const script = encodeURIComponent("process.on('SIGUSR2', () => { console.log('stray'); process.stdout.write('stray\\n'); })");
  const server = raw(pc, { NODE_OPTIONS: `--import=data:text/javascript,${script}` });
  server.say(HELLO);
  await until('it is there', () => server.answers().length === 1);
  server.child.kill('SIGUSR2');
  await until('it has printed', () => server.errors().includes('stray\nstray'));
  server.say({ jsonrpc: '2.0', id: 2, method: 'ping' });
  await until('it goes on', () => server.answers().length === 2);
  server.child.stdin.end();
  expect(await server.ended).toBe(0);
});
