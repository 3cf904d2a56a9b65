// O12: a clock is an hour ahead, and a schedule runs by it. Somebody sets the clock right and asks for the schedule anew. An hour later the clock
// comes near what ran ahead of it: nothing runs before its time, what is older is left out, and after that each minute has its run.
import type { Entry } from '../people.ts';
import { quietWindow } from '../quiet-window.ts';
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

const MINUTE_MS = 60_000;

export async function ranAhead(): Promise<World> {
  const world = createWorld(1);
  const one = world.addComputer({ rate: 1, offsetMs: 0, countsSleep: true, slots: 1, env: [] });
  Object.assign(one.runner, { takesMs: 10, exitsWith: 0 });
  const look = async () => {
    world.pass(MINUTE_MS);
    await world.cycle(one);
  };
  await look();
  const order: Entry = { id: 'often', assign: 1, run: 'true', attempts: 1, generation: 1, schedule: '* * * * *' };
  await world.people.put(order);
  await look();
  one.clock.step(60 * MINUTE_MS);
  await look();
  const { executions } = world.truth;
  insist(world, executions.length > 0, 'nothing runs by the clock that is ahead');
  one.clock.step(-60 * MINUTE_MS);
  await world.people.put({ ...order, generation: 2 });
  await look();
  insist(world, executions.at(-1)?.generation === 2, 'what was asked for anew has not run');
  world.pass(36 * MINUTE_MS);
  const cycles = () => world.cycle(one);
  await quietWindow(world, [one], cycles);
  const before = executions.length;
  await quietWindow(world, [one], cycles);
  insist(world, executions.length > before, 'nothing runs once its time has come');
  return world;
}
