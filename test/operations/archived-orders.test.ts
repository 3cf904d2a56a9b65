// D11: an order is looked for in the archive as the last sync left it, however much of it there is.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { archivedNames, archivedOrder, archivedOrders } from '../../src/operations/orders/archived-orders.ts';
import { findOrder } from '../../src/operations/orders/edit-orders.ts';
import type { View } from '../../src/operations/sync/view.ts';
import { type FleetFolder, fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';

let folder: FleetFolder;

beforeEach(() => {
  folder = fleetFolderAt(mkdtempSync(join(tmpdir(), 'coord-archived-')));
  mkdirSync(join(folder.projection, 'archive'), { recursive: true });
});
afterEach(() => rmSync(folder.root, { recursive: true, force: true }));

function put(part: string, entries: readonly { readonly id: string; readonly [field: string]: unknown }[]): void {
  const lines = entries.map(({ endedAt = null, ...entry }) =>
    JSON.stringify({ id: entry.id, state: 'COMPLETED', endedAt, entry }),
  );
  writeFileSync(join(folder.projection, 'archive', `${part}.jsonl`), `${lines.join('\n')}\n`);
}

test('D11 the newest of an id is found, in the newest part, and so is the chain of a step', () => {
  put('2026-01', [
    { id: 'a', title: 'first' },
    { id: 'v1.2', steps: [] },
  ]);
  put('2026-02', [
    { id: 'a', title: 'second' },
    { id: 'a', title: 'third' },
  ]);
  put('2026-02.2', [{ id: 'b' }]);
  expect(archivedOrder(folder, 'a')).toMatchObject({ path: 'archive/2026-02.jsonl', entry: { title: 'third' } });
  expect(archivedOrder(folder, 'v1.2.test')).toMatchObject({ id: 'v1.2', path: 'archive/2026-01.jsonl' });
  for (const id of ['v1', 'a.test', 'x', '', '.', '__proto__']) expect(archivedOrder(folder, id), id).toBeNull();
});

test('D11, O20 a step of an entry that took a template, by name or by its type, is found', () => {
  put('2026-01', [
    { id: 'ship', use: 'release' },
    { id: 'login', type: 'feature' },
    { id: 'plain', type: 'feature', run: 'make' },
  ]);
  expect(archivedOrder(folder, 'ship.build')).toMatchObject({ id: 'ship' });
  expect(archivedOrder(folder, 'login.review')).toMatchObject({ id: 'login' });
  expect(archivedOrder(folder, 'plain.review')).toBeNull();
});

test('D11 of several orders of one id each is listed, the last by its id alone', () => {
  put('2026-01', [{ id: 'a', title: 'first' }, { id: 'b' }]);
  put('2026-02', [
    { id: 'a', title: 'second', endedAt: '2026-02-03T08:00:00.000Z' },
    { id: 'a', title: 'third', endedAt: '2026-02-03T08:00:00.000Z' },
    { id: 'a', title: 'last' },
  ]);
  const titles = (listed: string[]) =>
    archivedNames(archivedOrders(folder), listed).map(([name, { entry }]) => [name, entry.title]);
  expect(titles([])).toEqual([
    ['a@1', 'first'],
    ['b', undefined],
    ['a@2026-02-03T08:00:00.000Z', 'second'],
    ['a@3', 'third'],
    ['a', 'last'],
  ]);
  expect(titles(['a', 'b']).map(([name]) => name)).toEqual(['a@1', 'b@1', 'a@2026-02-03T08:00:00.000Z', 'a@3', 'a@4']);
});

test('D11 of years of archives only a part that names it is parsed', () => {
  for (let month = 10; month < 13; month += 1) put(`2026-${month}`, [{ id: `only-in-${month}` }, { id: 'other' }]);
  const parsed = vi.spyOn(JSON, 'parse');
  try {
    expect(archivedOrder(folder, 'nowhere')).toBeNull();
    expect(parsed).not.toHaveBeenCalled();
    expect(archivedOrder(folder, 'only-in-10')).not.toBeNull();
    expect(parsed).toHaveBeenCalledTimes(2);
  } finally {
    parsed.mockRestore();
  }
  // However many dots somebody types.
  expect(archivedOrder(folder, 'a.'.repeat(10_000))).toBeNull();
});

test('a run of a schedule is no order of its own: which one it is of is said, with what shows that', () => {
  const view = {
    orders: { nightly: { state: 'IN_PROGRESS', assign: 'any' } },
    self: { machine: 1 },
    sync: {},
  } as unknown as View;
  expect(() => findOrder(folder, view, 'nightly@20261120T0200Z')).toThrow('nightly@20261120T0200Z is one run of order nightly');
  expect(() => findOrder(folder, view, 'weekly@20261120T0200Z')).toThrow('no order "weekly@20261120T0200Z" in ORDERS.json');
});

test('D11 of an order that was archived the command that places one anew has its work', () => {
  put('2026-01', [{ id: 'build', run: 'make' }]);
  const view = { orders: {}, self: { machine: 1 }, sync: {} } as unknown as View;
  expect(() => findOrder(folder, view, 'build')).toThrow('coord order add build … -- <command> places one of that id anew');
});
