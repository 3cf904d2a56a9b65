// A fleet of any size: beyond 64 machines, fleet.yaml has to say that they may join, and one more (R8).
import { createFleet, NEW_FLEET, quiet, type World } from '../../test/machine/world.ts';

const UNLESS_SAID_MAX = 64;
/** The heartbeat of a small fleet and less than its lease. */
const SETTLED_MS = 70_000;

export async function createLargeFleet(size: number, slots: number): Promise<World> {
  const world = await createFleet(Math.min(size, UNLESS_SAID_MAX), slots);
  if (size <= UNLESS_SAID_MAX) return world;
  world.person({ 'fleet.yaml': `machines_max: ${size + 1}\n` });
  for (let number = world.machines.length + 1; number <= size; number += 1) {
    const { settings, join } = world.addMachine(`m${number}`);
    settings.self = { ...settings.self, policy: { ...settings.self.policy, slots } };
    await join(NEW_FLEET);
  }
  await quiet(world);
  // Each has told the heartbeat that so many machines have (H2), so that nobody takes it for lost.
  world.pass(SETTLED_MS);
  await quiet(world);
  return world;
}
