// A journal or an edit on this disk that somebody else has written, or that lost its shape: it is damage and is told by its name, and nothing is
// started or said by what is not understood.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newJournal } from '../../src/core/model/ledger/journal-start.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { setAsideIn } from '../../src/system/fleet/outbox-files.ts';
import { readProjected } from '../../src/system/fleet/projected.ts';

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

test('D5.13 what lies in the outbox and is no edit is set aside or passed over, and stops nothing else', async () => {
  const outbox = join(folder, 'outbox');
  const journal = createFileJournal(join(folder, 'journal.json'), outbox);
  const edit = { kind: 'remove', id: 'a' } as const;
  await journal.record({ id: 'one', recordedAt: '2026-01-02T03:04:05Z', edit });
  const whole = readFileSync(join(outbox, '20260102T030405Z-one.json'), 'utf8');
  const foreign = ['._20260102T030405Z-one.json', '20260102T030405Z-one (conflicted copy).json', 'notes.json', '.x.json.tmp'];
  for (const name of foreign) writeFileSync(join(outbox, name), '{');
  const damaged = ['a', 'b', 'c', 'd', 'e'].map((id) => `20260102T030406Z-${id}.json`);
  const [empty = '', list = '', place = '', other = '', nothing = ''] = damaged.map((name) => join(outbox, name));
  writeFileSync(empty, '');
  writeFileSync(list, '[]');
  mkdirSync(place);
  writeFileSync(other, whole);
  writeFileSync(nothing, '{"id":"e","recordedAt":"2026-01-02T03:04:06Z"}');
  expect(await journal.mail()).toEqual([]);
  expect(await journal.intentions()).toEqual([{ id: 'one', recordedAt: '2026-01-02T03:04:05Z', edit }]);
  const kept = damaged.map((name) => `${name}.damaged`);
  expect(readdirSync(outbox).sort()).toEqual([...foreign, ...kept, '20260102T030405Z-one.json'].sort());
  expect(setAsideIn(outbox)).toEqual(kept);
  expect(readFileSync(`${other}.damaged`, 'utf8')).toBe(whole);
});

test('C10.2 what is recorded again under its id is the file that is there, whatever the time', async () => {
  const outbox = join(folder, 'outbox');
  const journal = createFileJournal(join(folder, 'journal.json'), outbox);
  const edit = { kind: 'remove', id: 'a' } as const;
  for (const [id, second] of [
    ['one', 1],
    ['one', 2],
    ['more-one', 3],
  ] as const)
    await journal.record({ id, recordedAt: `2026-01-02T03:04:0${second}Z`, edit });
  expect(readdirSync(outbox)).toEqual(['20260102T030401Z-one.json', '20260102T030403Z-more-one.json']);
});

test('C6 a list of written files that is none counts as gone: all is written anew', () => {
  const fleet = fleetFolderAt(folder);
  mkdirSync(fleet.state);
  writeFileSync(fleet.projected, 'null');
  expect(readProjected(fleet)).toEqual({});
});
