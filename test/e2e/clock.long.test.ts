// The wall clock of one computer is set back and forward by three days, between syncs and while things wait. The processes of
// coord see it through a shifted Date; the monotonic clock is the real one.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { clockOff } from './clock-off.ts';
import { createFleet, endFleets, isAlive, until } from './fleet.ts';

afterEach(endFleets);

const DAY_MS = 24 * 3_600_000;

test('C7, C9, O9: set back and forward by three days: syncs work, a run goes on, nobody is called lost', async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  const orders: object[] = [{ id: 'long', assign: 1, run: 'echo $$ >> long; until [ -e go ]; do sleep 0.1; done' }];
  fleet.person().order(orders);
  // Two at once leave word for those who wait, with a time on it.
  await Promise.all([mac.ok('sync'), mac.ok('sync'), mac.ok('sync')]);
  await until('the run has begun', () => mac.count('long') === 1);
  writeFileSync(join(mac.folder, '.coord', 'lock.last'), String(Date.now()));
  for (const days of [-3, 3, 0]) {
    orders.push({ id: `at${days}`, assign: 'all', run: `echo x >> at${days}` });
    fleet.person().order(orders);
    await pc.ok('sync');
    const sync = await mac.coord(['sync'], { env: clockOff(fleet, days * DAY_MS) });
    expect(sync.code, `${days} days`).toBe(0);
    expect(sync.stdout, `${days} days`).not.toContain('by another');
    expect(isAlive(Number(mac.read('long').trim())), `${days} days`).toBe(true);
    expect(Object.values(fleet.status().machines).map(({ state }) => state)).not.toContain('OFFLINE');
  }
  writeFileSync(join(mac.home, 'go'), '');
  await mac.ok('sync', '--wait');
  expect([mac.count('long'), mac.count('at-3'), mac.count('at3'), mac.count('at0')]).toEqual([1, 1, 1, 1]);
  for (const id of ['long', 'at-3', 'at3', 'at0']) expect(fleet.status().orders[id]?.state, id).toBe('COMPLETED');
});

test('D5, S5: edits and messages that wait stay in the order in which they were given', async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  await mac.ok('sync');
  fleet.away(true);
  const at = async (days: number, ...args: string[]) => {
    const done = await mac.coord(args, { env: clockOff(fleet, days * DAY_MS) });
    expect(done, args.join(' ')).toMatchObject({ code: 0 });
  };
  await at(3, 'order', 'add', 'first', '--for', '9', '--', 'true');
  await at(3, 'send', 'pc', 'one');
  await at(-3, 'order', 'remove', 'first');
  await at(-3, 'send', 'pc', 'two');
  fleet.away(false);
  await mac.ok('sync');
  expect(fleet.board('ORDERS.json')).not.toContain('first');
  expect(await mac.ok('status')).not.toContain('not done');
  await pc.ok('sync');
  expect((await pc.json<{ body: string }[]>('inbox')).map(({ body }) => body)).toEqual(['one', 'two']);
});

test('H1: that a machine looks again is said of one that comes by itself, not of one synced by hand', async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  await pc.ok('sync');
  const said = async (id: string) => (await mac.ok('order', 'add', id, '--for', 'pc', '--', 'true')).trim();
  expect(await said('a')).toMatch(/^placed a for 2 pc · last heard of .* · it sees this at its next sync$/);
  // As from cron.
  for (const minutes of [1, 2, 3, 4]) await pc.coord(['sync'], { env: clockOff(fleet, minutes * 60_000) });
  expect(await said('b')).toMatch(/^placed b for 2 pc · last heard of .* · checks again within 72 s$/);
});
