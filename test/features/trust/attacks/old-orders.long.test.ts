// T6.6: attacks with orders of long ago and the signatures that they had, in memory: what machines remember of runs ends (O8), a signature need not.
import { afterEach, expect, test } from 'vitest';
import { machineAt } from '../../../machine/world.ts';
import { endWorlds, forgeLane, type SignedWorld, worldOf } from '../memory-fleet.ts';

afterEach(endWorlds);

const DAY_MS = 86_400_000;
const OLD = '2026-01-01T00:00:00.000Z';
const job = { id: 'deploy', assign: 1, run: 'true' };

const startsOf = ({ world }: SignedWorld) => world.machines.flatMap(({ runner }) => runner.starts.map(({ order }) => order));

/** What anybody finds in the history, put back. */
function put({ world }: SignedWorld, orders: readonly object[], signatures: Readonly<Record<string, object>>): void {
  world.person({
    'ORDERS.json': JSON.stringify({ version: 1, orders }),
    'SIGNATURES.json': JSON.stringify({ orders: signatures }),
  });
}

async function days({ world }: SignedWorld, count: number): Promise<void> {
  for (let day = 0; day < count; day += 1) {
    world.pass(DAY_MS);
    for (const machine of world.machines) await machine.cycle();
  }
}

test.each([
  { what: 'as it was', more: {} },
  { what: 'in another generation', more: { generation: 2 } },
])('T6 an order that ran and left the list does not run again, $what, once its run is forgotten', async ({ more }) => {
  const fleet = await worldOf(2);
  const signature = fleet.signed(job);
  put(fleet, [job], { deploy: signature });
  await days(fleet, 1);
  expect(startsOf(fleet)).toEqual(['deploy']);
  put(fleet, [], {});
  await days(fleet, 32);
  put(fleet, [{ ...job, ...more }], { deploy: signature });
  await days(fleet, 2);
  expect(startsOf(fleet)).toEqual(['deploy']);
  expect((await fleet.world.status()).orders.deploy).toMatchObject({
    state: 'BLOCKED',
    reason: expect.stringContaining('signature'),
  });
  // Whoever may sign it says it anew.
  put(fleet, [job], { deploy: fleet.signed(job) });
  await days(fleet, 1);
  expect(startsOf(fleet)).toEqual(['deploy', 'deploy']);
});

test('T6 what somebody took off the list for some days is what it was; an unreadable list is no removal', async () => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  one.settings.blocked.set('deploy', 'for this test');
  const signature = fleet.signed(job);
  put(fleet, [job], { deploy: signature });
  await days(fleet, 1);
  put(fleet, [], {});
  await days(fleet, 20);
  put(fleet, [job], { deploy: signature });
  await days(fleet, 20);
  fleet.world.person({ 'ORDERS.json': '{' });
  await days(fleet, 40);
  one.settings.blocked.clear();
  put(fleet, [job], { deploy: signature });
  await days(fleet, 1);
  expect(startsOf(fleet)).toEqual(['deploy']);
});

test('T5.2, D11 an order is not archived by an end that somebody made up', async () => {
  const fleet = await worldOf(2);
  const { world } = fleet;
  const [one, two] = [machineAt(world, 0), machineAt(world, 1)];
  two.settings.blocked.set('job', 'for this test');
  const [done, open] = [
    { id: 'done', assign: 1, run: 'true' },
    { id: 'job', assign: 2, run: 'true' },
  ];
  put(fleet, [done, open], { done: fleet.signed(done), job: fleet.signed(open) });
  await days(fleet, 1);
  const end = { order: 'job', generation: 1, attempt: 1, startedAt: OLD, finishedAt: OLD, state: 'COMPLETED', exitCode: 0 };
  const ended = [{ ...end, reason: null, tail: '', outputs: {} }];
  forgeLane(fleet, 2, {
    'results/2.json': JSON.stringify({ machine: 2, running: [], waiting: [], ended, older: [], before: [] }),
  });
  for (let day = 0; day < 40; day += 1) {
    world.pass(DAY_MS);
    await one.cycle();
  }
  const text = (await world.text('ORDERS.json')) ?? '';
  expect([text.includes('"done"'), text.includes('"job"')]).toEqual([false, true]);
  two.settings.blocked.clear();
  await two.cycle();
  expect(startsOf(fleet)).toEqual(['done', 'job']);
});
