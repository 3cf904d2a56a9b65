// S4, O8: an order for one machine has no lease. That people share it once it runs makes nobody take it over, however long its machine
// is not heard of: nothing would end the first run.
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

export async function sharedAfterStart(): Promise<World> {
  const world = createWorld(1);
  const right = { rate: 1, offsetMs: 0, countsSleep: true, env: [] };
  const [holder, other] = [world.addComputer(right), world.addComputer(right)];
  for (let times = 0; times < 2; times += 1) for (const computer of [holder, other]) await world.sync(computer);
  holder.runner.takesMs = 10 * 3_600_000;
  const order = { id: 'held', assign: 1, run: 'true', attempts: 3, generation: 1 };
  await world.people.put(order);
  await world.sync(holder);
  insist(world, holder.runner.isBusy(), 'its machine has not started it');
  holder.line.cut = 'out';
  await world.people.put({ ...order, assign: 'any' });
  for (let times = 0; times < 40; times += 1) {
    world.pass(30_000);
    await world.sync(other);
  }
  const said = await world.hub.text('COMPUTER_2.md', 'refs/coord/machines/2');
  insist(world, /^lost_1: /m.test(said ?? ''), 'nobody calls its machine lost');
  return world;
}
