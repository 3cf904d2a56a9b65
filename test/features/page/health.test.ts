// What the room Health is told, by the daemon's own answers, and how it is put in order.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Check, hubWords, machineStates, partedChecks, placeOf } from '../../../src/features/page/rules/health.ts';
import { bannersOf } from '../../../src/features/page/rules/needs.ts';
import type { StatusMachine } from '../../../src/features/page/rules/snapshot.ts';
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

test('page/health counts what was pushed here in the last minute, against the budget of the fleet', async () => {
  const { status, json } = await house.ask('/api/v1/page/health');
  expect([status, json.summary.machines, json.faults, json.stands, json.edits.waiting]).toEqual([200, 1, [], [], []]);
  // To join was a push.
  expect(json.pushes.lastMinute).toBeGreaterThan(0);
  expect(json.pushes.perMinuteMax).toBeGreaterThan(0);
  expect(json.pushes.heldUntil).toBeNull();
});

test('R3 a halt has the banner of every room, and no second place with a command that is none', async () => {
  const before = readFileSync(home.folder.view, 'utf8');
  const view = JSON.parse(before);
  writeFileSync(home.folder.view, JSON.stringify({ ...view, sync: { ...view.sync, duplicate: '0123456789abc' } }));
  const { json } = await house.ask('/api/v1/page/health');
  writeFileSync(home.folder.view, before);
  expect([json.stands, bannersOf({ ...view, sync: { ...view.sync, duplicate: '0123456789abc' } })]).toEqual([
    [],
    [{ words: expect.stringContaining('another folder writes as machine 1') }],
  ]);
});

test('nobody gets it, or doctor, without the token; and doctor takes no words', async () => {
  expect((await house.ask('/api/v1/page/health', { token: null })).status).toBe(401);
  expect((await house.ask('/api/v1/page/doctor', { token: null, body: {} })).status).toBe(401);
  expect((await house.ask('/api/v1/page/doctor')).status).toBe(405);
  expect((await house.ask('/api/v1/page/doctor', { body: { fix: true } })).status).toBe(400);
});

test('machines are counted by state, faults have their place, and what doctor finds wrong stands first', () => {
  const machine = (state: StatusMachine['state']) => ({ state }) as StatusMachine;
  const machines = { '1': machine('WORKING'), '2': machine('IDLE'), '3': machine('IDLE'), '4': machine('OFFLINE') };
  expect(machineStates(machines)).toEqual([
    ['IDLE', 2],
    ['OFFLINE', 1],
    ['WORKING', 1],
  ]);
  const fault = { document: 'ORDERS.json', message: '', level: 'fault' } as const;
  expect([placeOf({ ...fault, line: 3, column: 7 }), placeOf(fault)]).toEqual(['ORDERS.json:3:7', 'ORDERS.json']);
  const checks = (['ok', 'warning', 'skipped', 'problem'] as const).map((state) => ({ id: state, state }) as Check);
  const { wrong, well } = partedChecks(checks);
  expect([wrong.map(({ id }) => id), well.map(({ id }) => id)]).toEqual([
    ['problem', 'warning'],
    ['ok', 'skipped'],
  ]);
});

test('a hub here is told with its guests and whom it refused; of none nothing is said', () => {
  const knocks = [
    { refused: 7, blockedUntil: '2026-11-20T12:05:00Z' },
    { refused: 1, blockedUntil: '2026-11-20T11:59:00Z' },
    { refused: 2, blockedUntil: null },
  ];
  expect(hubWords({ hub: {}, guests: [{}], knocks }, '2026-11-20T12:00:00Z')).toBe(
    '1 guest, 10 requests refused, 1 address blocked now',
  );
  expect(hubWords({ hub: null, guests: [], knocks }, '')).toBeNull();
});
