// D5.13: what another user recorded, root by sudo for one, waits until the user of the machine may read it.
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import { closedIn, outboxName, setAsideIn } from '../../src/system/fleet/outbox-files.ts';

const NOBODY = 65_534;
const isRoot = process.geteuid?.() === 0;
let root: string;
beforeEach(() => {
  root = mkdtempSync('/tmp/coord-closed-outbox-');
  mkdirSync(join(root, 'outbox'));
  for (const folder of [root, join(root, 'outbox')]) {
    chmodSync(folder, 0o755);
    if (isRoot) chownSync(folder, NOBODY, NOBODY);
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await act();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

test('D5.13 what this user may not read is passed over and named, and is sent once it may be read', async () => {
  const outbox = join(root, 'outbox');
  const recorded = { id: 'a1', recordedAt: '2026-11-20T22:00:00.000Z', edit: { kind: 'remove', id: 'x' } };
  const name = outboxName(recorded.recordedAt, recorded.id);
  writeFileSync(join(outbox, name), JSON.stringify(recorded), { mode: isRoot ? 0o600 : 0 });
  const journal = createFileJournal(join(root, 'journal.json'), outbox);
  const seen = () => asNobody(async () => [await journal.intentions(), closedIn(outbox), setAsideIn(outbox)]);
  expect(await seen()).toEqual([[], [name], []]);
  expect(readdirSync(outbox)).toEqual([name]);
  chmodSync(join(outbox, name), 0o644);
  expect(await seen()).toEqual([[recorded], [], []]);
});
