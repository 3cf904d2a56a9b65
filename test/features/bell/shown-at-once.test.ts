// What a daemon says of its bell reaches who looks at the page as soon as it stands in its file.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStateWriter, readBellState } from '../../../src/features/bell/operations/bell-state.ts';
import { claimPidFile } from '../../../src/operations/daemon/pid-file.ts';
import { until } from '../../e2e/fleet.ts';
import { createHome, endHome, type Home, type House, openHouse, somePorts } from '../../server/house.ts';

let home: Home;
let house: House;

beforeAll(async () => {
  home = await createHome();
  house = await openHouse(home, somePorts());
});

afterAll(async () => {
  await house.end();
  endHome(home);
});

test('B7 a daemon of the version before says nothing of its echo: there was none yet', async () => {
  await claimPidFile(house.folder, { version: '1', since: '' }, () => {});
  createStateWriter(house.folder, () => ({ pid: process.pid, address: 'mqtts://b', online: [] }) as never).now();
  expect(readBellState(house.folder)).toMatchObject({ address: 'mqtts://b', echoMs: null });
});

test('B6 who comes and goes is told to the page at once, and waits for no sync', async () => {
  await claimPidFile(house.folder, { version: '1', since: '' }, () => {});
  const told: { event: string; fleet?: { bell: { online: unknown[] } | null } }[] = [];
  const socket = house.connect();
  socket.on('message', (data) => told.push(JSON.parse(String(data))));
  await until('the greeting', () => told.length > 0);
  const say = (online: readonly { machine: number; sinceMs: number; untilMs: number }[]) =>
    createStateWriter(house.folder, () => ({
      ...{ pid: process.pid, address: 'mqtts://b', connectedSince: '2026-11-20T22:00:00.000Z', trouble: null, echoMs: null },
      ...{ isTold: true, online: online as never, counts: { rung: 0, heard: 0, looks: 0, dropped: 0, connects: 1 } },
    })).now();
  const last = () => told.findLast(({ event }) => event === 'fleet')?.fleet?.bell?.online;
  say([{ machine: 2, sinceMs: 1, untilMs: Date.now() + 60_000 }]);
  await until('2 is online', () => last()?.length === 1);
  // A daemon writes nothing because time has passed.
  say([
    { machine: 2, sinceMs: 1, untilMs: Date.now() - 1 },
    { machine: 3, sinceMs: 1, untilMs: Date.now() + 60_000 },
  ]);
  await until('3 is online', () => last()?.some((one) => (one as { machine: number }).machine === 3) === true);
  expect(last()).toMatchObject([{ machine: 3 }]);
  say([]);
  await until('2 is gone', () => last()?.length === 0);
  expect(last()).toEqual([]);
  socket.close();
});
