// R5: an edit landed, its answer was lost, and a person has taken the order out again since: it does not come back.
import { addUnanswered, insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

export async function removedAfterLanding(): Promise<World> {
  const world = createWorld(1);
  const { hub, people, truth } = world;
  const one = world.addComputer({ rate: 1, offsetMs: 0 });
  await world.cycle(one);
  await world.cycle(one);
  await addUnanswered(world, one);
  const isListed = (await people.listed()).some(({ id }) => id === 'once');
  insist(world, isListed, 'the edit did not land');
  await people.remove('once');
  await world.cycle(one);
  await world.cycle(one);
  if ((await hub.text('ORDERS.json'))?.includes('once'))
    truth.violations.push({ clause: 'R5', text: 'an order that a person took out came back' });
  return world;
}
