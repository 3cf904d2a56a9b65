// The hub goes away in the middle of the tries for one edit: after it has refused the first of them.
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets } from './fleet.ts';

afterEach(endFleets);

test('D5: a failed fetch within the retries of an edit ends them: it waits, visibly, and lands once', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (!mac) throw new Error('one machine');
  await mac.ok('sync');
  const main = fleet.git('rev-parse', 'main');
  fleet.hook('update', `if [ "$1" = refs/heads/main ]; then mv '${fleet.hub}' '${fleet.hub}.away'; exit 1; fi`);
  const add = await mac.coord(['order', 'add', 'mine', '--for', '1', '--', 'echo x >> mine']);
  expect(add).toMatchObject({ code: 0, stderr: expect.stringContaining('saved here, not pushed yet') });
  expect(add.ms).toBeLessThan(60_000);
  expect((await mac.json('status')).sync).toMatchObject({ unsyncedSince: expect.any(String), pendingEdits: [{ kind: 'add' }] });

  fleet.away(false);
  fleet.hook('update', null);
  expect(fleet.git('rev-parse', 'main')).toBe(main);
  await mac.ok('sync', '--wait');
  expect(mac.count('mine')).toBe(1);
  expect(JSON.parse(fleet.board('ORDERS.json'))).toMatchObject({ orders: [{ id: 'mine' }] });
  expect((await mac.json('status')).sync.pendingEdits).toEqual([]);
});
