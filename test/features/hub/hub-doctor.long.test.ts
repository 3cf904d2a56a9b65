// What `coord doctor` says of a hub, and what leaving with one that runs would lose.
import { chmodSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderBell } from '../../../src/features/bell/documents/bell-document.ts';
import { newBellKey } from '../../../src/features/bell/system/bell-keys.ts';
import { createFleet, endFleets, type TestMachine, until } from '../../e2e/fleet.ts';
import { guest, startHub } from './hub-world.ts';

let pc: TestMachine;
let taken: Server | null = null;

beforeAll(async () => {
  [pc] = (await createFleet().calm('pc')) as [TestMachine];
});

afterAll(() => {
  taken?.close();
  endFleets();
});

interface Check {
  readonly id: string;
  readonly state: string;
  readonly found: string;
  readonly fix: string | null;
}
/** As a program of somebody else has it. */
async function takenPort(): Promise<number> {
  taken = createServer();
  await new Promise<void>((resolve) => taken?.listen(0, '127.0.0.1', resolve));
  return (taken.address() as AddressInfo).port;
}

const check = async (machine = pc) => {
  const { stdout } = await machine.coord(['doctor', '--json']);
  return (JSON.parse(stdout) as Check[]).find(({ id }) => id === 'hub');
};

test('no guest, a guest without a hub, one that runs, one that was killed, a file that others read', async () => {
  expect(await check()).toMatchObject({ state: 'ok', found: 'nobody is a guest of this machine' });
  await guest(pc, 'kitchen');
  expect(await check()).toMatchObject({ state: 'warning', found: 'no hub runs here for 1 guest' });
  const hub = await startHub(pc);
  expect(await check()).toMatchObject({ state: 'ok', found: `answers on ${hub.record().url}, 1 guest` });
  expect(await pc.coord(['leave', '--purge'])).toMatchObject({ code: 1, stderr: expect.stringContaining('a hub runs here') });
  await hub.end('SIGKILL');
  expect(await check()).toMatchObject({ state: 'warning', found: expect.stringContaining('ended without a word') });
  const guests = join(pc.folder, '.coord', 'hub', 'guests.json');
  chmodSync(guests, 0o644);
  expect(await check()).toMatchObject({ state: 'problem', found: `others on this computer can read ${guests}` });
  writeFileSync(guests, 'broken');
  expect(await check()).toMatchObject({ state: 'problem', found: expect.stringContaining('cannot be read') });
  expect((await pc.coord(['guest', 'list'])).code).toBe(1);
});

test('G3 a broker whose port is taken says so, and doctor does', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.calm('mac')) as [TestMachine];
  fleet.person().push({ 'coordination/bell.json': renderBell({ ...newBellKey(), address: null, old: [] }) });
  await mac.ok('sync');
  const port = await takenPort();
  const hub = await startHub(mac, '--port', String(port));
  const words = `! the broker: cannot listen on port ${port}: listen EADDRINUSE`;
  await until('it is logged', () => hub.going.said().includes(words));
  expect(await check(mac)).toMatchObject({
    ...{ state: 'warning', fix: 'coord hub --port <another port>' },
    found: expect.stringContaining('the broker that the hub has for the bell does not run'),
  });
  taken?.close();
  taken = null;
  await until('it runs once the port is free', () => hub.record().broker !== null, 60_000);
  expect(await check(mac)).toMatchObject({ state: 'ok' });
  await hub.end();
});
