// O8, S3: an order that has started stays where it started, though `assign` is edited; it moves with a raised generation alone.
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

export async function movedAfterStart(): Promise<World> {
  const world = createWorld(1);
  const { people, truth } = world;
  const right = { rate: 1, offsetMs: 0, slots: 1 };
  const computers = [world.addComputer(right), world.addComputer(right)];
  for (const computer of computers) await world.cycle(computer);
  const order = { id: 'stays', run: 'true', attempts: 1, generation: 1 };
  const everybody = async () => {
    for (const computer of computers) await world.cycle(computer);
  };
  await people.put({ ...order, assign: 1 });
  await everybody();
  insist(world, truth.executions.length === 1, 'it has not started');
  await people.put({ ...order, assign: 2 });
  await everybody();
  if (truth.executions.length !== 1) truth.violations.push({ clause: 'O8', text: `it ran ${truth.executions.length} times` });
  await people.put({ ...order, assign: 2, generation: 2 });
  world.pass(3_600_000);
  await everybody();
  await everybody();
  if (truth.executions.at(-1)?.machine !== 2) truth.violations.push({ clause: 'O8', text: 'the raised generation did not move' });
  return world;
}
