// T6.3: attacks on schedules and triggers by an entry that nobody signed, and that is put back as it was, in memory.
import { afterEach, expect, test } from 'vitest';
import { machineAt } from '../../../machine/world.ts';
import { endWorlds, type SignedWorld, worldOf } from '../memory-fleet.ts';

afterEach(endWorlds);

const startsOf = ({ world }: SignedWorld) => world.machines.flatMap(({ runner }) => runner.starts.map(({ order }) => order));
const MINUTE_MS = 60_000;

async function minutes({ world }: SignedWorld, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    for (const machine of world.machines) await machine.cycle();
    world.pass(MINUTE_MS);
  }
}

const list = ({ world }: SignedWorld, order: object) =>
  world.person({ 'ORDERS.json': JSON.stringify({ version: 1, orders: [order] }) });

test('T6.3 a generation that nobody signed runs no schedule out of its time, also once it is taken back', async () => {
  const fleet = await worldOf(1);
  const yearly = { id: 'yearly', assign: 1, schedule: '0 3 1 1 *', run: 'true' };
  list(fleet, { ...yearly, generation: 9 });
  await minutes(fleet, 2);
  fleet.place([yearly]);
  await minutes(fleet, 2);
  list(fleet, { ...yearly, generation: 5 });
  await minutes(fleet, 2);
  list(fleet, yearly);
  await minutes(fleet, 3);
  expect(startsOf(fleet)).toEqual([]);
  // A person may ask for it.
  fleet.place([{ ...yearly, generation: 2 }]);
  await minutes(fleet, 2);
  expect(startsOf(fleet)).toEqual([expect.stringMatching(/^yearly@/)]);
});

test('T6.3 an event that waits is not lost where somebody changes its trigger and puts it back', async () => {
  const fleet = await worldOf(2);
  const [one, two] = [machineAt(fleet.world, 0), machineAt(fleet.world, 1)];
  const alarm = { id: 'alarm', assign: 1, on: { emergency: 'any' }, run: 'true' };
  const { self } = one.settings;
  one.settings.self = { ...self, policy: { ...self.policy, allow: ['call'] } };
  fleet.place([alarm]);
  await minutes(fleet, 2);
  const recordedAt = '2026-11-20T22:10:00.000Z';
  await two.journal.record({ id: 'm', recordedAt, kind: 'send', to: 'all', body: 'fire', priority: 'urgent' });
  await minutes(fleet, 2);
  expect(one.state().triggers?.alarm?.open).toHaveLength(1);
  list(fleet, { ...alarm, generation: 5 });
  await minutes(fleet, 2);
  list(fleet, alarm);
  one.settings.self = self;
  await minutes(fleet, 2);
  expect(startsOf(fleet)).toEqual([expect.stringMatching(/^alarm@/)]);
});
