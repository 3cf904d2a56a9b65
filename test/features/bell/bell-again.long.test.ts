import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type TestMachine, until } from '../../e2e/fleet.ts';
import { bellFleet, bellOf, connected, daemonOf, endBellFleets } from './bell-fleet.ts';
import { createMosquitto, hasMosquitto } from './broker.ts';

afterAll(endBellFleets);

test('B3 once the bell is off, its daemon says nothing of it any more', async () => {
  const { all } = await bellFleet('mqtt://127.0.0.1:1', 'pc');
  const [pc] = all as [TestMachine];
  await daemonOf(pc);
  await until('its trouble is shown', () => bellOf(pc)?.trouble != null);
  expect(await pc.ok('status')).toContain('bell: the bell is not connected');
  await pc.ok('bell', 'off');
  await until('what the daemon said is gone', () => bellOf(pc) === null);
  expect(await pc.ok('status')).not.toContain('bell');
  expect(await pc.json('status')).toMatchObject({ bell: null });
});

describe.runIf(hasMosquitto)('over mosquitto', () => {
  test.concurrent('B3 off, on and another key are taken from the repo at a sync', async () => {
    const { address } = await createMosquitto();
    const { all } = await bellFleet(address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    await Promise.all([connected(mac), connected(pc)]);
    const keyOf = ({ folder }: TestMachine) => JSON.parse(readFileSync(join(folder, 'coordination', 'bell.json'), 'utf8')).keyId;
    const before = keyOf(pc);
    expect((await mac.coord(['bell', 'rotate'])).stdout).toContain('the bell has a new key');
    await until('the other has the new key', () => keyOf(pc) !== before);
    await until('both are connected again', () =>
      [mac, pc].every((it) => (bellOf(it)?.counts.connects ?? 0) > 1 && bellOf(it)?.echoMs != null),
    );
    await mac.ok('order', 'add', 'x', '--for', 'pc', '--', 'echo done >> ran');
    await until('it has run', () => pc.count('ran') === 1);
    expect((await mac.coord(['bell', 'off'])).stdout).toBe('the bell is off\n');
    await until('the other is off', () => bellOf(pc) === null);
    expect((await pc.coord(['bell'])).stdout).toBe('this fleet has no bell: coord bell on <address>\n');
  });

  test.concurrent('B10 a broker that is killed and started again: all are back, and hear each other', async () => {
    const broker = await createMosquitto();
    const { all } = await bellFleet(broker.address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    await Promise.all([connected(mac), connected(pc)]);
    await broker.kill();
    await until('both miss it', () =>
      [mac, pc].every((it) => bellOf(it)?.connectedSince === null && bellOf(it)?.isTold === false),
    );
    await broker.start();
    await until('both are back', () => [mac, pc].every((it) => bellOf(it)?.isTold === true), 60_000);
    await mac.ok('order', 'add', 'x', '--for', 'pc', '--', 'echo done >> ran');
    await until('it has run', () => pc.count('ran') === 1);
  });

  test.concurrent('B3 a bell.json that cannot be read stops nothing: the bell goes on as it was, and says so', async () => {
    const { address } = await createMosquitto();
    const { fleet, all } = await bellFleet(address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    const [daemon] = await Promise.all([connected(mac), connected(pc)]);
    fleet.person().push({ 'coordination/bell.json': '<<<<<<<\n' });
    await mac.ok('sync');
    await mac.ok('order', 'add', 'x', '--for', 'pc', '--', 'echo done >> ran');
    await until('it has run', () => pc.count('ran') === 1);
    expect((await mac.coord(['bell'])).stderr).toContain('! bell.json: expected JSON');
    expect(daemon.said()).not.toContain('a bug');
  });
});
