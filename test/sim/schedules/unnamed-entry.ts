// D4: an entry that lost its id may be any order, so no run is stopped as removed while it stands there.
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

export async function unnamedEntry(): Promise<World> {
  const world = createWorld(1);
  const { people, truth } = world;
  const one = world.addComputer({ rate: 1, offsetMs: 0, slots: 20 });
  await world.cycle(one);
  const ids = Array.from({ length: 20 }, (_, index) => `run-${index}`);
  for (const id of ids) await people.put({ id, assign: 1, run: 'true', attempts: 1, generation: 1 });
  await world.cycle(one);
  insist(world, one.runner.isBusy(), 'nothing takes longer than a cycle');
  await people.rewrite((await people.listed()).map(({ id: _id, ...entry }) => entry));
  await world.cycle(one);
  if (truth.executions.some(({ how }) => how === 'stopped')) truth.violations.push({ clause: 'D4', text: 'a run was stopped' });
  return world;
}
