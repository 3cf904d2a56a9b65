// An order edited on the page: as it is written in ORDERS.json, with the faults of the command line, and never over what another one changed.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entryPlace } from '../../../src/features/page/documents/entry-place.ts';
import { isEditable } from '../../../src/features/page/rules/acts.ts';
import type { StatusOrder } from '../../../src/features/page/rules/snapshot.ts';
import { createFleet, endFleets, type Fleet } from '../../e2e/fleet.ts';
import { createHome, endHome, type Home, type House, openHouse, somePorts } from '../../server/house.ts';

const ENTRY = '{ "id": "backup", "assign": 9, /* the disk */ "run": "true",\n      "title": "Old" }';
const TEXT = `{ "version": 1,\n  "orders": [\n    { "id": "first", "assign": 9, "run": "id: backup" },\n    ${ENTRY},\n  ] }\n`;

let fleet: Fleet;
let home: Home;
let house: House;

beforeAll(async () => {
  fleet = createFleet();
  home = await createHome({ url: fleet.hub });
  house = await openHouse(home, somePorts());
  fleet.person().order(TEXT);
  await house.ask('/api/v1/sync', { method: 'POST' });
});

afterAll(async () => {
  await house.end();
  endHome(home);
  endFleets();
});

const PATH = '/api/v1/page/orders/backup/entry';
const edit = async (text: string, seen?: string) => {
  const { json: now } = await house.ask(PATH);
  const { status, json } = await house.ask(PATH, { body: { text, seen: seen ?? now.seen } });
  return { status, message: json.error?.message ?? '', landed: json.landed };
};

test('an entry is found by its id alone, and not at all where two have it', () => {
  const { from, to } = entryPlace(TEXT, 'backup') ?? { from: 0, to: 0 };
  expect(TEXT.slice(from, to)).toBe(ENTRY);
  expect(entryPlace(TEXT, 'disk')).toBeNull();
  expect(entryPlace('{"orders":[{"id":"a"},{"id":"a"}]}', 'a')).toBeNull();
  expect(entryPlace(`{"orders":${'['.repeat(100_000)}`, 'a')).toBeNull();
  for (const odd of ['', '[]', '{"orders":7}', '{"orders":["a",null,{"id":7}]}']) expect(entryPlace(odd, 'a')).toBeNull();
});

test('it is shown as it is written; what is changed goes to main, and the rest stays as it was', async () => {
  expect((await house.ask(PATH)).json.text).toBe(ENTRY);
  expect(await edit(ENTRY.replace('Old', 'New'))).toMatchObject({ status: 200, landed: true });
  const { orders } = JSON.parse(
    fleet
      .board('ORDERS.json')
      .replace(/\/\*.*?\*\//, '')
      .replace(/,(\s*\])/, '$1'),
  );
  expect(orders).toEqual([
    { id: 'first', assign: 9, run: 'id: backup' },
    { id: 'backup', assign: 9, run: 'true', title: 'New' },
  ]);
});

test('faults have the words of the command line; another id, two entries and nothing at all are refused', async () => {
  const { json: now } = await house.ask(PATH);
  const fault = await edit(now.text.replace('"run"', '"rnu"'));
  expect([fault.status, fault.message]).toEqual([400, expect.stringContaining('rnu')]);
  expect((await edit('{ "id": "backup", ')).status).toBe(400);
  expect((await edit(now.text.replace('"backup"', '"other"'))).message).toContain('found another id');
  expect((await edit(`${now.text}, { "id": "more", "assign": 9, "run": "true" }`)).message).toContain('or more entries');
  expect((await edit(`${now.text} ], "orders": [`)).status).toBe(400);
  expect(await edit(now.text)).toMatchObject({ status: 409, message: expect.stringContaining('nothing of order backup') });
  expect((await house.ask('/api/v1/page/orders/nobody/entry')).status).toBe(404);
});

test('what another one changed meanwhile is never overwritten', async () => {
  const { json: opened } = await house.ask(PATH);
  fleet.person().order(TEXT.replace('Old', 'Of another'));
  await house.ask('/api/v1/sync', { method: 'POST' });
  expect(await edit(opened.text.replace('New', 'Mine'), opened.seen)).toMatchObject({
    status: 409,
    message: expect.stringContaining('changed meanwhile'),
  });
  expect(fleet.board('ORDERS.json')).toContain('Of another');
});

test('what has ended is edited no more, but what runs again by itself is; a step has no entry of its own', () => {
  const of = (it: Partial<StatusOrder>) => isEditable({ state: 'QUEUED', assign: 'any', ...it });
  expect([of({}), of({ state: 'FAILED' }), of({ state: 'FAILED', schedule: '* * * * *' }), of({ chain: 'a' })]).toEqual([
    ...[true, false, true, false],
  ]);
});
