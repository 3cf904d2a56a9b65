// No network in the middle: a machine goes on with what it has, records what people ask for, and reports it all later (S6, D5).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets } from './fleet.ts';

afterEach(endFleets);

test('the hub is away: exit 4 and since when; orders wait; ends are reported later (S6, D5, R5)', async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  fleet.person().order([
    { id: 'going', assign: 1, run: 'until [ -e go ]; do sleep 0.05; done; echo arrived' },
    { id: 'next', assign: 1, run: 'echo x >> next' },
  ]);
  await mac.ok('sync');
  fleet.away(true);

  // The slot gets free, and what is known of is started, offline as it is.
  writeFileSync(join(mac.home, 'go'), '');
  const waited = await mac.here(['sync', '--wait']);
  expect(waited).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/not synced with the remote .* \(unsynced since \d{4}-.* UTC\)/),
  });
  expect(mac.count('next')).toBe(1);
  const { sync } = await mac.json('status');
  expect(sync.unsyncedSince).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(await mac.ok('status')).toMatch(/unsynced since .*: /);

  const add = await mac.here(['order', 'add', 'offline', '--for', '2', '--', 'echo x >> offline']);
  expect(add).toMatchObject({ code: 0, stderr: expect.stringContaining('saved here, not pushed yet') });
  const here = await mac.here(['order', 'add', 'here', '--for', '1', '--', 'echo x >> here']);
  expect(here).toMatchObject({ code: 0 });
  expect((await mac.json('status')).sync.pendingEdits).toHaveLength(2);
  expect(await mac.ok('status')).toContain('2 edits not on the remote yet');
  expect(await mac.here(['wait', 'going', '--timeout', '1s'])).toMatchObject({ code: 0 });
  expect(await mac.here(['wait', 'offline', '--timeout', '1s'])).toMatchObject({ code: 124 });
  // The first word of the trouble stays.
  expect((await mac.json('status')).sync.unsyncedSince).toBe(sync.unsyncedSince);
  const json = await mac.here(['sync', '--json']);
  expect(json.code).toBe(4);
  expect(JSON.parse(json.stdout)).toMatchObject({ trouble: { code: expect.any(String) } });

  fleet.away(false);
  await mac.ok('sync', '--wait');
  await pc.ok('sync', '--wait');
  expect([mac.count('next'), mac.count('here'), pc.count('offline')]).toEqual([1, 1, 1]);
  const { orders } = fleet.status();
  expect(orders.going).toMatchObject({ state: 'COMPLETED', tail: 'arrived' });
  for (const id of ['next', 'offline', 'here']) expect(orders[id], id).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  const after = await mac.json('status');
  expect(after.sync).toMatchObject({ unsyncedSince: null, pendingEdits: [] });
});

test('an order that cannot be: said with its reason, and nothing of it stays (D5)', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (!mac) throw new Error('one machine');
  await mac.ok('order', 'add', 'same', '--for', '1', '--', 'echo x >> same');
  const again = await mac.here(['order', 'add', 'same', '--for', '1', '--', 'echo other >> same']);
  expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/same.*already.*coord retry same/s) });
  fleet.away(true);
  // Nobody knows yet that it is taken.
  await mac.ok('order', 'add', 'taken', '--for', '1', '--', 'echo mine >> taken');
  fleet.away(false);
  fleet.person().order([{ id: 'taken', assign: 1, run: 'echo x >> taken' }]);
  await mac.ok('sync', '--wait');
  expect(mac.read('taken')).toBe('x\n');
  const { sync } = await mac.json<{ sync: { pendingEdits: unknown[]; lostEdits: { reason: string }[] } }>('status');
  expect(sync.pendingEdits).toEqual([]);
  expect(sync.lostEdits.at(-1)?.reason).toContain('taken');
  expect(await mac.ok('status')).toMatch(/! not done, .*: add taken: .*already/);
});

test('a person’s layout and comments survive orders from the command line (D5)', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (!mac) throw new Error('one machine');
  const text = '// ours\n{ "orders": [\n    // first things first\n    {"id":"a",  "assign":9, "run":"true"},\n  ]\n}\n';
  fleet.person().order(text);
  await mac.ok('order', 'add', 'b', '--for', '9', '--', 'true');
  await mac.ok('order', 'remove', 'b');
  const now = fleet.board('ORDERS.json');
  for (const part of ['// ours', '// first things first', '{"id":"a",  "assign":9, "run":"true"}']) expect(now).toContain(part);
  expect(now).not.toContain('"b"');
});
