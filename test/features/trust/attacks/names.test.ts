// T5.3: attacks by the names of machines, which their lanes say: a signed order may name the machine that it is for.
import { afterEach, expect, test } from 'vitest';
import { machineAt } from '../../../machine/world.ts';
import { endWorlds, forgeLane, LANE, type SignedWorld, worldOf } from '../memory-fleet.ts';

afterEach(endWorlds);

const startsOf = ({ world }: SignedWorld) =>
  world.machines.flatMap(({ name, runner }) => runner.starts.map(({ order }) => `${name} ${order}`));

/** The page of a machine, as somebody wrote it who calls it something else. */
async function calledNow({ world }: SignedWorld, machine: number, name: string): Promise<string> {
  const page = (await world.text(`COMPUTER_${machine}.md`, LANE(machine))) ?? '';
  return page.replaceAll(`m${machine}`, name);
}

test.each([
  ['named', 'm3'],
  ['named first in a list', ['m3', 'm1']],
])('T5.3 an order does not start on a machine that somebody calls as the one that is %s', async (_how, assign) => {
  const fleet = await worldOf(3);
  const { world } = fleet;
  const two = machineAt(world, 1);
  fleet.place([{ id: 'wipe', assign, run: 'true' }]);
  for (let round = 0; round < 6; round += 1) {
    forgeLane(fleet, 2, { 'COMPUTER_2.md': await calledNow(fleet, 2, 'm3') });
    forgeLane(fleet, 3, { 'COMPUTER_3.md': await calledNow(fleet, 3, 'm2') });
    await two.cycle();
    world.pass(60_000);
  }
  expect(startsOf(fleet)).toEqual([]);
  for (let round = 0; round < 6; round += 1) {
    for (const it of world.machines) await it.cycle();
    world.pass(60_000);
  }
  const [started, ...more] = startsOf(fleet);
  expect(['m3 wipe', ...(typeof assign === 'string' ? [] : ['m1 wipe'])]).toContain(started);
  expect(more).toEqual([]);
});
