// A new key, where the broker of the bell is that of a hub: real daemons, and a machine that has not heard of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, expect, test } from 'vitest';
import { createWire, type Heard } from '../../../src/features/bell/adapters/wire.ts';
import { parseBell } from '../../../src/features/bell/documents/bell-document.ts';
import { baseTopic, brokerPassword } from '../../../src/features/bell/system/bell-keys.ts';
import { type TestMachine, until } from '../../e2e/fleet.ts';
import { bellFleet, bellOf, connected, endBellFleets } from '../bell/bell-fleet.ts';
import { startHub } from './hub-world.ts';

afterAll(endBellFleets);

test('B3 a new key, at the broker of the hub: all are back, and the old one is heard and rings', async () => {
  const { all } = await bellFleet(null, 'mac', 'pc');
  const [mac, pc] = all as [TestMachine, TestMachine];
  const port = 31_000 + Math.floor(Math.random() * 1_700);
  const address = `ws://127.0.0.1:${port}`;
  await mac.ok('bell', 'on');
  await pc.ok('sync');
  const own = await startHub(pc, '--port', String(port), '--announce', address);
  const bellIn = ({ folder }: TestMachine) => {
    const { value } = parseBell(readFileSync(join(folder, 'coordination', 'bell.json'), 'utf8'));
    if (value === null || value === 'off') throw new Error('expected a bell');
    return value;
  };
  try {
    await until('it is announced', () => own.record().broker !== null);
    for (const machine of [pc, mac]) await machine.ok('sync');
    await Promise.all([connected(mac), connected(pc)]);
    const before = bellIn(mac);
    const connects = all.map((it) => bellOf(it)?.counts.connects ?? 0);
    await mac.ok('bell', 'rotate');
    await until('all are back', () => all.every((it, at) => (bellOf(it)?.counts.connects ?? 0) > (connects[at] ?? 0)), 60_000);
    await until('all hear themselves', () => all.every((it) => bellOf(it)?.isTold === true), 60_000);
    expect(all.map((it) => bellIn(it).keyId)).toEqual([bellIn(mac).keyId, bellIn(mac).keyId]);
    expect(bellIn(mac).keyId).not.toBe(before.keyId);

    // A machine that has not synced since.
    const late = createWire(before, 3, () => Date.now());
    late.begin('fffffff000000000');
    const proof = { username: baseTopic(before), password: brokerPassword(before) };
    const client = await connectAsync(address, { ...proof, clientId: 'late', reconnectPeriod: 0 }, false);
    const heard: (Heard | null)[] = [];
    client.on('message', (topic, frame) => void heard.push(late.open(topic, frame)));
    await client.subscribeAsync([...late.topics()]);
    await mac.ok('order', 'add', 'z', '--for', 'pc', '--', 'echo done >> ran');
    await until('it has run', () => pc.count('ran') === 1);
    await until('it hears the ring', () => heard.some((it) => it?.kind === 'ring' && it.machine === 1));
    const rung = bellOf(pc)?.counts.heard ?? 0;
    for (const { topic, frame } of late.seal('ring', 3, { lane: 3, for: [2] }, true)) client.publish(topic, frame);
    await until('it is heard', () => (bellOf(pc)?.counts.heard ?? 0) > rung);
    await client.endAsync();
  } finally {
    await own.end();
  }
});
