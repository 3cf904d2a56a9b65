// T6.6: attacks with orders of long ago and the signatures that they had, in memory: what machines remember of runs ends (O8), a signature need not.
import { afterEach, expect, test } from 'vitest';
import { machineAt } from '../../../machine/world.ts';
import { endWorlds, type SignedWorld, worldOf } from '../memory-fleet.ts';

afterEach(endWorlds);

const DAY_MS = 86_400_000;
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
