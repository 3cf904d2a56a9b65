// C6: what of the projection is read again in a sync with no news: never history and archive, which are most of it; always what people may have saved.
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { project, savedEdit } from '../../src/system/fleet/projection.ts';

const blobId = (text: string) => createHash('sha1').update(text).digest('hex');

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-projection-'));
  mkdirSync(join(root, '.coord'));
});
afterEach(() => rmSync(root, { recursive: true }));

const HISTORY = 'history/1/2026-11.2.jsonl';
const files = (more: Record<string, string> = {}) =>
  new Map(Object.entries({ 'ORDERS.json': '[]\n', [HISTORY]: 'a run\n', ...more }).map(([path, text]) => [path, { text }]));
const there = (path: string) => join(root, 'coordination', path);

/** The texts that were hashed, besides those that are handed in. */
async function readBy(documents = files()): Promise<string[]> {
  const read: string[] = [];
  const given = new Map([...documents.values()].map(({ text }) => [blobId(text), text]));
  const ids = new Map([...documents].map(([path, { text }]) => [path, { id: blobId(text) }]));
  const idOf = (text: string) => {
    read.push(text);
    return blobId(text);
  };
  await project(fleetFolderAt(root), ids, { idOf, textOf: async (id) => given.get(id) ?? null });
  return read;
}

test('a history that has not changed is not read again, by any process; ORDERS.json is', async () => {
  expect(await readBy()).toEqual([]);
  expect(await readBy()).toEqual(['[]\n']);
  expect(await readBy()).toEqual(['[]\n']);
});

test('C6 a history that somebody changed, replaced or took away is as coord wrote it again', async () => {
  await readBy();
  for (const spoil of [
    () => appendFileSync(there(HISTORY), 'mine\n'),
    () => utimesSync(there(HISTORY), 1, 1),
    () => unlinkSync(there(HISTORY)),
    () => {
      unlinkSync(there(HISTORY));
      symlinkSync('/etc/passwd', there(HISTORY));
    },
  ]) {
    spoil();
    await readBy();
    expect(readFileSync(there(HISTORY), 'utf8')).toBe('a run\n');
    expect(await readBy()).toEqual(['[]\n']);
  }
});

test('C6.6 D11 an archive is not read again either, but where its entry in the folder is another one', async () => {
  const archive = 'archive/2026-11.jsonl';
  const withArchive = () => files({ [archive]: 'an order\n' });
  await readBy(withArchive());
  expect(await readBy(withArchive())).toEqual(['[]\n']);
  appendFileSync(there(archive), 'more\n');
  expect(await readBy(withArchive())).toEqual(['[]\n', 'an order\nmore\n']);
});

test('news of the history is written, and what left the repo goes', async () => {
  await readBy();
  await readBy(files({ [HISTORY]: 'a run\nanother\n' }));
  expect(readFileSync(there(HISTORY), 'utf8')).toBe('a run\nanother\n');
  const without = files();
  without.delete(HISTORY);
  await readBy(without);
  expect(existsSync(there(HISTORY))).toBe(false);
});

test('marks that are damaged are made anew', async () => {
  await readBy();
  for (const text of ['{', 'null', `{"${HISTORY}":1}`]) {
    rmSync(join(root, '.coord/projected-marks.json'));
    appendFileSync(join(root, '.coord/projected-marks.json'), text);
    expect(await readBy()).toEqual(['[]\n', 'a run\n']);
  }
  expect(await readBy()).toEqual(['[]\n']);
});

test('C6.1 what a person saves while files are written is not written over, and is taken the next time', async () => {
  await readBy();
  const folder = fleetFolderAt(root);
  const newer = files({ 'ORDERS.json': '["new"]\n', 'specs/login.md': 'Login\n' });
  const texts = new Map([...newer.values()].map(({ text }) => [blobId(text), text]));
  const ids = new Map([...newer].map(([path, { text }]) => [path, { id: blobId(text) }]));
  let isSaved = false;
  const textOf = async (id: string) => {
    // Once everything was looked at, and before anything is written.
    if (!isSaved) writeFileSync(there('ORDERS.json'), '["mine"]\n');
    isSaved = true;
    return texts.get(id) ?? null;
  };
  expect(await project(folder, ids, { idOf: blobId, textOf })).toMatchObject({ edited: ['ORDERS.json'] });
  expect(readFileSync(there('ORDERS.json'), 'utf8')).toBe('["mine"]\n');
  expect(readFileSync(there('specs/login.md'), 'utf8')).toBe('Login\n');
  // It was made of what stood there before, and is merged from that.
  expect(savedEdit(folder, 'ORDERS.json', { idOf: blobId })).toEqual({ text: '["mine"]\n', from: blobId('[]\n') });
});

test('C6.1 nor is a spec removed that a person saves while it leaves the repo', async () => {
  const [kept, gone] = ['specs/kept.md', 'specs/gone.md'];
  await readBy(files({ [kept]: 'Kept\n', [gone]: 'Gone\n' }));
  const folder = fleetFolderAt(root);
  const news = '["new"]\n';
  const ids = new Map([...files({ 'ORDERS.json': news })].map(([path, { text }]) => [path, { id: blobId(text) }]));
  const textOf = async () => {
    writeFileSync(there(kept), 'Mine\n');
    return news;
  };
  expect(await project(folder, ids, { idOf: blobId, textOf })).toMatchObject({ edited: [kept] });
  expect(readFileSync(there(kept), 'utf8')).toBe('Mine\n');
  expect(existsSync(there(gone))).toBe(false);
  expect(savedEdit(folder, kept, { idOf: blobId })).toEqual({ text: 'Mine\n', from: blobId('Kept\n') });
});
