// C9: who waited for the lock is told that the work was done only by a sync that looked at the remote, and held nothing back.
import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CycleOptions } from '../../src/machine/cycle.ts';
import { createPushGate } from '../../src/machine/pace/push-gate.ts';
import { recordEdits } from '../../src/operations/orders/edit-orders.ts';
import { type OpenMachine, openMachine } from '../../src/operations/sync/open-machine.ts';
import { syncOpened } from '../../src/operations/sync/sync.ts';
import { createHome, endHome, type Home } from '../server/house.ts';

let home: Home;
let opened: OpenMachine;
beforeAll(async () => {
  home = await createHome();
  opened = await openMachine(home.world, home.folder);
});
afterAll(async () => {
  await opened.ledger.close();
  endHome(home);
});

/** Whether a process that waited for the lock meanwhile would be told that its work is done. */
async function isToldDone(options: Partial<CycleOptions>): Promise<boolean> {
  const { lock } = home.folder;
  writeFileSync(`${lock}.waiting`, '');
  await syncOpened(home.world, opened, { dryRun: false, ...options });
  return existsSync(`${lock}.last`) && !existsSync(`${lock}.waiting`);
}

test('C9, C4a a sync that rests on an earlier view has done no other’s work', async () => {
  expect(await isToldDone({ mayRecall: true })).toBe(false);
  expect(await isToldDone({})).toBe(true);
});

test('C9, H2.4 nor has one that held back what there was to push', async () => {
  const gate = { ...createPushGate(home.world.clock), waitMs: () => 60_000 };
  await recordEdits(home.world, home.folder, [{ kind: 'add', order: { id: 'a', assign: 9, run: 'true' } }]);
  expect(await isToldDone({ gate })).toBe(false);
  expect(await isToldDone({})).toBe(true);
});
