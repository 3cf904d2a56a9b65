// D5.13: the outbox on disk.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Intention } from '../../src/core/model/ledger/intention.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';

const intention = (id: string, second: number, order = id): Intention => ({
  ...{ id, recordedAt: `2026-11-20T22:00:0${second}.000Z` },
  edit: { kind: 'remove', id: order },
});

function outboxHere() {
  const folder = mkdtempSync(join(tmpdir(), 'coord-outbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const outbox = join(folder, 'outbox');
  return { outbox, journal: createFileJournal(join(folder, 'journal.json'), outbox) };
}

test('D5.13 many are recorded in their order, and what is there under an id stays', async () => {
  const { outbox, journal } = outboxHere();
  await journal.record(intention('b', 1));
  await journal.record(intention('c', 2), intention('b', 3, 'other'), intention('a', 4), intention('a', 5, 'other'));
  expect(await journal.intentions()).toEqual([intention('b', 1), intention('c', 2), intention('a', 4)]);
  await journal.settle('c', 'a', 'nobody');
  expect(await journal.intentions()).toEqual([intention('b', 1)]);
  expect(readdirSync(outbox)).toHaveLength(1);
});

test('D5.13 one that is settled takes no other with it whose id ends like its own', async () => {
  const { journal } = outboxHere();
  await journal.record(intention('12', 1), intention('take-12', 2));
  await journal.settle('12');
  expect(await journal.intentions()).toEqual([intention('take-12', 2)]);
});
