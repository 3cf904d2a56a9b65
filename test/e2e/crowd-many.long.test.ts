// Very many processes of one machine at once, of every kind. 24 with `npm test`; `npm run crowd` plays it with 200.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, until } from './fleet.ts';

afterEach(endFleets);

const COUNT = Number(process.env.CROWD ?? 24);

test('C7, D5, S3, S5: processes of every kind at once: all end honestly; nothing lost, doubled or left', {
  timeout: 600_000,
}, async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  await mac.ok('sync');
  const of = (what: string) => Array.from({ length: Math.ceil(COUNT / 4) }, (_, at) => `${what}-${at}`);
  const [orders, words] = [of('order'), of('words')];
  const calls = orders.flatMap((id, at) => [
    ['order', 'add', id, '--for', '1', '--', `echo ${id} >> ran`],
    ['send', 'pc', words[at] ?? ''],
    ['sync'],
    ['status'],
  ]);
  const done = await Promise.all(calls.map((args) => mac.coord(args)));
  const failed = done.flatMap(({ code, stderr }, at) => (code === 0 ? [] : [`${calls[at]?.join(' ')}: ${code} ${stderr}`]));
  expect(failed).toEqual([]);
  expect(existsSync(join(mac.folder, '.coord', 'lock.owner'))).toBe(false);
  expect(existsSync(join(mac.folder, '.coord', 'lock.d'))).toBe(false);

  await mac.ok('sync', '--wait');
  const listed = JSON.parse(fleet.board('ORDERS.json')) as { orders: { id: string }[] };
  expect(listed.orders.map(({ id }) => id).sort()).toEqual([...orders].sort());
  expect(mac.read('ran').trim().split('\n').sort()).toEqual([...orders].sort());
  const status = fleet.status();
  for (const id of orders) expect(status.orders[id], id).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  await pc.ok('sync');
  const bodies = (await pc.json<{ body: string }[]>('inbox')).map(({ body }) => body);
  expect(bodies.sort()).toEqual([...words].sort());
  expect(readdirSync(join(mac.folder, '.coord', 'outbox'))).toEqual([]);
  await until('nobody is left', () => processesIn(fleet.root).length === 0);
});

/** Command lines of living processes that name a folder (Linux). */
function processesIn(folder: string): string[] {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return line.includes(folder) ? [line] : [];
    } catch {
      return [];
    }
  });
}
