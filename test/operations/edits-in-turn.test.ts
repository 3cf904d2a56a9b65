// Edits that go in turn are no trouble of a person's; those that somebody waits for are shown until they are on the remote.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { PersonEdit } from '../../src/core/model/ledger/intention.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import { outboxCheck } from '../../src/operations/doctor/state.ts';
import { recordEdits } from '../../src/operations/orders/edit-orders.ts';
import { sync } from '../../src/operations/sync/sync.ts';
import { createHome, endHome } from '../server/house.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-turn-'));
const hub = join(root, 'hub.git');
execFileSync('git', ['init', '-q', '--bare', '-b', 'main', hub]);
const home = await createHome({ url: hub });

afterAll(() => {
  endHome(home);
  rmSync(root, { recursive: true, force: true });
});

const add = (id: string): PersonEdit => ({ kind: 'add', order: { id, run: 'true' } });

async function shown(): Promise<{ pending: readonly string[]; doctor: string }> {
  const { world, folder } = home;
  const { view } = await sync(world, folder);
  const journal = createFileJournal(folder.journal, folder.outbox);
  const found = await outboxCheck.look({ adapters: async () => ({ journal }), view: () => view } as never);
  return { pending: view?.sync.pendingEdits.map(({ kind }) => kind) ?? [], doctor: found.state };
}

test('H2.11: while the remote is away, an edit that can wait is not shown as one that is missing there', async () => {
  const { world, folder } = home;
  await recordEdits(world, folder, [add('ended')]);
  expect(await shown()).toEqual({ pending: [], doctor: 'ok' });
  renameSync(hub, `${hub}.away`);
  await recordEdits(world, folder, [{ kind: 'remove', id: 'ended' }], { canWait: true });
  expect(await shown()).toEqual({ pending: [], doctor: 'ok' });
  await recordEdits(world, folder, [add('wanted')]);
  expect(await shown()).toEqual({ pending: ['add'], doctor: 'warning' });
});
