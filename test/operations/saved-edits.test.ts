// D5.12: what was taken of an ORDERS.json that was saved here is told, removals before all else.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { statusText } from '../../src/cli/commands/look/status.ts';
import { syncLine } from '../../src/cli/commands/look/sync.ts';
import type { Reading } from '../../src/cli/context.ts';
import { createPaint } from '../../src/cli/output/paint.ts';
import type { OrderEdit } from '../../src/core/model/ledger/intention.ts';
import { signsOf } from '../../src/operations/daemon/local-changes.ts';
import { isNews } from '../../src/operations/daemon/wakes.ts';
import { ordersHere } from '../../src/operations/orders/edit-orders.ts';
import { placeOrder } from '../../src/operations/orders/place-order.ts';
import { markSavedTold, noteSaved, savedNotes, savedWords } from '../../src/operations/sync/saved-edits.ts';
import { sync } from '../../src/operations/sync/sync.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { T0 } from '../core/samples.ts';
import { createHome, endHome, type Home } from '../server/house.ts';

const homes: Home[] = [];
const scratch = mkdtempSync(join(tmpdir(), 'coord-saved-'));
afterAll(() => {
  homes.forEach(endHome);
  rmSync(scratch, { recursive: true, force: true });
});

test('D5.12 an old text that is saved names the order that came meanwhile, and is told once', async () => {
  const home = await createHome();
  homes.push(home);
  const { world, folder } = home;
  await placeOrder(world, folder, { id: 'local2', assign: 9, run: 'true' });
  const opened = ordersHere(folder);
  await placeOrder(world, folder, { id: 'keepme', assign: 9, run: 'true' });
  writeFileSync(join(folder.projection, 'ORDERS.json'), opened.replace('"id": "local2"', '"id": "local2", "title": "Mine"'));
  const report = await sync(world, folder);
  expect(report.saved).toBe('remove keepme, change local2');
  expect(syncLine(report)).toContain('ORDERS.json saved here: remove keepme, change local2');
  expect((await sync(world, folder)).saved).toBeNull();
  const nowMs = () => world.clock.now().wallMs;
  const reading = { nowMs, paint: await createPaint(false), isTerminal: false } as unknown as Reading;
  expect(statusText(reading, folder, false, 2)).toMatch(/! ORDERS\.json saved here, .*: remove keepme, change local2/);
  markSavedTold(folder, savedNotes(folder));
  expect(statusText(reading, folder, false, 2)).not.toContain('saved here');
});

test('D5.15 a text from before the archive took orders leaves them there, and says so once', async () => {
  const home = await createHome();
  homes.push(home);
  const { world, folder } = home;
  const at = (name: string) => join(folder.projection, name);
  const entries = ['a', 'b', 'c'].map((id) => ({ id, assign: 9, run: `make ${id}` }));
  mkdirSync(at('archive'));
  // As the archive of a night left them; of c another text than was edited here.
  const lines = entries.map((entry) => ({ id: entry.id, state: 'COMPLETED', endedAt: null, entry }));
  writeFileSync(at('archive/2026-01.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const save = (orders: readonly object[]) => writeFileSync(at('ORDERS.json'), JSON.stringify({ orders }));
  const [a, b, c] = entries;
  save([{ id: 'new', assign: 9, run: 'make new' }, { ...a }, { ...b }, { ...c, title: 'Again' }]);
  const report = await sync(world, folder);
  expect(report.saved).toBe(
    '2 orders stay in the archive (to run one again, save it with a higher "generation"), add new, add c',
  );
  expect(Object.keys(report.view?.orders ?? {})).toEqual(['new', 'c']);
  expect((await sync(world, folder)).saved).toBeNull();
  save([{ id: 'new', assign: 9, run: 'make new' }, { ...a }, { ...c, title: 'Again' }]);
  expect((await sync(world, folder)).saved).toBe('a stays in the archive (to run it again, save it with "generation": 2)');
  expect(readdirSync(folder.outbox)).toEqual([]);
  expect(ordersHere(folder)).not.toContain('make a');
  save([
    { id: 'new', assign: 9, run: 'make new' },
    { ...a, generation: 2 },
    { ...c, title: 'Again' },
  ]);
  expect((await sync(world, folder)).saved).toBe('add a');
});

test('D5.15 what comes back and is named by an entry that does not stay in the archive is added', async () => {
  const home = await createHome();
  homes.push(home);
  const { world, folder } = home;
  const at = (name: string) => join(folder.projection, name);
  const chain = { id: 'd', assign: 9, steps: [{ id: 'one', run: 'make d' }] };
  const entries = [
    { id: 'a', assign: 9, run: 'make a' },
    { id: 'b', assign: 9, run: 'make b', after: ['a'] },
    chain,
    { id: 'e', assign: 9, run: 'make e', after: ['old'] },
    { id: 'old', assign: 9, run: 'make old', generation: 3 },
  ];
  mkdirSync(at('archive'));
  const lines = [...entries, { id: 'old', assign: 9, run: 'make old', generation: 4 }].map((entry) => ({
    ...{ id: entry.id, state: 'COMPLETED', endedAt: null },
    entry,
  }));
  writeFileSync(at('archive/2026-01.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const save = (orders: readonly object[]) => writeFileSync(at('ORDERS.json'), JSON.stringify({ orders }));
  const next = { id: 'next', assign: 9, run: 'make next', after: ['b'] };
  const failed = { id: 'failed', assign: 9, run: 'make failed', on: { failed: 'd' } };
  save([...entries.slice(0, 3), next, failed]);
  expect((await sync(world, folder)).saved).toBe('add a, add b, add d, add next, add failed');
  // What stays itself asks for nothing; of several of one name the last generation counts.
  save([...entries, next, failed]);
  expect((await sync(world, folder)).saved).toMatch(/^2 orders stay in the archive/);
  save([...entries.slice(0, 3), next, failed, ...entries.slice(4)]);
  expect((await sync(world, folder)).saved).toBe('old stays in the archive (to run it again, save it with "generation": 5)');
});

test('C10.2 what could not be marked as taken is recorded once, and wakes a daemon once', async () => {
  const home = await createHome();
  homes.push(home);
  const { world, folder } = home;
  await placeOrder(world, folder, { id: 'here', assign: 9, run: 'true' });
  const path = join(folder.projection, 'ORDERS.json');
  const saved = ordersHere(folder).replace('"id": "here"', '"id": "here", "title": "Mine"');
  writeFileSync(path, saved);
  // As a disk that is full from then on.
  const bases = readFileSync(folder.bases);
  rmSync(folder.bases);
  mkdirSync(folder.bases);
  await expect(sync(world, folder)).rejects.toThrow();
  const recorded = readdirSync(folder.outbox);
  expect(recorded).toHaveLength(1);
  const ledger = { idOf: (text: string) => text };
  const signs = () => signsOf(world.home, folder, [], { machine: 1, ledger });
  const before = signs();
  await expect(sync(world, folder)).rejects.toThrow();
  expect(readdirSync(folder.outbox)).toEqual(recorded);
  expect(isNews(before, signs())).toBe(false);
  rmSync(folder.bases, { recursive: true });
  writeFileSync(folder.bases, bases);
  const { saved: words, view } = await sync(world, folder);
  expect([words, view?.orders.here?.title, readdirSync(folder.outbox)]).toEqual(['change here', 'Mine', []]);
});

test('D5.12 removals are named, before all else', () => {
  const remove = (id: string): OrderEdit => ({ kind: 'remove', id });
  const set = (id: string): OrderEdit => ({ kind: 'set', id, field: 'title', value: 'x' });
  const ids = (count: number, name: string) => Array.from({ length: count }, (_, at) => `${name}${at}`);
  const words = savedWords([...ids(7, 'a').map(set), ...ids(30, 'b').map(remove)], new Map());
  for (const id of ids(30, 'b')) expect(words).toContain(`remove ${id},`);
  expect(words).toMatch(/^remove b0, .*, change a4, and 2 more other edits$/);
  const many = savedWords(ids(300, 'c').map(remove), new Map());
  expect(many.length).toBeLessThan(700);
  expect(many).toMatch(/, and 2\d\d more removals$/);
  expect(savedWords([set('a'), { ...set('a'), field: 'run' } as OrderEdit], new Map())).toBe('change a');
});

test('D5.12 what came while it was told stays, and what cannot be read is nothing', () => {
  const folder = fleetFolderAt(scratch);
  expect(savedNotes(folder)).toEqual([]);
  const at = { ...folder, saved: join(scratch, 'saved.json') };
  for (const words of ['remove a', 'remove b', 'remove a']) noteSaved(at, { at: T0, words });
  const told = savedNotes(at);
  expect(told.map(({ words }) => words)).toEqual(['remove b', 'remove a']);
  noteSaved(at, { at: T0, words: 'remove c' });
  markSavedTold(at, told);
  expect(savedNotes(at).map(({ words }) => words)).toEqual(['remove c']);
  markSavedTold(at, savedNotes(at));
  expect(existsSync(at.saved)).toBe(false);
  writeFileSync(at.saved, '{');
  expect(savedNotes(at)).toEqual([]);
});
