// C5a: reading what was fetched may take as long as years of history take to come, or may end without them.
import { expect, test } from 'vitest';
import { CoordError } from '../../src/errors.ts';
import type { Ledger } from '../../src/ports.ts';
import { createFleet, quiet, type SimMachine } from './world.ts';

const NOT_HERE = new CoordError('UNREACHABLE', 'what came before was not fetched');

/** Its ledger, but for what is given. */
function withLedger(one: SimMachine, change: (ledger: Ledger) => Partial<Ledger>): void {
  const { ledger } = one.machine();
  one.settings.more = { ledger: { ...ledger, ...change(ledger) } };
}

test('C5a what was cancelled while history came is not started', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.orders([{ id: 'deploy', assign: 1, run: 'true' }]);
  let fetches = 0;
  withLedger(one, (ledger) => ({
    fetch: async (...asked) => {
      const fetched = await ledger.fetch(...asked);
      fetches += 1;
      if (fetches > 1) return fetched;
      world.pass(600_000);
      world.orders([{ id: 'deploy', assign: 1, run: 'true', cancelled: true }]);
      return fetched;
    },
  }));
  expect((await one.cycle()).started).toEqual([]);
  expect(fetches).toBe(2);
  await one.cycle();
  expect(fetches).toBe(3);
});

test('C5a a line on which each look takes long is acted on all the same', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.orders([{ id: 'deploy', assign: 1, run: 'true' }]);
  withLedger(one, (ledger) => ({
    fetch: async (...asked) => {
      world.pass(600_000);
      return ledger.fetch(...asked);
    },
  }));
  expect((await one.cycle()).started).toEqual(['deploy']);
});

test('C5a, R3a while the clone does not tell whether main leads on, the cycle does nothing and says why', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  await quiet(world);
  withLedger(one, () => ({ follows: () => Promise.reject(NOT_HERE) }));
  world.orders([{ id: 'deploy', assign: 1, run: 'true' }]);
  const trouble = { code: 'NETWORK', message: NOT_HERE.message };
  expect(await one.cycle()).toMatchObject({ seen: null, started: [], trouble });
  expect(one.state().rewritten).toBeNull();
  // Nor does it rest on what was seen.
  expect(await one.cycle({ dryRun: false, mayRecall: true })).toMatchObject({ seen: null, fetched: true, trouble });
  one.settings.more = {};
  expect((await one.cycle()).started).toEqual(['deploy']);
});
