// H2, O4: a fleet that grows faster than its machines tell how seldom they beat now. Daemons, at the pace that they have.
import { expect, test } from 'vitest';
import { daemon, live } from './daemons.ts';
import { createFleet, NEW_FLEET, type World } from './world.ts';

const MINUTE_MS = 60_000;

/** Who was ever called lost, in what its machine says now. */
async function calledLost(world: World): Promise<readonly string[]> {
  const texts = await Promise.all(world.machines.map((_, at) => world.text(`COMPUTER_${at + 1}.md`)));
  return texts.flatMap((text) => [...(text ?? '').matchAll(/^lost_[0-9]+: .*$/gm)].map(([line]) => line));
}

test('H2 O4 a fleet that becomes twelve times as large within an hour calls nobody lost', async () => {
  const world = await createFleet(1);
  // As many minutes of heartbeat for each machine as 72 have at the default.
  world.person({ 'fleet.yaml': 'pushes_per_minute: 1\n' });
  const daemons = [daemon(world, world.machines[0])];
  const lost = new Set<string>();
  const pushes = () => world.machines.reduce((sum, { calls }) => sum + calls.push, 0);
  const before = pushes();
  for (let minutes = 5; minutes <= 120; minutes += 5) {
    await live(world, daemons, 5 * MINUTE_MS);
    if (minutes <= 55) {
      const machine = world.addMachine(`m${daemons.length + 1}`);
      await machine.join(NEW_FLEET);
      daemons.push(daemon(world, machine));
    }
    for (const line of await calledLost(world)) lost.add(line);
  }
  expect([...lost]).toEqual([]);
  expect(daemons).toHaveLength(12);
  expect(pushes() - before).toBeLessThan(120 * 0.6);
});
