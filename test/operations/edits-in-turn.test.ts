// Edits that go in turn are no trouble of a person's; those that somebody waits for are shown until they are on the remote.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { PersonEdit } from '../../src/core/model/ledger/intention.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import { outboxCheck } from '../../src/operations/doctor/state.ts';
import { pauseByFleet } from '../../src/operations/machine/pause.ts';
import { editOrders, recordEdits } from '../../src/operations/orders/edit-orders.ts';
import { placeOrder } from '../../src/operations/orders/place-order.ts';
import type { World } from '../../src/operations/sync/dependencies.ts';
import { markTold } from '../../src/operations/sync/edit-rejections.ts';
import { sentTo } from '../../src/operations/sync/reply-words.ts';
import { sync } from '../../src/operations/sync/sync.ts';
import { foldersHereLines } from '../../src/operations/sync/view.ts';
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
  const found = await outboxCheck.look({ adapters: async () => ({ journal }), folder, view: () => view } as never);
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

test('D5.13 a damaged edit is set aside and named by the sync and by doctor, and the others land', async () => {
  const own = await createHome();
  const { world, folder } = own;
  await recordEdits(world, folder, [add('broken')]);
  const [name = ''] = readdirSync(folder.outbox);
  writeFileSync(join(folder.outbox, name), '');
  await recordEdits(world, folder, [add('whole')]);
  const { view } = await sync(world, folder);
  expect(Object.keys(view?.orders ?? {})).toEqual(['whole']);
  const [line] = foldersHereLines(view?.sync ?? { notTaken: [] });
  expect(line).toContain(`.coord/outbox/${name}.damaged was damaged and is set aside`);
  const journal = createFileJournal(folder.journal, folder.outbox);
  const found = await outboxCheck.look({ adapters: async () => ({ journal }), folder, view: () => view } as never);
  expect(found).toMatchObject({ state: 'warning', found: expect.stringContaining(`${name}.damaged was damaged`) });
  endHome(own);
});

test('D5.6 a refusal that another terminal was told first is told to the command that asked, too', async () => {
  const own = await createHome();
  const { world, folder } = own;
  let opened = 0;
  const meanwhile = async () => {
    const { view } = await sync(world, folder);
    expect(view?.sync.lostEdits).toHaveLength(1);
    markTold(folder, view?.sync.lostEdits ?? []);
  };
  const open: World['open'] = async (...where) => {
    opened += 1;
    // Once to record, once to sync.
    if (opened === 2) await meanwhile();
    return world.open(...where);
  };
  const asked = editOrders({ ...world, open }, folder, [{ kind: 'set', id: 'nobody', field: 'title', value: 'x' }]);
  await expect(asked).rejects.toMatchObject({ code: 'FAILED', message: 'there is no order "nobody"' });
  endHome(own);
});

test('D5 an edit that is on main is not told to wait for what keeps another one', async () => {
  const own = await createHome();
  const { world, folder } = own;
  await placeOrder(world, folder, { id: 'first', assign: 1, run: 'true' });
  const clone = join(root, 'clone');
  const git = (...args: string[]) => execFileSync('git', ['-C', clone, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args]);
  execFileSync('git', ['clone', '-q', join(folder.state, 'hub.git'), clone]);
  writeFileSync(join(clone, 'coordination', 'ORDERS.json'), '{ "orders": [');
  git('commit', '-qam', 'by phone');
  git('push', '-q', 'origin', 'HEAD:main');
  const held = await placeOrder(world, folder, { id: 'held', assign: 1, run: 'true' });
  expect(held).toMatchObject({ landed: false, waitsFor: { kind: 'fix', what: expect.stringContaining('ORDERS.json') } });
  expect(sentTo(held).trouble).toContain('ORDERS.json');
  const paused = await pauseByFleet(world, folder, null, { forMs: null, note: '' });
  expect(paused).toMatchObject({ landed: true, waitsFor: null });
  expect(sentTo(paused)).toEqual({ landed: true, trouble: null });
  await pauseByFleet(world, folder, null, null);
  // Nothing was taken out the second time.
  expect(await pauseByFleet(world, folder, null, null)).toMatchObject({ landed: true, wasPaused: false });
  endHome(own);
});
