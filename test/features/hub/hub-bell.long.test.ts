// A fleet whose bell has no broker but that of a hub: real daemons, that look at nothing by themselves.
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type TestMachine, until } from '../../e2e/fleet.ts';
import { bellFleet, bellOf, connected, endBellFleets } from '../bell/bell-fleet.ts';
import { type Hub, startHub } from './hub-world.ts';

let hub: Hub | null = null;
afterAll(async () => {
  await hub?.end();
  await endBellFleets();
});

test('B4, B9 coord bell on without an address finds the hub; it rings, and carries a large file', async () => {
  const { fleet, all } = await bellFleet(null, 'mac', 'pc');
  const [mac, pc] = all as [TestMachine, TestMachine];
  const port = 31_000 + Math.floor(Math.random() * 1_700);
  const address = `ws://127.0.0.1:${port}`;
  expect((await mac.coord(['bell', 'on'])).stdout).toContain(
    'the bell is on · no broker yet: coord bell on <address>, or coord hub',
  );
  await pc.ok('sync');
  hub = await startHub(pc, '--port', String(port), '--announce', address);
  await until('it is announced', () => fleet.board('COMPUTER_2.md').includes(`hub: ${address}`));
  for (const machine of all) await machine.ok('sync');
  expect((await mac.coord(['bell', 'on'])).stdout).toBe(`the bell is on already · ${address}\n`);
  await Promise.all([connected(mac), connected(pc)]);
  await until('the hub shows them', () => hub?.record().broker?.clients.length === 2);

  await mac.ok('order', 'add', 'x', '--for', 'pc', '--', 'echo done >> ran');
  // Without a bell it looks in ten minutes.
  await until('it has run', () => pc.count('ran') === 1);

  const { secret } = await pc.json<{ secret: string }>('hub', 'webhook', 'add', 'github');
  const { orders } = JSON.parse(fleet.board('ORDERS.json')) as { orders: object[] };
  fleet.person().order([...orders, { id: 'y', assign: 'mac', run: 'echo done >> ran' }]);
  const signature = `sha256=${createHmac('sha256', secret).update('{}').digest('hex')}`;
  const headers = { 'x-hub-signature-256': signature, 'x-github-delivery': 'one' };
  expect((await hub.ask('/webhook/github', { body: '{}', headers })).status).toBe(202);
  await until('it has run', () => mac.count('ran') === 1);

  // More than a client may say at once.
  const content = randomBytes(9_000_000);
  writeFileSync(join(pc.home, 'model.bin'), content);
  await pc.ok('allow', 'artifacts');
  await mac.ok('order', 'add', 'build', '--for', 'pc', '--cwd', '~', '--artifacts', 'model.bin', '--', 'true');
  await pc.ok('wait', 'build');
  await mac.ok('sync');
  const connects = bellOf(pc)?.counts.connects;
  expect(connects).toBeGreaterThan(0);
  await mac.ok('artifacts', 'build', '--get', join(mac.home, 'into'));
  expect(readFileSync(join(mac.home, 'into', 'model.bin')).equals(content)).toBe(true);
  expect(bellOf(pc)?.counts.connects, 'B9.2 no machine is cut off for what it says').toBe(connects);

  await hub.end('SIGKILL');
  await until('both know that it is gone', () => all.every((it) => bellOf(it)?.connectedSince === null));
  hub = await startHub(pc, '--port', String(port), '--announce', address);
  await until('both are back', () => all.every((it) => bellOf(it)?.connectedSince != null), 60_000);
  expect(existsSync(join(mac.folder, 'coordination', 'bell.json'))).toBe(true);
  expect(readFileSync(join(mac.folder, 'coordination', 'bell.json'), 'utf8')).not.toContain('address');
});
