// C4: what a process has parsed serves whatever it does next: the loop of a daemon, acts of its page, the second sync of a command.
import { afterAll, expect, test } from 'vitest';
import { placeOrder } from '../../src/operations/orders/place-order.ts';
import { sync } from '../../src/operations/sync/sync.ts';
import { createHome, endHome, type Home } from '../server/house.ts';

const homes: Home[] = [];
afterAll(() => homes.forEach(endHome));

/** A machine, and what it reads of its clone from now on: the ids, in order. */
async function watched() {
  const home = await createHome();
  homes.push(home);
  const ids: string[] = [];
  const { open } = home.world;
  const world = Object.assign(home.world, {
    async open(...place: Parameters<typeof open>) {
      const { ledger, ...rest } = await open(...place);
      const readHere = ledger.read.bind(ledger);
      const read: typeof ledger.read = (wanted) => {
        const all = [...wanted];
        ids.push(...all);
        return readHere(all);
      };
      return { ...rest, ledger: Object.assign(ledger, { read }) };
    },
  });
  return { world, folder: home.folder, ids };
}

test('C4 a process that opens the machine anew reads what has changed alone', async () => {
  const { world, folder, ids } = await watched();
  await sync(world, folder);
  ids.splice(0);
  await sync(world, folder);
  expect(ids).toEqual([]);
  await placeOrder(world, folder, { id: 'new', assign: 'any', run: 'true' });
  await sync(world, folder);
  expect(ids.length).toBeGreaterThan(0);
});
