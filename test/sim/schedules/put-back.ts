// O8: an order has run, is taken out, and put back as it was. It is not run again.
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';
import { begun } from './holder.ts';

export async function putBack(): Promise<World> {
  const world = createWorld(1);
  const one = world.addComputer({ rate: 1, offsetMs: 0, slots: 1, env: [] });
  one.runner.takesMs = 10;
  await world.cycle(one);
  const order = { id: 'once', assign: 1, run: 'true', attempts: 1, generation: 1 };
  const cycle = async () => {
    await world.cycle(one);
    world.pass(70_000);
  };
  await world.people.put(order);
  await cycle();
  insist(world, begun(world) === '1' && !one.runner.isBusy(), 'it has not run');
  await world.people.remove('once');
  await cycle();
  await world.people.put(order);
  await cycle();
  await cycle();
  return world;
}
