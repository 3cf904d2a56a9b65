// A bell whose broker, or whoever else is at it, means it badly, and cables that break: real daemons and real brokers. What is at stake is how soon,
// and never what is done.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Aedes } from 'aedes';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, describe, expect, test } from 'vitest';
import { createWire } from '../../../src/features/bell/adapters/wire.ts';
import { type BellSettings, parseBell } from '../../../src/features/bell/documents/bell-document.ts';
import { parseTopic } from '../../../src/features/bell/rules/topics.ts';
import { baseTopic } from '../../../src/features/bell/system/bell-keys.ts';
import { isSyncing } from '../../e2e/daemon-parts.ts';
import { type TestMachine, until } from '../../e2e/fleet.ts';
import { bellFleet, bellOf, connected, daemonOf, endBellFleets, LATE } from './bell-fleet.ts';
import { createMosquitto, hasMosquitto } from './broker.ts';
import { createCable, endCables } from './cable.ts';

const clients: MqttClient[] = [];
const liars: (() => void)[] = [];
/** Of a will, in its header. */
const LAST_COUNTER = Buffer.alloc(8, 0xff);

afterAll(async () => {
  for (const client of clients) client.end(true);
  await endBellFleets();
  endCables();
  for (const end of liars) end();
});

/** Somebody at the broker who has no key, and hears everything. */
async function stranger(address: string) {
  const client = await connectAsync(address, { reconnectPeriod: 0, clientId: `stranger${clients.length}` }, false);
  clients.push(client);
  client.on('error', () => {});
  const heard: { readonly topic: string; readonly frame: Buffer }[] = [];
  client.on('message', (topic, frame) => void heard.push({ topic, frame }));
  await client.subscribeAsync('#');
  return { client, heard };
}

function settingsOf({ folder }: TestMachine): BellSettings {
  const { value } = parseBell(readFileSync(join(folder, 'coordination', 'bell.json'), 'utf8'));
  if (value === null || value === 'off') throw new Error('expected a bell');
  return value;
}

const looksOf = (machine: TestMachine) => bellOf(machine)?.counts.looks ?? 0;
const droppedBy = (machine: TestMachine) => bellOf(machine)?.counts.dropped ?? 0;
const syncsOf = ({ folder }: TestMachine) =>
  (JSON.parse(readFileSync(join(folder, '.coord', 'daemon.json'), 'utf8')) as { syncs: number }).syncs;
/** What was rung before has been looked at. */
const still = async (machine: TestMachine) => {
  for (let before = -1; before !== syncsOf(machine) || isSyncing(machine); await delay(2_500)) before = syncsOf(machine);
};

/** What was written to it, as its last sync left it there. */
const inboxOf = ({ folder, name }: TestMachine) =>
  readdirSync(join(folder, 'coordination'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /messages/i.test(path) && path.endsWith('.md'))
    .map((path) => readFileSync(join(folder, 'coordination', path), 'utf8'))
    .join(`\n${name}\n`);

let orders = 0;
/** An order of one machine for another one, until it has run. */
async function runs(from: TestMachine, to: TestMachine, withinMs = 20_000): Promise<void> {
  orders += 1;
  const before = to.count('ran');
  await from.ok('order', 'add', `order-${orders}`, '--for', to.name, '--', 'echo done >> ran');
  await until('it has run', () => to.count('ran') > before, withinMs);
}

describe.runIf(hasMosquitto)('over mosquitto', () => {
  test.concurrent('B1, B2 forged, moved and replayed frames, ten thousand of them, wake nobody; the bell goes on', async () => {
    const { address } = await createMosquitto();
    const { all } = await bellFleet(address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    const { client, heard } = await stranger(address);
    const [, daemon] = await Promise.all([connected(mac), connected(pc)]);
    let ran = 0;
    let recorded: typeof heard = [];
    // A slow computer rings less often, because it says more at once.
    for (; recorded.length <= 2; ran += 1) {
      await runs(mac, pc);
      await still(pc);
      recorded = heard.filter(({ topic }) => /\/(?:ring\/|ask\/2$)/.test(topic));
    }
    const [looks, syncs, dropped] = [looksOf(pc), syncsOf(pc), droppedBy(pc)];
    const base = baseTopic(settingsOf(pc));
    for (let at = 0; at < 10_000; at += 1) {
      const { topic, frame } = recorded[at % recorded.length] as (typeof recorded)[number];
      const forged = Buffer.from(frame);
      forged[20] = (forged[20] ?? 0) + 1;
      if (at % 3 === 0) client.publish(topic, frame);
      else if (at % 3 === 1) client.publish(topic, forged);
      else client.publish(`${base}/ask/2`, frame);
    }
    await until('all of it came', () => droppedBy(pc) - dropped >= 9_000, 60_000);
    await still(pc);
    expect([looksOf(pc), syncsOf(pc)]).toEqual([looks, syncs]);
    await runs(mac, pc);
    ran += 1;
    // Who has just started has heard nothing yet: what is sent again makes it look, and what it then does is what it would have done.
    daemon.kill('SIGTERM');
    await daemon.done;
    await connected(pc);
    await still(pc);
    const looksBefore = looksOf(pc);
    for (const { topic, frame } of [...recorded, ...recorded]) client.publish(topic, frame);
    await until('they are dropped the second time', () => droppedBy(pc) >= recorded.length);
    await still(pc);
    expect(looksOf(pc) - looksBefore).toBeLessThanOrEqual(1);
    expect(pc.count('ran')).toBe(ran);
  });

  test.concurrent('B5 whoever has the key and rings ten thousand times makes one look a second, and nothing runs', async () => {
    const { address } = await createMosquitto();
    const { all } = await bellFleet(address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    await connected(pc);
    await still(pc);
    const { client } = await stranger(address);
    const wire = createWire(settingsOf(mac), 1, () => Date.now());
    wire.begin('fffffff000000000');
    const [looks, beganMs] = [looksOf(pc), performance.now()];
    for (let at = 0; at < 10_000; at += 1)
      for (const { topic, frame } of wire.seal('ring', 1, { lane: 1, for: 'all' }, true)) client.publish(topic, frame);
    await until('they are heard', () => (bellOf(pc)?.counts.heard ?? 0) >= 9_000, 60_000);
    await still(pc);
    const made = looksOf(pc) - looks;
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThanOrEqual(Math.ceil((performance.now() - beganMs) / 1_000) + 1);
    expect([pc.runs(), (await pc.json('status')).summary.orders ?? 0]).toEqual([[], 0]);
  });

  test.concurrent('B10 a packet that is too large ends the connection, and so does one that the broker keeps', async () => {
    const broker = await createMosquitto();
    const cable = await createCable(broker.port);
    const { all } = await bellFleet(cable.address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    const [, daemon] = await Promise.all([connected(mac), connected(pc)]);
    const { client } = await stranger(broker.address);
    const topic = `${baseTopic(settingsOf(pc))}/ring/7`;
    await client.publishAsync(topic, Buffer.alloc(1_000_000), { retain: true });
    await until('it is said', () => daemon.said().includes('it sent a packet of more than'));
    const began = cable.connections();
    await until('both have tried again', () => cable.connections() >= began + 4);
    await delay(8_000);
    // Each one comes to nothing, and so each pause is twice the one before.
    expect(cable.connections() - began).toBeLessThanOrEqual(12);
    expect(all.map((it) => bellOf(it)?.isTold)).toEqual([false, false]);
    await client.publishAsync(topic, '', { retain: true });
    await until('both are back', () => all.every((it) => bellOf(it)?.isTold === true), 90_000);
    await runs(mac, pc);
  });

  test.concurrent('B4 two fleets at one broker do not hear each other', async () => {
    const { address } = await createMosquitto();
    const fleets = await Promise.all([bellFleet(address, 'mac', 'pc'), bellFleet(address, 'mac', 'pc')]);
    const [[mac, pc], [otherMac, otherPc]] = fleets.map(({ all }) => all) as [TestMachine[], TestMachine[]] as [
      [TestMachine, TestMachine],
      [TestMachine, TestMachine],
    ];
    await Promise.all([mac, pc, otherMac, otherPc].map((it) => connected(it)));
    await Promise.all([still(otherMac), still(otherPc)]);
    const before = [otherMac, otherPc].map((it) => [looksOf(it), syncsOf(it)]);
    await runs(mac, pc);
    await runs(pc, mac);
    await still(otherPc);
    expect([otherMac, otherPc].map((it) => [looksOf(it), syncsOf(it)])).toEqual(before);
    expect([otherMac, otherPc].map((it) => [bellOf(it)?.counts.heard, droppedBy(it)])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    await runs(otherMac, otherPc);
  });

  test.concurrent('B2, B4 who records all that goes by reads no name, order, command, message, commit or key', async () => {
    const broker = await createMosquitto();
    const cable = await createCable(broker.port);
    const { heard } = await stranger(broker.address);
    const { fleet, all } = await bellFleet(cable.address, 'blackbird', 'nightingale');
    const [one, other] = all as [TestMachine, TestMachine];
    await Promise.all([connected(one), connected(other)]);
    await one.ok('order', 'add', 'payrollorder', '--for', 'nightingale', '--', 'echo hushhush >> ran');
    await until('it has run', () => other.count('ran') === 1);
    await one.ok('send', 'nightingale', 'meetmeatmidnight');
    await until('it is there', () => inboxOf(other).includes('meetmeatmidnight'));
    await one.ok('bell', 'rotate');
    await until('both are connected again', () => all.every((it) => (bellOf(it)?.counts.connects ?? 0) > 1));
    const { key, keyId, old } = settingsOf(one);
    const keys = [key, old[0]?.key ?? ''];
    expect(new Set(keys).size).toBe(2);
    const wire = cable.carried();
    expect(wire.length).toBeGreaterThan(5_000);
    const words = [
      'blackbird',
      'nightingale',
      'payrollorder',
      'hushhush',
      'meetmeatmidnight',
      'ORDERS',
      'coordination',
      fleet.root,
    ];
    const tips = fleet.git('for-each-ref', '--format=%(objectname)').split('\n');
    for (const word of [...words, ...tips, ...keys]) expect(wire.includes(word), word).toBe(false);
    for (const it of keys) {
      const raw = Buffer.from(it, 'base64url');
      for (const form of [raw, Buffer.from(raw.toString('hex')), Buffer.from(raw.toString('base64'))])
        expect(wire.includes(form)).toBe(false);
    }
    // The name of a key is no secret: a frame says it.
    expect(wire.includes(Buffer.from(keyId, 'hex'))).toBe(true);
    // What the broker is left with: numbers, times, and lengths in steps.
    const frames = heard.filter(({ topic }) => !topic.startsWith('$'));
    expect(frames.every(({ topic }) => parseTopic(topic) !== null)).toBe(true);
    expect(frames.every(({ frame }) => frame.length % 256 === 45)).toBe(true);
  });

  test.concurrent('B7 the cable is cut: orders are found by looking, and by the bell once it is mended', async () => {
    const broker = await createMosquitto();
    const cable = await createCable(broker.port);
    const { all } = await bellFleet(cable.address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    // At the pace of anybody's.
    const paced = { pace: {} };
    const [, daemon] = await Promise.all([connected(mac), connected(pc, paced)]);
    await until('it is told', () => bellOf(pc)?.isTold === true);
    await still(pc);
    cable.cut();
    await until('both know', () => all.every((it) => bellOf(it)?.connectedSince === null && bellOf(it)?.isTold === false));
    expect((await pc.coord(['status'])).stdout).toContain('the bell is not connected');
    // Five minutes less a fifth, were it still told.
    await runs(mac, pc, 100_000);
    cable.mend();
    await until('both are back', () => all.every((it) => bellOf(it)?.isTold === true), 90_000);
    const [heard, looks] = [bellOf(pc)?.counts.heard ?? 0, looksOf(pc)];
    await runs(mac, pc);
    await until('it was rung', () => (bellOf(pc)?.counts.heard ?? 0) > heard && looksOf(pc) > looks);
    expect(daemon.said()).not.toContain('a bug');
  }, 300_000);

  test.concurrent('B7 a broker that hangs: no command waits for it, machines look again, and all come back', async () => {
    const broker = await createMosquitto();
    const { all } = await bellFleet(broker.address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    await Promise.all([connected(mac), connected(pc, { pace: {} })]);
    await until('it is told', () => bellOf(pc)?.isTold === true);
    await still(pc);
    broker.hang(true);
    const hungMs = performance.now();
    await mac.ok('order', 'add', 'order-x', '--for', 'pc', '--', 'echo done >> ran');
    expect(performance.now() - hungMs).toBeLessThan(15_000);
    // Half a minute and more until it is missed, and a minute at most until the next look.
    await until('it has run', () => pc.count('ran') === 1, 180_000);
    expect(bellOf(pc)?.isTold).toBe(false);
    broker.hang(false);
    await until('both are back', () => all.every((it) => bellOf(it)?.isTold === true), 120_000);
    await runs(mac, pc);
  }, 400_000);

  test.concurrent('B6 a will that comes late: its machine says that it is there, and who comes later sees it', async () => {
    const broker = await createMosquitto();
    const cable = await createCable(broker.port);
    const { fleet, all } = await bellFleet(cable.address, 'mac', 'pc', 'far');
    const [mac, pc, far] = all as [TestMachine, TestMachine, TestMachine];
    expect(fleet.root).not.toBe('');
    await Promise.all([connected(mac), connected(pc)]);
    const { heard } = await stranger(broker.address);
    const online = (machine: TestMachine) =>
      bellOf(machine)
        ?.online.map(({ machine: number }) => number)
        .join();
    await until('both are there', () => online(mac) === '1,2');
    cable.lose();
    await until('both are back', () => [mac, pc].every((it) => (bellOf(it)?.counts.connects ?? 0) > 1));
    const wills = () => heard.filter(({ topic, frame }) => topic.includes('/here/') && frame.includes(LAST_COUNTER));
    await until('the wills come, of connections that are no more', () => wills().length === 2, 90_000);
    await connected(far);
    await until('who comes after that sees all', () => online(far) === '1,2,3');
    // What each shows is written a moment after it heard.
    await until('so do they', () => [mac, pc].every((it) => online(it) === '1,2,3'));
  }, 300_000);

  test.concurrent('B3 a broker that asks for a user: the daemon says the way out, and is in once that was gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coord-users-'));
    const users = join(folder, 'users');
    execFileSync('mosquitto_passwd', ['-b', '-c', users, 'me', 'secret']);
    const { address } = await createMosquitto(['allow_anonymous false', `password_file ${users}`]);
    const { fleet, all } = await bellFleet(address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    const withUser = address.replace('://', '://me:secret@');
    await mac.ok('bell', 'login', withUser);
    const [, daemon] = await Promise.all([connected(mac), daemonOf(pc)]);
    await until('it is refused', () => daemon.said().includes('try: coord bell login'));
    expect((await pc.coord(['doctor'])).stdout).toMatch(/bell.*not connected to/);
    expect(await pc.ok('bell', 'login', withUser)).toBe(`kept for ${address}, on this computer alone\n`);
    await until('it is in', () => bellOf(pc)?.isTold === true, 90_000);
    expect(await pc.ok('doctor', '--verbose')).toMatch(/bell.* connected to/);
    await runs(mac, pc);
    expect(fleet.board('bell.json')).not.toContain('secret');
    rmSync(folder, { recursive: true });
  }, 300_000);

  test.concurrent('B3 by TLS, and moved to another broker: each machine goes there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coord-tls-'));
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const named = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', [...made, ...named, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const [plain, secure] = [
      await createMosquitto(),
      await createMosquitto(['allow_anonymous true', `certfile ${cert}`, `keyfile ${key}`]),
    ];
    const { all } = await bellFleet(plain.address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    const [daemon] = await Promise.all([daemonOf(mac), connected(pc, { pace: { ...LATE, NODE_EXTRA_CA_CERTS: cert } })]);
    await until('it is connected', () => bellOf(mac)?.echoMs != null);
    const address = `mqtts://localhost:${secure.port}`;
    await mac.ok('bell', 'on', address);
    await until('who knows its authority is there', () => bellOf(pc)?.address === address && bellOf(pc)?.echoMs != null, 60_000);
    await until('nobody else is', () => daemon.said().includes(`not connected to ${address}: self-signed certificate`));
    rmSync(folder, { recursive: true });
  });
});

interface Lies {
  handsOn: boolean;
  takes: boolean;
}

/** A broker that lets all in, and does as it likes. */
async function createLiar(lies: Lies) {
  const aedes = await Aedes.createBroker({
    authorizeForward: (_client, packet) => (lies.handsOn ? packet : null),
    authorizePublish: (_client, _packet, done) => done(lies.takes ? null : new Error('that is not taken')),
  });
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  liars.push(() => {
    server.close();
    aedes.close();
  });
  const { port } = server.address() as { port: number };
  return { address: `mqtt://127.0.0.1:${port}`, connections: () => connections };
}

test.concurrent('B7 a broker that lets in and hands nothing on: a machine looks as often as without a bell', async () => {
  const lies: Lies = { handsOn: true, takes: true };
  const { address } = await createLiar(lies);
  const { all } = await bellFleet(address, 'mac', 'pc');
  const [mac, pc] = all as [TestMachine, TestMachine];
  await Promise.all([connected(mac), connected(pc, { pace: {} })]);
  await until('it is told', () => bellOf(pc)?.isTold === true);
  await still(pc);
  lies.handsOn = false;
  await mac.ok('order', 'add', 'order-y', '--for', 'pc', '--', 'echo done >> ran');
  await until('it has run', () => pc.count('ran') === 1, 180_000);
  expect(bellOf(pc)).toMatchObject({ isTold: false, counts: { connects: 1 } });
  expect(bellOf(pc)?.connectedSince).not.toBeNull();
}, 300_000);

test.concurrent('B10 a broker that drops whoever says something: it is tried ever later, and orders go on', async () => {
  const { address, connections } = await createLiar({ handsOn: true, takes: false });
  const { all } = await bellFleet(address, 'mac', 'pc');
  const [mac, pc] = all as [TestMachine, TestMachine];
  const daemon = await daemonOf(pc);
  await until('it has tried', () => (bellOf(pc)?.counts.connects ?? 0) >= 2);
  const began = connections();
  await delay(15_000);
  expect(connections() - began).toBeLessThanOrEqual(4);
  await mac.ok('order', 'add', 'order-z', '--for', 'pc', '--', 'echo done >> ran');
  await pc.ok('sync');
  await until('it has run', () => pc.count('ran') === 1);
  expect(daemon.said()).not.toContain('a bug');
});
