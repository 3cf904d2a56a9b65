// Many processes at once on one machine: one cycle at a time, nobody's order lost, and one fetch serves all who waited for it (C7).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, until } from './fleet.ts';

afterEach(endFleets);

test('25 syncs and 6 order adds at once: each order lands and runs once, few fetches (C7, D5, S1)', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (!mac) throw new Error('one machine');
  const trace = join(fleet.root, 'trace');
  const env = { GIT_TRACE2_EVENT: trace };
  fleet.person().order([{ id: 'first', assign: 1, run: 'echo first >> ran' }]);
  const ids = Array.from({ length: 6 }, (_, at) => `added-${at}`);
  const adds = ids.map((id) => mac.coord(['order', 'add', id, '--for', '1', '--', `echo ${id} >> ran`], { env }));
  const syncs = Array.from({ length: 25 }, () => mac.coord(['sync'], { env }));
  const done = await Promise.all([...adds, ...syncs]);
  expect(done.filter(({ code }) => code !== 0)).toEqual([]);
  const listed = JSON.parse(fleet.board('ORDERS.json')) as { orders: { id: string }[] };
  expect(listed.orders.map(({ id }) => id).sort()).toEqual([...ids, 'first']);
  await mac.ok('sync', '--wait');
  expect(mac.read('ran').trim().split('\n').sort()).toEqual([...ids, 'first']);
  for (const id of ids) expect(fleet.status().orders[id]).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  // 31 processes asked.
  expect(count(trace, 'fetch')).toBeLessThan(16);
});

test('machines that all write at once lose nothing: each edit lands, with retries (D5, R2)', async () => {
  const fleet = createFleet();
  const machines = await fleet.joined('a', 'b', 'c');
  const done = await Promise.all(
    machines.flatMap((machine) =>
      [1, 2].map((at) =>
        machine.coord(['order', 'add', `${machine.name}-${at}`, '--for', 'all', '--', `echo x >> ${machine.name}-${at}`]),
      ),
    ),
  );
  expect(done.filter(({ code }) => code !== 0)).toEqual([]);
  // Who lost every race has said so, and the next sync sends it.
  for (const machine of machines) await machine.ok('sync');
  for (const machine of machines) await machine.ok('sync', '--wait');
  await machines[0]?.ok('sync');
  const ids = machines.flatMap(({ name }) => [`${name}-1`, `${name}-2`]);
  const listed = JSON.parse(fleet.board('ORDERS.json')) as { orders: { id: string }[] };
  expect(listed.orders.map(({ id }) => id).sort()).toEqual(ids);
  for (const machine of machines) for (const id of ids) expect(machine.count(id), `${machine.name} ${id}`).toBe(1);
  const { orders } = fleet.status();
  for (const id of ids) expect(orders[id], id).toMatchObject({ state: 'COMPLETED' });
});

test.each([
  ['is killed before it pushes', ['sync'], { COORD_CRASH_AT: 'composed' }],
  ['only looks', ['sync', '--dry-run'], {}],
])('who waited for a process that %s does the work itself (C7, C8)', async (_name, args, env) => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (!mac) throw new Error('one machine');
  const state = join(mac.folder, '.coord');
  const first = mac.start(args, { env });
  await until('the first has the lock', () => existsSync(join(state, 'lock.owner')));
  process.kill(first.pid, 'SIGSTOP');
  const add = mac.start(['order', 'add', 'mine', '--for', '1', '--', 'echo x >> ran']);
  await until(
    'the second has recorded its order',
    () => existsSync(join(state, 'outbox')) && readdirSync(join(state, 'outbox')).length > 0,
  );
  // There is nothing to see of a process that polls for a lock.
  await new Promise((resolve) => setTimeout(resolve, 300));
  process.kill(first.pid, 'SIGCONT');
  await first.done;
  expect(await add.done).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(fleet.board('ORDERS.json'))).toMatchObject({ orders: [{ id: 'mine' }] });
  await mac.ok('sync', '--wait');
  expect(mac.count('ran')).toBe(1);
});

test('a sync that waited sees what was pushed before it was asked for (C7)', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (!mac) throw new Error('one machine');
  fleet.person().order([{ id: 'slow', assign: 1, run: 'until [ -e go ]; do sleep 0.05; done' }]);
  // Its fetch is over, and it gives the run a moment to end.
  const first = mac.start(['sync']);
  await until('the run has begun', () => mac.runs().some((key) => key.startsWith('slow-')));
  fleet.person().order([{ id: 'late', assign: 'all', run: 'echo x >> late' }]);
  const second = await mac.coord(['sync']);
  expect(second.code).toBe(0);
  await first.done;
  await mac.ok('sync', '--wait');
  expect(mac.count('late')).toBe(1);
});

function count(trace: string, command: string): number {
  return readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"event":"cmd_name"') && line.includes(`"name":"${command}"`)).length;
}
