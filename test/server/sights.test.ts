// A look of the stream costs what has changed: of what was not written anew, the next sight has the same objects.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendMessage } from '../../src/operations/messages/send.ts';
import { sync } from '../../src/operations/sync/sync.ts';
import { createSights, digestOf } from '../../src/server/stream/stream-state.ts';
import { createHome, endHome, type Home } from './house.ts';

let home: Home;
beforeAll(async () => {
  home = await createHome();
});
afterAll(() => endHome(home));

test('what was not written anew is the same object, and what was is read anew', async () => {
  const { world, folder } = home;
  await sync(world, folder);
  const sight = createSights(world, folder);
  const first = await sight();
  const again = await sight();
  for (const part of ['orders', 'machines', 'instances', 'inbox', 'sent', 'needsYou'] as const)
    expect(again[part], part).toBe(first[part]);
  expect(digestOf(again)).toBe(digestOf(first));
  await sendMessage(world, folder, { to: '0', body: 'Hello', priority: 'normal' });
  const said = await sight();
  expect(Object.values(said.sent).map(({ body }) => body)).toEqual(['Hello']);
  expect(digestOf(said)).not.toBe(digestOf(first));
  // Another process that looks says the same of it.
  expect(digestOf(await createSights(world, folder)())).toBe(digestOf(said));
  expect(said.fleet).toMatchObject({ self: { machine: 1 }, bell: null });
});
