// Counters that somebody else wrote, as high as a number can be: nobody can count on from there.
import { expect, test } from 'vitest';
import { createFleet } from '../machine/world.ts';

const HIGHEST = Number.MAX_SAFE_INTEGER;

test.each([
  'its lane',
  'its copy on the board',
])('D2: a machine goes on counting where %s was forged with the highest seq and beat', async (where) => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  const text = (await world.text('COMPUTER_2.md', 'refs/coord/machines/2')) ?? '';
  const forged = text.replace(/^(seq|beat): .*$/gm, `$1: ${HIGHEST}`);
  if (where === 'its lane') {
    world.hub.setRef('refs/coord/machines/2', world.hub.commitAsPerson({ 'coordination/COMPUTER_2.md': forged }, 'forged'));
    // Its owner joins anew as that machine.
    const again = world.addMachine('again');
    await again.join(null, 2);
    world.machines.splice(1, 1);
  } else {
    world.hub.setRef('refs/coord/machines/2', null);
    world.person({ 'COMPUTER_2.md': forged });
  }
  const main = new Set<string | undefined>();
  for (let round = 0; round < 8; round += 1) {
    world.pass(60_000);
    for (const machine of world.machines) await machine.cycle();
    if (round > 3) main.add(world.hub.refs.get('refs/heads/main'));
  }
  expect(main.size).toBe(1);
  const { faults } = (await one.cycle()).seen?.snapshot ?? { faults: null };
  expect(faults).toEqual([]);
  expect((where === 'its lane' ? world.machines[1] : two)?.state().seq).toBeLessThan(1_000);
});
