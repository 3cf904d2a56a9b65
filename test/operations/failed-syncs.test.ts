// Commands whose sync fails after they have recorded something: whoever says it again would do it twice.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PersonEdit } from '../../src/core/model/ledger/intention.ts';
import { CoordError } from '../../src/errors.ts';
import { sendMessage } from '../../src/operations/messages/send.ts';
import { editOrders } from '../../src/operations/orders/edit-orders.ts';
import type { Adapters, World } from '../../src/operations/sync/dependencies.ts';
import { openMachine } from '../../src/operations/sync/open-machine.ts';
import { createHome, endHome, type Home } from '../server/house.ts';

let home: Home;
beforeAll(async () => {
  home = await createHome();
});
afterAll(() => endHome(home));

const SAVED = 'it is saved here, and a later sync pushes it';
const add = (id: string): PersonEdit => ({ kind: 'add', order: { id, run: 'true' } });
const full = () => Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });

/** What is opened first records, what is opened then syncs. */
function failing(from: number, instead: (opened: Adapters) => Adapters): World {
  let times = 0;
  const open: World['open'] = async (...where) => {
    times += 1;
    const opened = await home.world.open(...where);
    return times < from ? opened : instead(opened);
  };
  return { ...home.world, open };
}

async function recorded(): Promise<number> {
  const { journal, ledger } = await openMachine(home.world, home.folder);
  const count = (await journal.intentions()).length + (await journal.mail()).length;
  await ledger.close();
  return count;
}

let before: number;
beforeEach(async () => {
  before = await recorded();
});

test.each([
  new CoordError('BUSY', 'another coord works here', 'coord status'),
  full(),
])('D5.4 the sync after an edit fails with $code: its error says that the edit is saved', async (error) => {
  const { code, message } = error;
  const world = failing(2, () => {
    throw error;
  });
  const asked = editOrders(world, home.folder, [add(code)]);
  await expect(asked).rejects.toMatchObject({ code, message: `${message}; ${SAVED}` });
  expect(await recorded()).toBe(before + 1);
});

test('D5.4 of three edits the last one finds no room: the error says how many are saved', async () => {
  let left = 2;
  const world = failing(1, ({ journal, ...others }) => {
    const record: typeof journal.record = async (intention) => {
      if (left === 0) throw full();
      left -= 1;
      await journal.record(intention);
    };
    return { ...others, journal: { ...journal, record } };
  });
  const asked = editOrders(world, home.folder, ['a', 'b', 'c'].map(add));
  const words = 'of 3 edits, 2 are saved here, and a later sync pushes them';
  await expect(asked).rejects.toMatchObject({ code: 'ENOSPC', message: `ENOSPC: no space left; ${words}` });
  expect(await recorded()).toBe(before + 2);
});

test('S5 the sync after a message fails: its error says that the message is saved', async () => {
  const world = failing(2, () => {
    throw full();
  });
  const asked = sendMessage(world, home.folder, { to: 'people', body: 'hello', priority: 'normal' });
  await expect(asked).rejects.toThrow(`ENOSPC: no space left; ${SAVED}`);
  expect(await recorded()).toBe(before + 1);
});
