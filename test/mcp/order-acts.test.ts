// What an agent is told of what it did with an order: the words of the commands.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actedAnswer, placedAnswer } from '../../src/mcp/order-acts.ts';
import { createHome, endHome, type Home } from '../server/house.ts';

let home: Home;
beforeAll(async () => {
  home = await createHome();
});
afterAll(() => endHome(home));

test('O12 a cancelled schedule is said not to run again, and not to have ended', async () => {
  const { world, folder } = home;
  await placedAnswer(world, folder, { id: 'nightly', run: 'true', assign: 'pc', schedule: '0 3 * * *' } as never);
  const { text } = await actedAnswer(world, folder, { order: 'nightly', act: 'cancel' });
  expect(text.split('\n')[0]).toBe('cancelled nightly: it will not run again');
});
