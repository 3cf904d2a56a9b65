// R3a, I1: a join is cut off after its lane has landed, and main is rolled back before it goes on. What the machine passes over, and which messages
// are new to it, comes from the main that it was shown at first. It halts until a person says that main is meant, and has its cycles then.
import { laneOf } from '../check-lanes.ts';
import type { Computer } from '../computer.ts';
import { MAIN } from '../sim-hub.ts';
import { heal, settle } from '../simulate.ts';
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

export async function joinCutOff(): Promise<World> {
  const world = createWorld(1);
  const right = { rate: 1, offsetMs: 0, countsSleep: true, env: [], hasDaemon: false };
  const here = world.addComputer(right);
  await world.sync(here);
  await world.sync(here);
  const before = world.hub.refs.get(MAIN) as string;
  await world.people.put({ id: 'all', assign: 'all', run: 'true', attempts: 1, generation: 1 });
  const shown = world.hub.refs.get(MAIN);
  const there = world.addComputer(right);
  await untilLanded(world, there);
  insist(world, there.number === 0 && there.state()?.main === shown, 'the join was not cut off');
  await world.rollBack(before);
  await heal(world);
  insist(world, world.truth.counts.get('halts that people ended') === 1, 'it did not halt');
  await settle(world);
  return world;
}

/** Until its lane stands, and its process has not heard so. */
async function untilLanded(world: World, there: Computer): Promise<void> {
  await there.begin();
  while (there.isBusy && !world.hub.refs.has(laneOf(2))) await world.goOn(there);
  await there.kill();
}
