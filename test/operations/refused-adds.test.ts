// D5: what is said of an order that was not admitted: where to look at the one that has its id, if there is one.
import { afterAll, expect, test } from 'vitest';
import type { PersonEdit } from '../../src/core/model/ledger/intention.ts';
import { editOrders } from '../../src/operations/orders/edit-orders.ts';
import { createHome, endHome } from '../server/house.ts';

const home = await createHome();
afterAll(() => endHome(home));

const add = (id: string, run: string): PersonEdit => ({ kind: 'add', order: { id, assign: 9, run } });
const placed = (edits: readonly PersonEdit[]) => editOrders(home.world, home.folder, edits);

test('D5 an add that was refused names the order of that id, and one of whose id there is none the list', async () => {
  await placed([add('x', 'true')]);
  await expect(placed([add('x', 'false')])).rejects.toMatchObject({ hint: expect.stringContaining('coord order show x') });
  const large = Array.from({ length: 70 }, (_, at) => add(`large-${at}`, 'x'.repeat(16_000)));
  const message = expect.stringContaining('1 MiB');
  await expect(placed(large)).rejects.toMatchObject({ message, hint: 'coord order list' });
});
