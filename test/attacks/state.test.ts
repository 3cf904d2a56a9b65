// A journal or an edit on this disk that somebody else has written, or that lost its shape: it is damage and is told by its name, and nothing is
// started or said by what is not understood.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newJournal } from '../../src/core/model/ledger/journal-start.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { readProjected } from '../../src/system/fleet/projection.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-state-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const WHOLE = newJournal(2, 'i', []);
const { machine: _, ...noMachine } = WHOLE;

test.each<[name: string, value: unknown]>([
  ['nothing', null],
  ['a list', []],
  ['an empty one', {}],
  ['no machine', noMachine],
  ['a word for the runs', { ...WHOLE, active: 'x' }],
  ['nothing among the runs', { ...WHOLE, ended: [null] }],
  ['a list for the mail', { ...WHOLE, mail: [] }],
])('C7 a journal that is %s is damaged', async (_name, value) => {
  const path = join(folder, 'journal.json');
  const journal = createFileJournal(path, join(folder, 'outbox'));
  writeFileSync(path, JSON.stringify(value));
  await expect(journal.load()).rejects.toMatchObject({
    code: 'LOCAL_STATE',
    message: expect.stringContaining(`${path} is damaged`),
  });
  // What an earlier version wrote lacks what came later.
  writeFileSync(path, JSON.stringify({ machine: 2, instance: 'i', seq: 7 }));
  expect(await journal.load()).toEqual({ ...WHOLE, seq: 7 });
});

test('C7 an edit in the outbox that is none is damaged, and named', async () => {
  const outbox = join(folder, 'outbox');
  const journal = createFileJournal(join(folder, 'journal.json'), outbox);
  for (const [name, put] of [
    ['a.json', (path: string) => writeFileSync(path, 'null')],
    ['b.json', (path: string) => mkdirSync(path)],
    ['c.json', (path: string) => writeFileSync(path, '{')],
  ] as const) {
    put(join(outbox, name));
    await expect(journal.intentions()).rejects.toMatchObject({ message: expect.stringContaining(`${name} is damaged`) });
    rmSync(join(outbox, name), { recursive: true });
  }
});

test('C6 a list of written files that is none counts as gone: all is written anew', () => {
  const fleet = fleetFolderAt(folder);
  mkdirSync(fleet.state);
  writeFileSync(fleet.projected, 'null');
  expect(readProjected(fleet)).toEqual({});
});
