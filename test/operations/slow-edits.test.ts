// Edits that wait because git on this computer is slow: they are shown as waiting, and nobody is told to fix main.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statusLines } from '../../src/cli/output/show-status.ts';
import { CoordError } from '../../src/errors.ts';
import { outboxCheck } from '../../src/operations/doctor/state.ts';
import { recordEdits } from '../../src/operations/orders/edit-orders.ts';
import { placeOrder } from '../../src/operations/orders/place-order.ts';
import type { World } from '../../src/operations/sync/dependencies.ts';
import { anothers } from '../../src/operations/sync/idle-reports.ts';
import { openMachine } from '../../src/operations/sync/open-machine.ts';
import { sentTo } from '../../src/operations/sync/reply-words.ts';
import type { Ledger } from '../../src/ports.ts';
import { createHome, endHome, type Home } from '../server/house.ts';

let home: Home;
let slow: World;
beforeAll(async () => {
  home = await createHome();
  const { world, folder } = home;
  const opening = (change: (ledger: Ledger) => Partial<Ledger>): World => ({
    ...world,
    async open(...where) {
      const opened = await world.open(...where);
      return { ...opened, ledger: { ...opened.ledger, ...change(opened.ledger) } };
    },
  });
  const lossy = opening(({ push }) => ({
    push: async (updates) => {
      await push(updates);
      return { kind: 'unknown', trouble: { code: 'NETWORK', message: 'no answer' } };
    },
  }));
  await placeOrder(lossy, folder, { id: 'first', assign: 1, run: 'true' });
  // Main is what that push brought: it is asked for itself.
  slow = opening(({ follows }) => ({
    follows: async (older, newer) => {
      if (older === newer) throw new CoordError('TOO_SLOW', 'git took too long');
      return follows(older, newer);
    },
  }));
});
afterAll(() => endHome(home));

test('R5.3 an order behind one that git is too slow for is shown as waiting; nobody has to fix main', async () => {
  const { folder } = home;
  const report = await placeOrder(slow, folder, { id: 'x', assign: 1, run: 'true' });
  expect(report).toMatchObject({ landed: false, waitsFor: { kind: 'slow' } });
  const why = expect.stringMatching(/git on this computer was too slow to look .*$/);
  expect(sentTo(report).trouble).toEqual(why);
  const { x } = report.view.orders;
  expect(x).toMatchObject({ state: 'BLOCKED', code: 'slowHere', reason: why });
  expect(x?.reason).not.toContain('has to fix');
  const paint = new Proxy({}, { get: () => (text: string) => text });
  const lines = statusLines(report.view, { paint, nowMs: () => Date.now() } as never, null, []);
  expect(lines.filter((line) => line.includes('not on the remote yet'))).toEqual([
    expect.stringMatching(/^! 2 edits not on the remote yet; they wait: git on this computer was too slow/),
  ]);
  const { journal, ledger } = await openMachine(home.world, folder);
  const found = await outboxCheck.look({ adapters: async () => ({ journal }), folder, view: () => report.view } as never);
  expect(found).toMatchObject({ state: 'warning', found: why, fix: 'coord sync' });
  await ledger.close();
});

test('D5 a sync that another process did says of each edit what that one waits for', async () => {
  const { world, folder } = home;
  const { view } = await placeOrder(slow, folder, { id: 'y', assign: 1, run: 'true' });
  const { ids } = await recordEdits(world, folder, [{ kind: 'pause', id: 'fleet', until: null, note: '' }]);
  const opened = await openMachine(world, folder);
  const { waitingEdits } = await anothers(opened, view);
  expect([...waitingEdits.values()]).toEqual([{ kind: 'slow' }, { kind: 'slow' }, { kind: 'slow' }, null]);
  expect(waitingEdits.get(ids[0] ?? '')).toBe(null);
  await opened.ledger.close();
});
