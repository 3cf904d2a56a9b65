import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Trees } from '../../src/core/model/ledger/trees.ts';
import { ownerOf } from '../../src/documents/documents.ts';
import { contentId } from '../../src/ledger/objects/blob-text.ts';
import { readSnapshot } from '../../src/machine/reading/read-snapshot.ts';
import { createMemoryHub } from '../memory/memory-ledger.ts';

const folder = join(import.meta.dirname, '..', '..', 'coordination');
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
const textOf = (path: string) => readFileSync(join(folder, path), 'utf8');

async function snapshotOfExample() {
  const hub = createMemoryHub();
  hub.commitAsPerson(Object.fromEntries(files.map((path) => [`coordination/${path}`, textOf(path)])));
  const ledger = hub.open();
  const fetched = await ledger.fetch(null);
  if (fetched.kind !== 'fetched') throw new Error('no fetch');
  const trees: Trees = fetched.trees;
  return readSnapshot({ ledger, trees });
}

describe('coordination/, the example board', () => {
  test('holds known documents only, of every kind that is built', () => {
    expect(files.filter((path) => ownerOf(path) === null)).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['ORDERS.json', 'fleet.yaml', 'COMPUTER_1.md', 'results/1.json', 'STATUS.json', 'README.md']),
    );
  });

  test('parses without a fault', async () => {
    const snapshot = await snapshotOfExample();
    expect(snapshot.faults.filter((fault) => fault.level === 'fault')).toEqual([]);
    expect(snapshot.machines.size).toBe(3);
    expect(snapshot.orders.orders.map((order) => order.id)).toEqual(['hello', 'report', 'tidy', 'backup', 'restart']);
  });

  test('D6 its STATUS.json names the sources that lie beside it', () => {
    const sources = files.filter((path) => ['people', 'machine'].includes(ownerOf(path)?.kind ?? ''));
    const listing = sources
      .map((path) => `${path} ${contentId(textOf(path), 'sha1')}\n`)
      .sort()
      .join('');
    expect(JSON.parse(textOf('STATUS.json')).sources).toBe(contentId(listing, 'sha1'));
  });
});
