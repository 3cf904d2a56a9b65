// O15: an agent ended with a question, and its machine could not say so in time. Whoever has claimed the next attempt by then sees the
// question before it starts, and leaves it to people.
import type { Computer } from '../computer.ts';
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

export async function asksMeanwhile(): Promise<World> {
  const world = createWorld(1);
  const right = { rate: 1, offsetMs: 0, countsSleep: true, env: [], tools: ['claude'], slots: 1 };
  const [holder, other] = [world.addComputer(right), world.addComputer(right)];
  for (let times = 0; times < 2; times += 1) for (const computer of [holder, other]) await world.sync(computer);
  Object.assign(holder.runner, { takesMs: 20_000, asks: true });
  await world.people.put({ id: 'fix', assign: [1, 2], run: 'Fix it', agent: 'claude', attempts: 3, generation: 1 });
  await world.sync(holder);
  insist(world, holder.runner.isBusy(), 'the holder has not started it');
  holder.line.cut = 'out';
  world.pass(60_000);
  insist(world, world.truth.executions[0]?.asks === true, 'it did not end with a question');
  await untilClaimed(world, other);
  holder.line.cut = 'none';
  await world.sync(holder);
  for (let times = 0; times < 3; times += 1) {
    await world.sync(other);
    world.pass(20_000);
  }
  insist(world, world.truth.claimed.has('fix/1.2'), 'nobody has claimed the next attempt');
  return world;
}

/** Until its claim of the next attempt stands, and its process is about to look whether it does. */
async function untilClaimed(world: World, other: Computer): Promise<void> {
  for (let times = 0; times < 100 && !world.truth.claimed.has('fix/1.2'); times += 1) {
    world.pass(10_000);
    await other.begin('sync');
    while (other.isBusy && !(world.truth.claimed.has('fix/1.2') && other.parked?.what === 'fetch')) await world.goOn(other);
  }
}
