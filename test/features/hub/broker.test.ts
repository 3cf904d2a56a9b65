// The embedded broker of a real hub, with real MQTT clients: who is in, what they may hear and say, and what those who mean it badly cost.
import { existsSync, mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type BellSettings, renderBell } from '../../../src/features/bell/documents/bell-document.ts';
import { baseTopic, brokerPassword, newBellKey } from '../../../src/features/bell/system/bell-keys.ts';
import { createFleet, endFleets, type Fleet, isAlive, type TestMachine, until } from '../../e2e/fleet.ts';
import { type Hub, startHub } from './hub-world.ts';

let fleet: Fleet;
let pc: TestMachine;
let hub: Hub;
const bell: BellSettings = { ...newBellKey(), address: null, old: [] };
const base = baseTopic(bell);
const proof = { username: base, password: brokerPassword(bell) };
const open: MqttClient[] = [];

const pushBell = async (next: BellSettings) => {
  fleet.person().push({ 'coordination/bell.json': renderBell(next) });
  await pc.ok('sync');
};
const broker = () => hub.record().broker;
const untilUp = () => until('the broker is up', () => (broker()?.pid ?? 0) > 0, 30_000);

beforeAll(async () => {
  fleet = createFleet();
  [pc] = (await fleet.calm('pc')) as [TestMachine];
  await pushBell(bell);
  hub = await startHub(pc, '--port', '0', '--mqtt', '0');
  await untilUp();
});

afterEach(() => {
  for (const client of open.splice(0)) client.end(true);
});

afterAll(async () => {
  await hub.end();
  endFleets();
});

let ids = 0;
async function client(options: IClientOptions = {}, url = broker()?.url ?? ''): Promise<MqttClient> {
  ids += 1;
  const usual: IClientOptions = { ...proof, clientId: `test${ids}`, reconnectPeriod: 0, keepalive: 30, connectTimeout: 2_000 };
  const made = await connectAsync(url, { ...usual, ...options }, false);
  made.on('error', () => {});
  open.push(made);
  return made;
}

const refused = (options: IClientOptions) => expect(client(options)).rejects.toThrow();
const gone = (made: MqttClient) => until('it is cut off', () => !made.connected);
/** What comes on a topic. */
async function hears(made: MqttClient, topic: string): Promise<string[]> {
  const heard: string[] = [];
  made.on('message', (at, payload) => void heard.push(`${at} ${payload.length}`));
  await made.subscribeAsync(topic, { qos: 1 });
  return heard;
}
const granted = async (made: MqttClient, topic: string) => {
  const [grant] = await made.subscribeAsync(topic).catch(() => [{ qos: 128 }]);
  return (grant?.qos ?? 128) <= 2;
};

test('whoever proves the key is in, over WebSocket and TCP, and they hear each other', async () => {
  const [one, other] = [await client(), await client({}, broker()?.mqttUrl ?? '')];
  const heard = await hears(one, `${base}/ring/+`);
  await other.publishAsync(`${base}/ring/2`, Buffer.alloc(301), { qos: 0 });
  await until('it is heard', () => heard.length === 1);
  expect(heard).toEqual([`${base}/ring/2 301`]);
  await until('both are shown', () => broker()?.clients.length === 2);
  const { stdout } = await pc.coord(['hub', 'status']);
  expect(stdout).toMatch(/broker on ws:\S+ and mqtt:\S+ · pid \d+ · not announced · 2 clients\n/);
});

test('presence is kept for those who come later, and a will is said for one that is cut off', async () => {
  const will = { topic: `${base}/here/3`, payload: Buffer.from('gone'), qos: 1 as const, retain: true };
  const one = await client({ will });
  await one.publishAsync(`${base}/here/3`, Buffer.from('here now'), { qos: 1, retain: true });
  const heard = await hears(await client(), `${base}/here/+`);
  await until('it is told', () => heard.length === 1);
  one.stream.destroy();
  await until('the will is said', () => heard.length === 2);
  expect(heard).toEqual([`${base}/here/3 8`, `${base}/here/3 4`]);
});

test('no proof, a forged one, or that of another fleet: nobody is in', async () => {
  const other = newBellKey();
  await refused({ password: brokerPassword(other) });
  await refused({ username: baseTopic(other), password: brokerPassword(other) });
  await refused({ username: baseTopic(other) });
  await expect(connectAsync(broker()?.url ?? '', { reconnectPeriod: 0, connectTimeout: 5_000 }, false)).rejects.toThrow();
  await refused({ clean: false });
  await refused({ keepalive: 0 });
  await refused({ clientId: 'x'.repeat(100) });
});

test('topics of another fleet, of the broker, and all of them at once are refused', async () => {
  const one = await client();
  for (const topic of [
    '#',
    '+/ring/1',
    `${base}/#`,
    `${base}/+/1`,
    `${'a'.repeat(32)}/ring/+`,
    '$SYS/+/heartbeat',
    `${base}/other/1`,
    `${base}/ring/1/2`,
  ])
    expect(await granted(one, topic), topic).toBe(false);
  expect(await granted(one, `${base}/ring/+`)).toBe(true);
});

test.each<[what: string, topic: string, retain: boolean, bytes: number]>([
  ['a topic of another fleet', `${'a'.repeat(32)}/ring/1`, false, 10],
  ['a topic of none', 'hello', false, 10],
  ['a ring that is kept', `${base}/ring/1`, true, 10],
  ['a presence of 60 KB', `${base}/here/1`, true, 60_000],
])('%s is not taken, and who says it is cut off', async (_what, topic, retain, bytes) => {
  const [one, other] = [await client(), await client()];
  const heard = await hears(other, `${base}/ring/+`);
  one.publish(topic, Buffer.alloc(bytes), { retain });
  await gone(one);
  expect([heard.length, other.connected]).toEqual([0, true]);
});

test('a packet of 1 MB is cut off before it is read, and a frame of 64 KiB is not', async () => {
  const [one, other] = [await client(), await client()];
  const heard = await hears(other, `${base}/log/1`);
  await one.publishAsync(`${base}/log/1`, Buffer.alloc(65_536), { qos: 0 });
  await until('it is heard', () => heard.length === 1);
  one.publish(`${base}/log/1`, Buffer.alloc(1_000_000), { qos: 0 });
  await gone(one);
  expect(heard).toHaveLength(1);
});

test('a flood of 10,000 packets is cut off, and others go on', async () => {
  const [one, other] = [await client(), await client()];
  const heard = await hears(other, `${base}/ring/2`);
  for (let at = 0; at < 10_000; at += 1) one.publish(`${base}/ring/1`, 'x', { qos: 0 });
  await gone(one);
  const third = await client();
  await third.publishAsync(`${base}/ring/2`, 'x', { qos: 0 });
  await until('it is heard', () => heard.length === 1);
});

test.each<[what: string, bytes: Buffer]>([
  ['another packet before CONNECT', Buffer.from([0x30, 0x05, 0, 1, 97, 98, 99])],
  ['a CONNECT of 20 KB', Buffer.concat([Buffer.from([0x10, 0xa0, 0x9c, 0x01]), Buffer.alloc(20_000)])],
  ['a length without an end', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff])],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['nothing at all', Buffer.alloc(0)],
])('a stranger who sends %s is cut off within seconds', async (_what, bytes) => {
  const port = Number(new URL(broker()?.mqttUrl ?? '').port);
  const socket: Socket = connectPlain(port, '127.0.0.1');
  await new Promise<void>((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.on('data', () => {});
    if (bytes.length > 0) socket.write(bytes);
  });
  const one = await client();
  expect(one.connected).toBe(true);
});

test('a client that does not read is dropped, and costs the broker no memory for long', async () => {
  const lazy = await client({ clientId: 'lazy' }, broker()?.mqttUrl ?? '');
  await lazy.subscribeAsync(`${base}/log/+`);
  (lazy.stream as Socket).pause();
  const senders = await Promise.all(Array.from({ length: 8 }, () => client()));
  const pid = broker()?.pid ?? 0;
  const isThere = () => broker()?.clients.some(({ id }) => id === 'lazy') === true;
  await until('it is known', isThere);
  // Four times a second 64 KiB of each: less than what cuts a sender off.
  const saying = setInterval(() => {
    for (const sender of senders) sender.publish(`${base}/log/1`, Buffer.alloc(60_000));
  }, 250);
  await until('it is dropped', () => !isThere(), 60_000).finally(() => clearInterval(saying));
  expect(senders.every(({ connected }) => connected)).toBe(true);
  expect(broker()?.pid).toBe(pid);
});

test('of two clients with one id the later one stays, and its presence with it', async () => {
  const first = await client({ clientId: 'machine-2' });
  const second = await client({ clientId: 'machine-2' });
  await gone(first);
  const heard = await hears(second, `${base}/ring/+`);
  await second.publishAsync(`${base}/ring/2`, 'x', { qos: 0 });
  await until('it is heard', () => heard.length === 1);
});

test('a hub that cannot write what it shows goes on, and shows it once it can', async () => {
  const path = join(pc.folder, '.coord', 'hub', 'hub.json');
  const shown = broker();
  // No file can be moved into the place of this, as none is written on a full disk. The hub may write between the two.
  await until('a folder is in its place', () => {
    rmSync(path, { force: true });
    try {
      mkdirSync(path);
      return true;
    } catch {
      return false;
    }
  });
  const made = await client({}, shown?.url);
  await made.publishAsync(`${base}/ring/1`, 'x', { qos: 1 });
  await delay(500);
  expect(isAlive(hub.going.pid), hub.going.noted()).toBe(true);
  rmdirSync(path);
  const ids = () => (existsSync(path) ? broker()?.clients.map(({ id }) => id) : []);
  await until('the client is shown', () => ids()?.includes(made.options.clientId ?? '') === true);
});

test('a broker that is killed is started again, at the same place', async () => {
  const before = broker();
  const one = await client();
  process.kill(before?.pid ?? 0, 'SIGKILL');
  await gone(one);
  await until('another one runs', () => broker()?.pid !== before?.pid, 30_000);
  expect(broker()).toMatchObject({ url: before?.url, mqttUrl: before?.mqttUrl });
  expect((await client()).connected).toBe(true);
  expect(await hub.ask('/health')).toMatchObject({ status: 200 });
});

test('a new key lets in who has it; the old one as long as it is read, and not longer', async () => {
  const next = newBellKey();
  const until1h = new Date(Date.now() + 3_600_000).toISOString();
  await pushBell({ ...bell, ...next, old: [{ keyId: bell.keyId, key: bell.key, until: until1h }] });
  const proofOf = (key: typeof next) => ({ username: baseTopic(key), password: brokerPassword(key) });
  const isIn = (key: typeof next) =>
    client(proofOf(key)).then(
      () => true,
      () => false,
    );
  const isInWithin = async (key: typeof next) => {
    for (const end = Date.now() + 10_000; Date.now() < end; ) if (await isIn(key)) return true;
    return false;
  };
  expect(await isInWithin(next)).toBe(true);
  expect(await isIn(bell)).toBe(true);
  await pushBell({ ...bell, ...next, old: [] });
  for (const end = Date.now() + 10_000; Date.now() < end && (await isIn(bell)); );
  expect(await isIn(bell)).toBe(false);
});

test('the hub ends, and its broker with it; also where the hub is killed', async () => {
  const pid = broker()?.pid ?? 0;
  await hub.end('SIGKILL');
  await until('the broker is gone', () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  });
  hub = await startHub(pc, '--port', '0', '--announce', 'wss://pc.example.com');
  await untilUp();
  await until('it is announced', () => fleet.board('COMPUTER_1.md').includes('wss://pc.example.com'));
  await hub.end();
  await pc.ok('sync');
  expect(fleet.board('COMPUTER_1.md')).not.toContain('wss://pc.example.com');
  hub = await startHub(pc, '--port', '0');
});
